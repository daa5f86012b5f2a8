import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Sshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { endProcess, isRoot, makeUser, type User } from '../fixtures/users.ts'
import { close, gated, makeScene, open, type Scene, startNode, step } from './scene.ts'

/** Another user of the node, who looks and plants what there is to plant. Users are root's to make. */
describe.runIf(isRoot)('a neighbour on the node', () => {
  let sshd: Sshd
  let neighbour: User
  let scene: Scene
  beforeAll(async () => {
    // The login's own umask is of no help.
    sshd = await startNode({ config: ['ForceCommand umask 000; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"'] })
    neighbour = makeUser()
    chmodSync(sshd.home, 0o755)
  })
  afterAll(async () => {
    await sshd.stop()
    neighbour.remove()
  })
  beforeEach(() => {
    scene = makeScene(sshd)
  })
  afterEach(() => {
    scene.remove()
    rmSync(join(sshd.home, '.conc'), { recursive: true, force: true })
  })

  /** What agents of the login user, of whatever run, have in /tmp. */
  const agentFolders = () => {
    const { uid } = lstatSync(sshd.home)
    return readdirSync('/tmp').filter(
      (name) => /^conc\.\w{10}$/.test(name) && lstatSync(join('/tmp', name), { throwIfNoEntry: false })?.uid === uid,
    )
  }
  const asNeighbour = (script: string) => ['--reuid', neighbour.name, '--clear-groups', 'sh', '-c', script]
  const run = (...more: readonly string[]) => scene.station.conc('run', 'release', 'web1', '--json', ...more)

  test('never gets into the bundle, from its first moment to its last', async () => {
    const found = join(scene.dir, 'found')
    writeFileSync(found, '')
    chmodSync(found, 0o666)
    // Looks as often as it can for a folder that opens, and for what the agent has in /tmp.
    const look = [
      'while :; do',
      `for d in ${sshd.home}/.conc ${scene.bundle} ${scene.bundle}.closed.* ${scene.bundle}/payload ${scene.bundle}/epoch.1 /tmp/conc.*; do`,
      `[ -O "$d" ] || ! ls "$d" >/dev/null 2>&1 || echo "$d" >>${found}; done; done`,
    ].join('\n')
    const spy = spawn('setpriv', asNeighbour(look), { stdio: 'ignore' })
    scene.steps(open, step('a', 'remote', 'sleep 0.5'), close)
    const ended = await run()
    endProcess(spy.pid ?? 0)
    if (spy.exitCode === null && spy.signalCode === null) await once(spy, 'close')
    expect(ended.exit, ended.stdout).toBe(0)
    expect(readFileSync(found, 'utf8')).toBe('')
  })

  test('finds nothing that is open to others while a step runs, though the umask is 000', async () => {
    const before = agentFolders()
    scene.station.write('payload.bin', 'payload')
    scene.steps(open, 'deliver = local deliver payload.bin', step('a', 'remote', `umask; ${gated()}`), close)
    const running = scene.station.start('run', 'release', 'web1', '--json')
    await running.event((event) => event.event === 'step-start' && event.step === 'a')
    const temp = agentFolders().filter((name) => !before.includes(name))
    expect(temp).not.toEqual([])
    const folders = [join(sshd.home, '.conc'), scene.bundle, ...temp.map((name) => join('/tmp', name))]
    expect(folders.map((path) => (lstatSync(path).mode & 0o777).toString(8))).toEqual(folders.map(() => '700'))
    const open077 = execFileSync('find', [...folders.slice(1), '-perm', '/077', '!', '-type', 'l'], {
      encoding: 'utf8',
    })
    // What was delivered keeps its mode; it lies below the bundle's 0700.
    expect(open077.split('\n').filter((path) => path !== '' && !path.includes('/payload/'))).toEqual([])
    expect(lstatSync(join(scene.bundle, 'payload', 'payload.bin')).mode & 0o777).toBe(0o644)
    scene.openGate()
    const ended = await running.ended
    expect(ended.exit).toBe(0)
    // The step itself has the umask of the login.
    expect(
      ended.events.flatMap((event) => (event.event === 'output' && event.step === 'a' ? [event.text] : [])).join(''),
    ).toMatch(/^0000?\n$/)
    await until(() => !temp.some((name) => existsSync(join('/tmp', name))))
  })

  test('can plant names in /tmp, and none of them is used', async () => {
    const planted = ['conc', 'conc.XXXXXXXXXX', 'conc.input', 'conc.sudo'].map((name) => join('/tmp', name))
    const target = join(neighbour.home, 'written')
    for (const path of planted) execFileSync('setpriv', asNeighbour(`ln -s ${target} ${path}`))
    try {
      scene.steps(open, step('a', 'remote'), close)
      expect((await run()).exit).toBe(0)
      expect(existsSync(target)).toBe(false)
      for (const path of planted) expect(lstatSync(path).isSymbolicLink()).toBe(true)
    } finally {
      for (const path of planted) rmSync(path, { force: true })
    }
  })

  test.each([
    ['a link to a folder of his', (path: string) => symlinkSync(join(neighbour.home, 'trap'), path)],
    ['a link to nothing', (path: string) => symlinkSync(join(neighbour.home, 'nothing'), path)],
    ['a folder of his', (path: string) => execFileSync('install', ['-d', '-m', '777', '-o', neighbour.name, path])],
    ['a file of his', (path: string) => execFileSync('install', ['-o', neighbour.name, '/dev/null', path])],
  ])('who could plant %s in the place of the bundle has blocked it, and nothing is written there', async (_, plant) => {
    mkdirSync(join(neighbour.home, 'trap'), { recursive: true })
    chmodSync(neighbour.home, 0o777)
    chmodSync(join(neighbour.home, 'trap'), 0o777)
    execFileSync('install', ['-d', '-m', '700', '-o', sshd.user, join(sshd.home, '.conc')])
    plant(scene.bundle)
    const before = lstatSync(scene.bundle)
    scene.steps(open, step('a', 'remote'), close)
    const ended = await run()
    expect([ended.exit, ended.end?.status], ended.stdout).toEqual([3, 'BLOCKED'])
    expect(ended.end?.message).toContain('is no bundle of this user')
    expect(scene.trace()).toEqual([])
    for (const args of [
      ['resume', 'web1'],
      ['unlock', 'web1', '--id', 'r1', '-m', 'why'],
    ])
      expect((await scene.station.conc(...args)).exit).not.toBe(0)
    expect(lstatSync(scene.bundle).ino).toBe(before.ino)
    expect(readdirSync(neighbour.home).filter((name) => name === 'nothing')).toEqual([])
    expect(readdirSync(join(neighbour.home, 'trap'))).toEqual([])
  })

  test('who can write to a folder above the bundle is told of by doctor, and not before that is mended', async () => {
    execFileSync('install', ['-d', '-m', '777', '-o', sshd.user, join(sshd.home, '.conc')])
    scene.steps(open, step('a', 'remote'), close)
    const sick = await scene.station.conc('doctor', 'web1')
    expect([sick.exit, sick.stdout]).toEqual([
      4,
      expect.stringContaining(`FAIL  folder    everybody can write to ${sshd.home}/.conc`),
    ])
    const mend = /^web1 {2}mend {2}folder {4}(.*)$/m.exec(sick.stdout)?.[1] ?? ''
    execFileSync('sh', ['-c', mend])
    expect((await scene.station.conc('doctor', 'web1')).exit).toBe(0)
  })

  test('does not see a value that a step is given, in the list of processes', async () => {
    scene.steps(open, `a = remote sh "${gated()}"`, close)
    const running = scene.station.start('run', 'release', 'web1', '--json')
    await running.event((event) => event.event === 'step-start' && event.step === 'a')
    const list = execFileSync('setpriv', asNeighbour('ps -eo user:40,args'), { encoding: 'utf8' })
    const agents = list.split('\n').filter((line) => line.startsWith(sshd.user) && line.includes('/bin/sh -c s='))
    expect(agents).not.toEqual([])
    // The nonce, which alone makes an answer count, is in no argument.
    expect(agents.filter((line) => /[0-9a-f]{32}/.test(line))).toEqual([])
    scene.openGate()
    expect((await running.ended).exit).toBe(0)
  })
})
