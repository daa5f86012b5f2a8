import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { embedded, inShell, objectsOf } from '../cli/sample.ts'
import { conc } from '../fixtures/conc.ts'
import { isRoot, type Sshd } from '../fixtures/sshd.ts'
import { type Disk, mountDisk } from './disk.ts'
import { close, expectOneStory, makeScene, open, type Scene, startNode, step } from './scene.ts'

let sshd: Sshd
let scene: Scene
let disk: Disk
beforeAll(async () => {
  sshd = await startNode()
  if (isRoot) disk = mountDisk(64, 40)
})
afterAll(async () => {
  disk?.remove()
  await sshd.stop()
})
beforeEach(() => {
  scene = makeScene(sshd)
})
afterEach(() => {
  if (isRoot) {
    disk.writable()
    disk.clear()
  }
  scene.remove()
})

/** The workstation with another environment or home. */
function concWith(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  return conc({ home: scene.station.home, cwd: scene.station.folder, env }, ...args)
}

describe('results that can not be written', () => {
  test.each(['', ' --json'])('do not change how a run ends, are told, and nothing is half done%s', async (options) => {
    scene.steps(open, step('a', 'remote'), step('b', 'local'), step('c', 'remote', 'exit 3'), close)
    const { exitCode, stderr } = await inShell(scene.station, `$conc run release web1${options} >/dev/full`)
    expect(exitCode).toBe(1)
    expect(stderr).toContain('conc: stdout is no longer written: the disk is full')
    expect(scene.trace()).toEqual(['a', 'b', 'c'])
    expect((await scene.status()).stands).toEqual(['open OK', 'a OK', 'b OK', 'c FAILED', 'close PENDING'])
  })

  test('on stderr do not change how a run ends', async () => {
    scene.steps(open, step('a', 'remote', 'exit 3'), close)
    const { exitCode, stdout } = await inShell(scene.station, '$conc run release web1 --json 2>/dev/full')
    expect(exitCode).toBe(1)
    expect(objectsOf(String(stdout)).at(-1)).toMatchObject({ event: 'run-end', status: 'FAILED' })
  })

  test.each([
    'status web1',
    'status web1 --json',
    'log web1',
    'log web1 a',
    'plan release web1',
    'exec web1 -- echo x',
  ])('of %s are no success', async (command) => {
    scene.steps(open, step('a', 'remote', 'echo x; exit 3'), close)
    await scene.station.conc('run', 'release', 'web1')
    const { exitCode, stderr } = await inShell(scene.station, `$conc ${command} >/dev/full`)
    expect({ exitCode, stderr }).toEqual({
      exitCode: 7,
      stderr: 'conc: stdout is no longer written: the disk is full',
    })
  })

  test('to a reader that has gone are nobody’s loss', async () => {
    scene.steps(open, step('a', 'remote'), close)
    const { stdout, stderr } = await inShell(
      scene.station,
      '{ $conc log web1; $conc plan release web1; echo $? >&2; } | true',
    )
    expect([stdout, stderr]).toEqual(['', expect.stringMatching(/0$/)])
  })

  test.runIf(isRoot)('that end in the middle stay a whole beginning', async () => {
    const much = step(
      'much',
      'remote',
      'i=0; while [ $i -lt 2000 ]; do echo line $i of many; i=$((i+1)); done; sleep 0.1',
    )
    scene.steps(open, ...[1, 2, 3, 4, 5].map((n) => much.replaceAll('much', `much${n}`)), close)
    const file = join(disk.path, 'events')
    const { exitCode, stderr } = await inShell(scene.station, `$conc run release web1 --json >${file}`)
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('stdout is no longer written')])
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
    expect(lines.map((line) => JSON.parse(line).event)).not.toContain('run-end')
  })
})

describe('a temporary folder', () => {
  const rows: readonly [string, () => string][] = [
    ['missing', () => '/nonexistent/tmp'],
    ['a file', () => join(scene.station.folder, 'deploy.ini')],
  ]
  const disks: readonly [string, () => string][] = [
    [
      'full',
      () => {
        disk.fill('inodes')
        return disk.path
      },
    ],
    [
      'read-only',
      () => {
        disk.readOnly()
        return disk.path
      },
    ],
  ]

  test.each([...rows, ...(isRoot ? disks : [])])(
    'that is %s ends a local step with ERROR, which is known not to have run',
    async (_, spoil) => {
      scene.steps(open, step('a', 'remote'), step('b', 'local'), step('c', 'remote'), close)
      const TMPDIR = spoil()
      const ended = await concWith({ TMPDIR }, 'run', 'release', 'web1', '--json')
      expect(ended.exit).toBe(7)
      expect(ended.events.find((event) => event.event === 'step-end' && event.step === 'b')).toMatchObject({
        status: 'ERROR',
        why: expect.stringContaining(TMPDIR),
      })
      expect(ended.end?.message).not.toContain('conc broke')
      expect(scene.trace()).toEqual(['a'])
      expect((await expectOneStory(scene, ended)).stands).toEqual([
        'open OK',
        'a OK',
        'b ERROR',
        'c PENDING',
        'close PENDING',
      ])
      const resumed = await scene.station.conc('resume', 'web1', '--retry')
      expect(resumed.exit, resumed.stderr).toBe(0)
      expect(scene.trace()).toEqual(['a', 'b', 'c'])
    },
  )
})

describe.runIf(isRoot)('a home', () => {
  /** A home on the small disk that knows the node. */
  function homeOnDisk(): string {
    const home = mkdtempSync(join(disk.path, 'home-'))
    mkdirSync(join(home, '.ssh'), { mode: 0o700 })
    writeFileSync(join(home, '.ssh', 'known_hosts'), readFileSync(sshd.knownHostsFile))
    return home
  }

  const ways = [
    ['full', () => disk.fill('bytes')],
    ['without room for files', () => disk.fill('inodes')],
    ['read-only', () => disk.readOnly()],
  ] as const

  test.each(ways)(
    'that is %s takes no bundle: nothing is begun, and nothing is left to lock out the next',
    async (_, spoil) => {
      scene.steps('here = local open-bundle', open, step('a', 'remote'), 'leave = local close-bundle', close)
      const where = { home: homeOnDisk(), cwd: scene.station.folder }
      spoil()
      const ended = await conc(where, 'run', 'release', 'web1', '--json')
      expect(ended.exit).toBe(1)
      expect(ended.events.find((event) => event.event === 'step-end')).toMatchObject({
        step: 'here',
        status: 'FAILED',
        why: expect.stringMatching(
          /^the bundle can't be made on this workstation: (the disk is full|its file system is read-only)/,
        ),
      })
      expect(scene.trace()).toEqual([])
      expect((await scene.status()).state).toBe('FREE')
      disk.writable()
      disk.free()
      const again = await conc(where, 'run', 'release', 'web1', '--json')
      expect(again.exit, again.stdout).toBe(0)
      expect(existsSync(join(where.home, '.conc', scene.app))).toBe(false)
    },
  )

  test.each(ways)('that is %s can not remember a new host key: nothing is begun', async (_, spoil) => {
    scene.steps(open, step('a', 'remote'), close)
    const home = homeOnDisk()
    const file = join(home, '.ssh', 'known_hosts')
    // A file that fills its page has to grow by another.
    writeFileSync(file, `#${'-'.repeat(4094)}\n`)
    const before = readFileSync(file)
    spoil()
    const ended = await conc({ home, cwd: scene.station.folder }, 'run', 'release', 'web1', '-e', 'hostkeys=accept-new')
    if (_ === 'without room for files') {
      expect(ended.exit, ended.stdout).toBe(0)
      return
    }
    expect(ended.exit).toBe(4)
    expect(ended.stdout).toMatch(
      /the new host key can't be written to \S+known_hosts: (the disk is full|its file system is read-only)/,
    )
    expect(readFileSync(file)).toEqual(before)
    expect(scene.trace()).toEqual([])
    expect((await scene.status()).state).toBe('FREE')
  })

  test.each(ways.slice(1))('that is %s holds no embedded node: exit 4', async (_, spoil) => {
    scene.station.write('embedded.ini', embedded({ a: 'local run true' }))
    const home = homeOnDisk()
    spoil()
    const where = { home, cwd: scene.station.folder }
    for (const args of [['run', 'release'], ['status']]) {
      const ended = await conc(where, '-f', 'embedded.ini', ...args, 'demo')
      expect(ended.exit, ended.stdout).toBe(4)
      expect(ended.stdout + ended.stderr).toMatch(
        /the embedded node demo can't be kept in \S+: (the disk is full|its file system is read-only)/,
      )
    }
    expect(readdirSync(home)).toEqual(['.ssh'])
  })
})

describe.runIf(isRoot)('a file that is fetched onto a full disk', () => {
  test.each([
    ['in many pieces', 300_000],
    ['in one piece', 5_000],
  ])('%s is not there, and the run can go on', async (_, size) => {
    writeFileSync(join(scene.dir, 'blob'), Buffer.alloc(size, 'x'))
    const [folder, file] = [join(disk.path, 'here'), join(disk.path, 'here', 'blob')]
    mkdirSync(folder)
    // One page of 4 KiB is left of 64.
    appendFileSync(join(disk.path, 'other'), Buffer.alloc(60 * 1024))
    scene.steps(open, step('a', 'remote'), `get = local fetch ${scene.dir}/blob ${folder}/`, step('b', 'remote'), close)
    const ended = await scene.station.conc('run', 'release', 'web1', '--json')
    expect(existsSync(file)).toBe(false)
    expect(ended.exit).toBe(1)
    expect(ended.end?.message).toMatch(/the disk is full\. Make room here/)
    expect(readdirSync(folder)).toEqual([])
    expect((await expectOneStory(scene, ended)).stands.slice(2)).toEqual(['get FAILED', 'b PENDING', 'close PENDING'])
    writeFileSync(join(scene.dir, 'blob'), 'short')
    expect((await scene.station.conc('resume', 'web1', '--retry')).exit).toBe(0)
    expect(readFileSync(file, 'utf8')).toBe('short')
    expect(scene.trace()).toEqual(['a', 'b'])
  })
})
