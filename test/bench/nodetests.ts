import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../fixtures/conc.ts'
import { deployFile, makeWorkstation } from '../fixtures/deploy.ts'
import { type Sshd, startSshd } from '../fixtures/sshd.ts'
import { startLine } from './line.ts'
import { compare, type Measured, measure, type Way } from './pairs.ts'

/**
 * How long it takes until the first test begins, with a login over loopback, which goes on beside it; then fifty checks of a node over a
 * line with a round trip of 50 ms, beside one script over ssh that asks the same, and Testinfra where Debian's is installed.
 */
const rounds = Number(process.argv[2] ?? 7)
const files = [
  '/etc/passwd',
  '/etc/group',
  '/etc/hosts',
  '/etc/fstab',
  '/etc/profile',
  '/etc/services',
  '/etc/protocols',
]
const modes = Array.from({ length: 28 }, (_, n) => ({ path: files[n % files.length] ?? '', uid: 0 }))
const packages = ['dash', 'bash', 'grep', 'sed', 'tar', 'gzip', 'coreutils', 'util-linux', 'login', 'passwd', 'dpkg']
const users = ['root', 'daemon', 'bin', 'sys', 'nobody', 'mail', 'man', 'news', 'proxy', 'backup', 'list']

const sshd = await startSshd()
const line = await startLine(sshd.port, 25)
try {
  process.stdout.write(`${startUp(sshd)}\n`)
  process.stdout.write(`${measured('fifty checks, 50 ms', sshd, line.port)}\n`)
} finally {
  line.stop()
  await sshd.stop()
}

/** From the start of the program until vitest begins a test; of the processors what the whole run takes. */
function startUp(node: Sshd): string {
  const station = makeWorkstation(readFileSync(node.knownHostsFile, 'utf8'))
  const { folder, home } = station
  const at = { 'sshd.ip': '127.0.0.1', 'sshd.port': String(node.port), admin: node.user, key: node.keyFile }
  station.write('deploy.ini', deployFile({ deploy: { app: 'shop', release: '1' }, 'node:web1': at }))
  station.write('nodetests/one.nodetest.ts', `import { test } from 'conc-deploy/test'\ntest('begins', () => {})\n`)
  const run = (argv: readonly string[]) => measure([process.execPath, program, ...argv], { cwd: folder, home })
  const first = (): Measured => {
    const began = Date.now()
    const whole = run(['test', 'web1', '-q', '--json=events.json'])
    return { ...whole, ms: beginIn(readFileSync(join(folder, 'events.json'), 'utf8')) - began }
  }
  const table = compare('start-up', rounds, [
    { name: 'conc exec web1 -- true, whole: what a login takes', run: () => run(['exec', 'web1', '--', 'true']) },
    { name: 'conc test, until the first test', run: first },
  ])
  station.remove()
  return table
}

/** When the first test began, in milliseconds since 1970. */
function beginIn(events: string): number {
  const lines = events.trim().split('\n')
  const begin = lines.map((line) => JSON.parse(line)).find(({ event }) => event === 'test-start')
  return Date.parse(begin?.time ?? '')
}

function measured(title: string, node: Sshd, port: number): string {
  const direct = readFileSync(node.knownHostsFile, 'utf8')
  const station = makeWorkstation(direct.replaceAll(`:${node.port} `, `:${port} `))
  const { folder, home } = station
  const at = { 'sshd.ip': '127.0.0.1', 'sshd.port': String(port), admin: node.user, key: node.keyFile }
  station.write('deploy.ini', deployFile({ deploy: { app: 'shop', release: '1' }, 'node:web1': at }))
  station.write('nodetests/fifty.nodetest.ts', ours())
  const config = sshConfig(folder, home, node, port)
  const script = ['sh', '-c', `ssh -F ${config} node sh <<'EOF'\n${plain()}\nEOF`]
  const all: Way[] = [
    { name: 'ssh node sh, one script', run: () => measure(script) },
    { name: 'conc test', run: () => measure([process.execPath, program, 'test', 'web1', '-q'], { cwd: folder, home }) },
    ...testinfra(folder, config),
  ]
  const table = compare(title, rounds, all)
  const { stdout } = spawnSync(process.execPath, [program, 'test', 'web1'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: home },
    encoding: 'utf8',
  })
  station.remove()
  return `${table}\n${stdout.split('\n')[0]}\n`
}

/** The checks for conc: each a test of its own. */
function ours(): string {
  return `import { expect, test } from 'conc-deploy/test'
test.for(${JSON.stringify(modes)})('$path is root’s', ({ path }, { node }) => expect(node.file(path)).toBeOwnedBy(0))
test.for(${JSON.stringify(packages)})('%s is installed', (name, { node }) => expect(node.package(name)).toBeInstalled())
test.for(${JSON.stringify(users)})('%s exists', (name, { node }) => expect(node.user(name)).toExist())
`
}

/** The same for one shell, as somebody would write it down. */
function plain(): string {
  return [
    'set -e',
    ...modes.map(({ path }) => `[ "$(stat -c %u ${path})" = 0 ]`),
    ...packages.map((name) => `dpkg-query -f '\${Status}' -W ${name} | grep -q 'ok installed'`),
    ...users.map((name) => `getent passwd ${name} >/dev/null`),
  ].join('\n')
}

/** Testinfra with what makes it quick: one connection for all of its commands. */
function testinfra(folder: string, config: string): readonly Way[] {
  if (spawnSync('/usr/bin/python3', ['-c', 'import testinfra']).status !== 0) {
    process.stderr.write('Testinfra is not installed (apt-get install python3-testinfra): it is left out.\n')
    return []
  }
  writeFileSync(join(folder, 'test_fifty.py'), theirs())
  const options = ['--hosts=ssh://node', `--ssh-config=${config}`, '-q', '-p', 'no:cacheprovider']
  return [
    {
      name: 'Testinfra, ControlPersist',
      prepare: () => void spawnSync('ssh', ['-F', config, '-O', 'exit', 'node'], { stdio: 'ignore' }),
      run: () => {
        const taken = measure(['/usr/bin/python3', '-m', 'pytest', ...options, 'test_fifty.py'], { cwd: folder })
        spawnSync('ssh', ['-F', config, '-O', 'exit', 'node'], { stdio: 'ignore' })
        return taken
      },
    },
  ]
}

function theirs(): string {
  return `import pytest
@pytest.mark.parametrize('n,path', list(enumerate(${JSON.stringify(modes.map(({ path }) => path))})))
def test_file(host, n, path):
    assert host.file(path).uid == 0
@pytest.mark.parametrize('name', ${JSON.stringify(packages)})
def test_package(host, name):
    assert host.package(name).is_installed
@pytest.mark.parametrize('name', ${JSON.stringify(users)})
def test_user(host, name):
    assert host.user(name).exists
`
}

function sshConfig(folder: string, home: string, node: Sshd, port: number): string {
  const path = join(folder, 'ssh_config')
  const lines = {
    HostName: '127.0.0.1',
    Port: port,
    User: node.user,
    IdentityFile: node.keyFile,
    UserKnownHostsFile: join(home, '.ssh', 'known_hosts'),
    BatchMode: 'yes',
    ControlPath: join(folder, 'm'),
  }
  const text = Object.entries(lines).map(([key, value]) => `  ${key} ${value}`)
  writeFileSync(path, ['Host node', ...text, ''].join('\n'))
  return path
}
