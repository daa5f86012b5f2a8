import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { localHost } from '../../src/hosts/local.ts'
import type { Host } from '../../src/ops/types.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { type Sshd, startSshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { endProcess, isRoot } from '../fixtures/users.ts'
import { plan, planned } from './plans.ts'
import { runs } from './tool-host.ts'

describe('the command by hand', () => {
  const always = '-o StrictHostKeyChecking=yes -o ServerAliveInterval=15 -o reconnect -o idmap=user'

  test.each<[string, readonly string[], string]>([
    [
      'local mount',
      [],
      `mkdir -p ~/.conc/shop && sshfs -o HostName=192.0.2.11 ${always} -o fsname=web1:.conc/shop ops@web1:.conc/shop ~/.conc/shop`,
    ],
    [
      'local mount "the bundle"',
      ['bundle = /srv/x', 'sshd.port = 2222', 'key = ~/my key', 'jump = a@b:3,c'],
      `mkdir -p 'the bundle' && sshfs -o HostName=192.0.2.11 -o Port=2222 -o 'IdentityFile="~/my key"' -o IdentitiesOnly=yes -o 'ProxyJump=a@b:3\\,c' ${always} -o fsname=web1:/srv/x ops@web1:/srv/x 'the bundle'`,
    ],
    [
      'local mount -- -x',
      ['op_key = shop'],
      `mkdir -p ./-x && sshfs -o HostName=192.0.2.11 ${always} -o fsname=web1:.conc/shop -o IdentityFile="$(ls ~/.ssh/id_*-shop)" ops@web1:.conc/shop ./-x`,
    ],
    ['local unmount', [], 'fusermount3 -u ~/.conc/shop'],
    ['local unmount', ['bundle = /srv/x'], 'fusermount3 -u /srv/x'],
    ['local unmount "my dir"', [], "fusermount3 -u 'my dir'"],
  ])('of %s with %j', async (line, attributes, command) => {
    // ssh itself goes by passwd(5): where HOME is another, the command says so.
    vi.stubEnv('HOME', userInfo().homedir)
    onTestFinished(() => void vi.unstubAllEnvs())
    expect((await planned(line, { attributes })).command).toBe(command)
  })

  test('leaves to the configuration of ssh what no attribute says', async () => {
    vi.stubEnv('HOME', userInfo().homedir)
    onTestFinished(() => void vi.unstubAllEnvs())
    const { command } = await planned('local mount', { attributes: ['bundle = /srv/x'], node: [] })
    expect(command).toBe(`mkdir -p /srv/x && sshfs ${always} -o fsname=web1:/srv/x web1:/srv/x /srv/x`)
  })

  test.each<[string, readonly string[], string]>([
    ['local mount ""', [], 'DIR is empty. Name a folder, or leave it away.'],
    ['local unmount ""', [], 'DIR is empty. Name a folder, or leave it away.'],
    ['local mount ~/x', [], 'conc puts no home in for ~. Write the whole path.'],
    ['remote mount', [], "mount can't be remote. Write local before it."],
    ['local mount', ['embedded = yes'], 'mount: the bundle of an embedded node lies on this workstation already.'],
  ])('%s with %j: %s', async (line, attributes, message) => {
    expect((await plan([line], { attributes })).errors).toEqual([message])
  })
})

test.each([
  [3, /^there is no sshfs on this workstation\. Install/],
  [4, /^this workstation has no \/dev\/fuse, .*\. Load the kernel module fuse$/],
])('a workstation that can not mount at all says what it lacks: %i', async (exit, why) => {
  const run: Host['run'] = async () => ({ exit, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) })
  await expect(runs('local mount', { host: { ...localHost('/'), run } })).rejects.toThrow(why)
})

test('a folder that can not be made is no place to mount on', async () => {
  const local = localHost('/')
  const run: Host['run'] = async (argv, options) =>
    argv[2]?.startsWith('command -v sshfs')
      ? { exit: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }
      : local.run(argv, options)
  await expect(runs('local mount /proc/1/none/x', { host: { ...local, run } })).rejects.toThrow(
    /^\/proc\/1\/none\/x can't be made: /,
  )
})

test('where there is not even a folder nothing is mounted', async () => {
  expect(await runs('local unmount /nowhere/at/all')).toEqual(['/nowhere/at/all: nothing is mounted there'])
})

const programs = mkdtempSync(join(tmpdir(), 'conc-programs-'))
afterAll(() => rmSync(programs, { recursive: true }))

/** A machine where sshfs works: the device may be there and yet be forbidden. */
function hasFuse(): boolean {
  try {
    closeSync(openSync('/dev/fuse', 'r+'))
    return isRoot && spawnSync('sshfs', ['--version']).status === 0
  } catch {
    return false
  }
}

const sections = {
  deploy: { app: 'shop', release: '1' },
  'job:mount': { m: 'local mount' },
  'job:unmount': { u: 'local unmount' },
  'job:mount-there': { m: 'local mount there' },
  'job:unmount-there': { u: 'local unmount there' },
}

describe.runIf(hasFuse())('with a real node', () => {
  let sshd: Sshd
  let station: Workstation
  let here: string

  beforeAll(async () => {
    sshd = await startSshd({ loginShell: '/bin/sh' })
  })
  afterAll(() => sshd.stop())

  beforeEach(() => {
    station = stationFor(sshd)
    here = join(station.home, '.conc/shop')
    mkdirSync(join(sshd.home, '.conc/shop'), { recursive: true })
    writeFileSync(join(sshd.home, '.conc/shop/holder'), 'of the node')
    execFileSync('chown', ['-R', sshd.user, join(sshd.home, '.conc')])
  })
  afterEach(() => {
    unmountAll(station)
    for (const pid of processesOf(here)) endProcess(pid)
    station.remove()
    rmSync(join(sshd.home, '.conc'), { recursive: true })
  })

  /** Runs a job; gives its exit code, and what its step said or why it failed. */
  async function does(job: string, node = 'web1', at = station): Promise<[exit: number | null, said: string]> {
    const { exit, events, stderr } = await at.conc('run', '--json', job, node)
    const said = events.flatMap((event) => {
      if (event.event === 'output') return [event.text ?? '']
      return event.event === 'step-end' && event.why !== undefined ? [event.why] : []
    })
    return [exit, said.join('').trimEnd() || stderr]
  }

  test('the bundle is seen and written here, mounting again is harmless, and so is unmounting', async () => {
    expect(await does('mount')).toEqual([0, `${here}: web1:.conc/shop is mounted`])
    expect(readFileSync(join(here, 'holder'), 'utf8')).toBe('of the node')
    writeFileSync(join(here, 'note'), 'by hand')
    expect(readFileSync(join(sshd.home, '.conc/shop/note'), 'utf8')).toBe('by hand')
    expect(await does('mount')).toEqual([0, `${here}: web1:.conc/shop is mounted already`])
    expect(mounts(station)).toEqual([here])
    expect(await does('unmount')).toEqual([0, `${here}: web1:.conc/shop is unmounted`])
    expect([mounts(station), existsSync(here)]).toEqual([[], false])
    expect(await does('unmount')).toEqual([0, `${here}: nothing is mounted there`])
  })

  test("it lies over the workstation's own bundle, which is there again afterwards", async () => {
    mkdirSync(here, { recursive: true })
    writeFileSync(join(here, 'holder'), 'of the workstation')
    expect((await does('mount'))[0]).toBe(0)
    expect(readFileSync(join(here, 'holder'), 'utf8')).toBe('of the node')
    expect((await does('unmount'))[0]).toBe(0)
    expect(readFileSync(join(here, 'holder'), 'utf8')).toBe('of the workstation')
  })

  test('it goes on after the line was cut', async () => {
    await does('mount')
    sshd.killSessions()
    await until(() => readOr(join(here, 'holder')) === 'of the node')
    expect(await does('unmount')).toEqual([0, `${here}: web1:.conc/shop is unmounted`])
  })

  test.each([
    ['has died', 'SIGKILL'],
    ['does not answer', 'SIGSTOP'],
  ] as const)('a mount that %s is mended by mounting, and unmounted by unmounting', async (_, signal) => {
    await does('mount')
    await hurt(here, signal)
    expect(await does('mount')).toEqual([
      0,
      `${here}: web1:.conc/shop did not answer any more, and is mounted anew\n${here}: web1:.conc/shop is mounted`,
    ])
    expect(readFileSync(join(here, 'holder'), 'utf8')).toBe('of the node')
    await hurt(here, signal)
    expect(await does('unmount')).toEqual([0, `${here}: web1:.conc/shop is unmounted; it did not answer any more`])
    expect([mounts(station), existsSync(here)]).toEqual([[], false])
  })

  test('what is in use stays mounted', async () => {
    await does('mount')
    const shell = spawn('sleep', ['60'], { cwd: here, stdio: 'ignore' })
    await once(shell, 'spawn')
    const [exit, said] = await does('unmount')
    expect([exit, said.startsWith(`${here} can't be unmounted: `)]).toEqual([1, true])
    expect(readFileSync(join(here, 'holder'), 'utf8')).toBe('of the node')
    shell.kill()
    await once(shell, 'exit')
  })

  test('another folder is taken when it is empty, and left there', async () => {
    const there = join(station.folder, 'there')
    mkdirSync(there)
    expect(await does('mount-there')).toEqual([0, `${there}: web1:.conc/shop is mounted`])
    expect(await does('unmount-there')).toEqual([0, `${there}: web1:.conc/shop is unmounted`])
    writeFileSync(join(there, 'mine'), '')
    expect(await does('mount-there')).toEqual([1, `${there} is not empty. Name another folder`])
    rmSync(there, { recursive: true })
    symlinkSync('/tmp', there)
    expect(await does('mount-there')).toEqual([1, `${there} is a symbolic link. Name a folder`])
    rmSync(there)
    writeFileSync(there, '')
    expect(await does('mount-there')).toEqual([1, `${there} is no folder`])
    expect(mounts(station)).toEqual([])
  })

  test("another node's bundle is neither mounted over nor unmounted", async () => {
    await does('mount', 'web2')
    const told = `web2:.conc/shop is mounted on ${here}, which is not the bundle of web1.`
    expect(await does('mount')).toEqual([1, `${told} Name another folder`])
    expect(await does('unmount')).toEqual([1, `${told} It is left alone`])
    expect(mounts(station)).toEqual([here])
  })

  test('a bundle that is not there is not mounted, and no folder is left', async () => {
    rmSync(join(sshd.home, '.conc/shop'), { recursive: true })
    const [exit, said] = await does('mount')
    expect([exit, said.includes('No such file or directory'), existsSync(here)]).toEqual([1, true, false])
  })

  test('a server without SFTP is named', async () => {
    const bare = await startSshd({ user: sshd.user, sftp: false })
    const from = stationFor(bare)
    try {
      const told = 'the SSH server of web1 offers no SFTP, which sshfs needs'
      expect(await does('mount', 'web1', from)).toEqual([1, told])
      expect(existsSync(join(from.home, '.conc/shop'))).toBe(false)
    } finally {
      await bare.stop()
      from.remove()
    }
  })

  test('what ssh says is told where it does not get there', async () => {
    const hop = await startSshd({ user: sshd.user })
    // Only conc, which asks ssh -G, is told of the jump host.
    const script = `case $1 in -G) exec /usr/bin/ssh -F ${configOf(hop)} "$@" ;; esac; exec /usr/bin/ssh "$@"`
    const from = stationFor(sshd, { jump: 'hop.invalid' }, { PATH: pathWith('ssh', script) })
    try {
      const [exit, said] = await does('mount', 'web1', from)
      expect([exit, said.split(': ')[0]]).toEqual([1, "web1 can't be reached by ssh"])
      expect(said).toContain('hop.invalid')
    } finally {
      await hop.stop()
      from.remove()
    }
  })

  test('without sshfs it is said what to install', async () => {
    const tools = mkdtempSync(join(programs, 'tools-'))
    for (const name of readdirSync('/usr/bin').filter((each) => each !== 'sshfs')) {
      symlinkSync(`/usr/bin/${name}`, join(tools, name))
    }
    const from = stationFor(sshd, {}, { PATH: tools })
    const told = 'there is no sshfs on this workstation. Install the package sshfs'
    expect(await does('mount', 'web1', from)).toEqual([1, told])
    from.remove()
  })

  test('it goes through a jump host', async () => {
    const hop = await startSshd({ user: sshd.user })
    // ssh takes its configuration from the home in passwd, and hands -F on to that of the jump.
    const from = stationFor(
      sshd,
      { jump: 'hop.invalid' },
      { PATH: pathWith('ssh', `exec /usr/bin/ssh -F ${configOf(hop)} "$@"`) },
    )
    try {
      expect((await does('mount', 'web1', from))[1]).toBe(
        `${join(from.home, '.conc/shop')}: web1:.conc/shop is mounted`,
      )
      expect(readFileSync(join(from.home, '.conc/shop/holder'), 'utf8')).toBe('of the node')
      expect(hop.sessions().length).toBeGreaterThan(0)
    } finally {
      unmountAll(from)
      await hop.stop()
      from.remove()
    }
  })
})

function stationFor(
  sshd: Sshd,
  more: Readonly<Record<string, string>> = {},
  env: Record<string, string> = {},
): Workstation {
  const station = makeWorkstation(readFileSync(sshd.knownHostsFile, 'utf8'), env)
  const at = { 'sshd.ip': '127.0.0.1', 'sshd.port': `${sshd.port}`, admin: sshd.user, key: sshd.keyFile, ...more }
  station.write('deploy.ini', deployFile({ ...sections, 'node:web1': at, 'node:web2': at }))
  return station
}

/** Makes an ssh configuration that knows the way to a jump host. */
function configOf({ folder, port, user, keyFile, knownHostsFile }: Sshd): string {
  const path = join(folder, 'config')
  const lines = ['Host hop.invalid', 'HostName 127.0.0.1', `Port ${port}`, `User ${user}`, `IdentityFile ${keyFile}`]
  writeFileSync(path, [...lines, `UserKnownHostsFile ${knownHostsFile}`, ''].join('\n'))
  return path
}

/** The mount points in a workstation's folders. */
function mounts({ folder }: Workstation): readonly string[] {
  const lines = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  return lines.map((line) => line.split(' ')[1] ?? '').filter((path) => path.startsWith(dirname(folder)))
}

function unmountAll(station: Workstation): void {
  for (const path of mounts(station)) execFileSync('fusermount3', ['-uz', path])
}

/** The sshfs that serves a mount point; of our own making, as the path is. */
function processesOf(path: string): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const words = (pid: string) => readOr(`/proc/${pid}/cmdline`).split('\0')
  return pids.filter((pid) => words(pid)[0] === 'sshfs' && words(pid).includes(path)).map(Number)
}

/** Does something to the one that serves now. */
async function hurt(path: string, signal: NodeJS.Signals): Promise<void> {
  const pid = processesOf(path).find((each) => !/^State:\s+T/m.test(readOr(`/proc/${each}/status`)))
  if (pid === undefined) throw new Error(`nothing serves ${path}`)
  process.kill(pid, signal)
  await until(() =>
    signal === 'SIGKILL' ? !processesOf(path).includes(pid) : /^State:\s+T/m.test(readOr(`/proc/${pid}/status`)),
  )
}

/** A PATH that begins with a program of one's own. */
function pathWith(name: string, script: string): string {
  const folder = mkdtempSync(join(programs, 'p-'))
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, name), 0o755)
  return `${folder}:${process.env.PATH}`
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
