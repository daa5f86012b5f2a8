import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Ended } from '../fixtures/conc.ts'
import { isRoot, type Sshd } from '../fixtures/sshd.ts'
import { makeScene, type Scene, startNode, step } from './scene.ts'

let sshd: Sshd
let scene: Scene
beforeAll(async () => {
  sshd = await startNode()
})
afterAll(() => sshd.stop())
beforeEach(() => {
  scene = makeScene(sshd)
  scene.steps(...steps)
  scene.station.write('shop/version', '1\n')
})
afterEach(() => {
  scene.remove()
  for (const name of ['releases', 'current']) rmSync(join(sshd.home, name), { recursive: true, force: true })
})

/** As the repository's own deploy file, and what else the ops can do. */
const steps = [
  'pack = local sh "mkdir -p dist && tar -czf dist/shop-$release.tgz shop && cd dist && sha256sum *.tgz >SHA256SUMS"',
  'open = remote open-bundle',
  'stage = local open-bundle',
  'deliver = local deliver "dist/shop-*.tgz" dist/SHA256SUMS',
  'verify = remote checksum --sums SHA256SUMS',
  'unpack = remote untar shop-*.tgz --into releases/${release} --strip 1',
  step('migrate', 'remote', "echo 'one two' >releases/$release/it\\'s", 'timeout=1m'),
  'look = local pause "Is it $5? Then resume"',
  'switch = remote link releases/${release} current',
  'list = remote cd=current run ls -- version',
  'got = local fetch current/version got/',
  step('check', 'local', 'test $(cat got/version) = $release', 'cd=.'),
  'unstage = local close-bundle',
  'close = remote close-bundle',
]

test.each(['stage', 'deliver', 'unpack', 'switch', 'close'])(
  'a person with only ssh and cat finishes a run that was halted before %s',
  { timeout: 60_000 },
  async (halt) => {
    const person = personWithSsh()
    const halted = await haltedBefore(halt)
    expect(halted.exit, halted.stderr).toBe(5)
    expect(halted.stdout).toContain(`halted before ${halt}`)
    const text = person.ssh(`cat .conc/${scene.app}/remaining`)
    const remaining = commandsIn(text)
    const names = steps.map((line) => line.split(' ')[0])
    expect(remaining.map(({ name }) => name)).toEqual(names.slice(names.indexOf(halt)))
    expect(text).toContain(`\nDone: ${names.slice(0, names.indexOf(halt)).join(' ')} \n`)
    const { run = '', by } = await scene.status()
    expect(text).toContain(`run: ${run}\n`)
    expect(text).toContain(`by: ${by}\n`)

    for (const { side, line } of remaining) person[side === 'remote' ? 'ssh' : 'local'](line)

    const status = await scene.status()
    expect([status.state, status.run]).toEqual(['FREE', null])
    const history = join(sshd.home, '.conc', 'history', scene.app)
    expect(readdirSync(history)).toEqual([run])
    expect(readFileSync(join(history, run ?? '', 'journal'), 'utf8')).toContain(`open ${run}`)
    expect((await scene.station.conc('log', 'web1', '--json')).stdout).toContain(run)
    expect(readlinkSync(join(sshd.home, 'current'))).toBe('releases/1')
    expect(scene.trace()).toEqual(['migrate', 'check'])
    expect(existsSync(join(scene.station.home, '.conc', scene.app))).toBe(false)
  },
)

/** The run stops at its pause on the way. */
async function haltedBefore(halt: string): Promise<Ended> {
  const { station } = scene
  const ended = await station.conc('run', 'release', 'web1', '--until', halt)
  return ended.stdout.includes(' at look') ? station.conc('resume', 'web1', '--until', halt) : ended
}

interface Remaining {
  readonly name: string
  readonly side: string
  /** What is to be typed; of several lines where quotes go over their ends. */
  readonly line: string
}

function commandsIn(text: string): readonly Remaining[] {
  const heads = /^# \d+\. (\S+) \((local|remote)\)\n([\s\S]*?)\n(?=\n# )/gm
  return Array.from(text.matchAll(heads), ([, name = '', side = '', line = '']) => ({ name, side, line }))
}

/** A person at the workstation who has the OpenSSH client, with the node in its configuration, and a shell. */
function personWithSsh() {
  const { home, folder } = scene.station
  const bin = join(home, 'bin')
  mkdirSync(bin)
  writeFileSync(join(home, 'ssh_config'), configText(home))
  for (const name of ['ssh', 'scp']) {
    const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${real} -F '${home}/ssh_config' "$@"\n`, { mode: 0o755 })
  }
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: home, LANG: 'C.UTF-8' }
  const local = (line: string) => execFileSync('sh', ['-c', line], { cwd: folder, env, encoding: 'utf8' })
  // Where root has not made a login of its own, the home that conc goes to is not where ssh begins.
  const typed = (line: string) => (isRoot ? line : `cd; ${line}`)
  const ssh = (line: string) => execFileSync('ssh', ['web1', typed(line)], { env, cwd: folder, encoding: 'utf8' })
  return { local, ssh }
}

/** As it stands in a person's ~/.ssh/config, which ssh looks for in the user's real home. */
function configText(home: string): string {
  return [
    'Host web1',
    '  HostName 127.0.0.1',
    `  Port ${sshd.port}`,
    `  User ${sshd.user}`,
    'Host *',
    `  IdentityFile ${sshd.keyFile}`,
    '  IdentitiesOnly yes',
    '  BatchMode yes',
    '  StrictHostKeyChecking yes',
    `  UserKnownHostsFile ${home}/.ssh/known_hosts`,
    '  GlobalKnownHostsFile /dev/null',
    '',
  ].join('\n')
}
