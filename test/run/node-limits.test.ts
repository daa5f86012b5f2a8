import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isRoot, type Sshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { type Disk, mountDisk } from './disk.ts'
import { close, gated, makeScene, open, type Scene, startNode, step } from './scene.ts'

let sshd: Sshd
let scene: Scene

const run = (...args: readonly string[]) => scene.station.conc('run', 'release', 'web1', '--json', ...args)

describe.runIf(isRoot)('a disk for the bundle', () => {
  let disk: Disk
  beforeAll(async () => {
    sshd = await startNode()
  })
  afterAll(() => sshd.stop())
  beforeEach(() => {
    disk = mountDisk(400, 60)
    scene = makeScene(sshd, { bundle: join(disk.path, 'shop') })
  })
  afterEach(() => {
    scene.remove()
    disk.remove()
  })

  const ways = [
    ['read-only', () => disk.readOnly()],
    ['without room for files', () => disk.fill('inodes')],
  ] as const

  test.each(ways)('that is %s at the start is told: nothing was changed', async (_, spoil) => {
    scene.steps(open, step('a', 'remote'), close)
    spoil()
    const ended = await run()
    expect([ended.exit, ended.end?.message]).toEqual([4, expect.stringContaining('Nothing was changed.')])
    expect(readdirSync(disk.path)).toEqual([])
    expect((await scene.status()).state).toBe('FREE')
    disk.writable()
    disk.free()
    expect((await run()).exit).toBe(0)
    expect(scene.trace()).toEqual(['a'])
  })

  test.each(['remote', 'local'] as const)(
    'that becomes read-only during a %s step: the step is not told as done, and nothing follows',
    async (side) => {
      // A file that is open for writing would keep the disk writable: so this one closes its output.
      scene.steps(open, step('a', 'remote'), step('b', side, `exec >&- 2>&-; ${gated()}`), step('c', 'remote'), close)
      const running = scene.station.start('run', 'release', 'web1', '--json')
      await until(() => scene.trace().includes('b'))
      await until(() => {
        try {
          disk.readOnly()
          return true
        } catch {
          return false
        }
      })
      scene.openGate()
      const ended = await running.ended
      expect(ended.exit).toBe(7)
      expect(ended.events.find((event) => event.event === 'step-end' && event.step === 'b')).toMatchObject({
        status: 'ERROR',
      })
      expect(ended.end?.message).toContain('The bundle is kept.')
      expect(scene.trace()).toEqual(['a', 'b'])
      expect((await scene.status()).stands.slice(1)).toEqual(['a OK', 'b UNKNOWN', 'c PENDING', 'close PENDING'])
      for (const args of [
        ['resume', 'web1', '--retry'],
        ['mark', 'web1', 'b', '--done', '-m', 'seen'],
      ]) {
        const refused = await scene.station.conc(...args)
        expect([refused.exit, refused.stdout + refused.stderr]).toEqual([
          4,
          expect.stringContaining('Read-only file system'),
        ])
      }
      disk.writable()
      expect((await scene.station.conc('resume', 'web1')).exit).toBe(7)
      expect((await scene.station.conc('mark', 'web1', 'b', '--done', '-m', 'seen')).exit).toBe(0)
      const resumed = await scene.station.conc('resume', 'web1', '--json')
      expect(resumed.exit, resumed.stderr).toBe(0)
      expect(scene.trace()).toEqual(['a', 'b', 'c'])
    },
  )

  test('that has no room for files any more loses no end, says what it could not keep, and closes when there is room', async () => {
    scene.steps(
      open,
      step('a', 'remote', gated()),
      step('b', 'remote', 'echo said'),
      step('c', 'local', 'echo said'),
      close,
    )
    const running = scene.station.start('run', 'release', 'web1', '--json')
    await until(() => scene.trace().includes('a'))
    disk.fill('inodes')
    scene.openGate()
    const ended = await running.ended
    expect([ended.exit, ended.end?.message]).toEqual([7, expect.stringMatching(/close: the node can't write/)])
    expect((await scene.status()).stands).toEqual(['open OK', 'a OK', 'b OK', 'c OK', 'close PENDING'])
    disk.free()
    const resumed = await scene.station.conc('resume', 'web1', '--json')
    expect(resumed.exit, resumed.stdout).toBe(0)
    expect(scene.trace()).toEqual(['a', 'b', 'c'])
    expect(readdirSync(disk.path)).toEqual([])
  })
})

/** A login that is traced or limited where its home holds a file `limits`: a script that starts what it is given. */
describe.runIf(isRoot)('a quota', () => {
  beforeAll(async () => {
    const limited = 'if [ -e limits ]; then exec /bin/sh ./limits "$SSH_ORIGINAL_COMMAND"; fi'
    sshd = await startNode({ config: [`ForceCommand ${limited}; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"`] })
  })
  afterAll(() => sshd.stop())
  beforeEach(() => {
    scene = makeScene(sshd)
  })
  afterEach(() => {
    rmSync(join(sshd.home, 'limits'), { force: true })
    scene.remove()
  })

  /** From the `from`th call of a process on, these calls on this path of the bundle fail with EDQUOT. */
  function exceed(calls: string, path: string, from = 1): void {
    const at = `-P ${join(scene.bundle, path)} -P ${join('.conc', scene.app, path)}`
    const inject = `-e trace=${calls} ${at} -e inject=${calls}:error=EDQUOT:when=${from}+`
    limit(`exec strace -f -qq -o /dev/null ${inject} /bin/sh -c "$1"`)
  }

  function limit(script: string): void {
    writeFileSync(join(sshd.home, 'limits'), `${script}\n`)
    chmodSync(join(sshd.home, 'limits'), 0o644)
  }

  const lift = () => rmSync(join(sshd.home, 'limits'))

  test.each([
    ['mkdir', ''],
    ['mkdir', 'epoch.1'],
    ['write', 'plan.json'],
    ['write', 'journal'],
    ['write', 'holder.new'],
  ])('exceeded by %s at /%s as the bundle is made is told: nothing was changed', async (calls, path) => {
    scene.steps(open, step('a', 'remote'), close)
    exceed(calls, path)
    const ended = await run()
    expect([ended.exit, ended.end?.message]).toEqual([4, expect.stringContaining('Nothing was changed.')])
    expect(existsSync(scene.bundle)).toBe(false)
    lift()
    expect((await run()).exit).toBe(0)
    expect(scene.trace()).toEqual(['a'])
  })

  test('exceeded by the end of a step: what ended is told by the name of its output, and nothing follows', async () => {
    scene.steps(open, step('a', 'remote', 'echo said'), step('b', 'remote'), close)
    exceed('write', 'journal', 2)
    const ended = await run()
    expect([ended.exit, ended.end?.message]).toEqual([7, expect.stringContaining("can't write its journal")])
    expect(ended.events.filter(({ event }) => event === 'step-end')).toMatchObject([
      { step: 'open', status: 'OK' },
      { step: 'a', status: 'OK' },
    ])
    expect(scene.trace()).toEqual(['a'])
    lift()
    expect((await scene.status()).stands).toEqual(['open OK', 'a OK', 'b PENDING', 'close PENDING'])
    const printed = async () => (await scene.station.conc('log', 'web1', 'a')).stdout
    expect(await printed()).toBe('said\n')
    const resumed = await scene.station.conc('resume', 'web1', '--json')
    expect(resumed.exit, resumed.stdout).toBe(0)
    expect(scene.trace()).toEqual(['a', 'b'])
    expect(scene.journal()).toContain('end 2 1 a OK exit=0 signal=-')
    expect(await printed()).toBe('said\n')
  })

  test('exceeded by the end of a local step: it is not told as done', async () => {
    scene.steps(open, step('a', 'local'), step('b', 'remote'), close)
    // The agent writes once as it opens the bundle, and once as the step begins.
    exceed('write', 'journal', 3)
    const ended = await run()
    expect(ended.exit).toBe(7)
    expect(ended.events.find((event) => event.event === 'step-end' && event.step === 'a')).toMatchObject({
      status: 'ERROR',
      why: expect.stringMatching(/it ended OK, but that could not be recorded/),
    })
    expect(scene.trace()).toEqual(['a'])
    lift()
    await until(async () => (await scene.status()).state === 'LOST')
    expect((await scene.station.conc('resume', 'web1')).exit).toBe(7)
    expect((await scene.station.conc('mark', 'web1', 'a', '--done', '-m', 'it ended OK')).exit).toBe(0)
    expect((await scene.station.conc('resume', 'web1')).exit).toBe(0)
    expect(scene.trace()).toEqual(['a', 'b'])
  })

  test.each(['take', 'mark'])('exceeded as a run is taken over by %s changes nothing', async (how) => {
    scene.steps(open, step('a', 'remote'), step('b', 'remote'), close)
    expect((await run('--until', 'b')).exit).toBe(5)
    const before = scene.journal()
    exceed('mkdir', 'epoch.2')
    const args = how === 'take' ? ['resume', 'web1'] : ['mark', 'web1', 'b', '--done', '-m', 'why']
    const refused = await scene.station.conc(...args)
    expect([refused.exit, refused.stdout + refused.stderr]).toEqual([4, expect.stringContaining("can't be taken over")])
    expect(scene.journal()).toEqual(before)
    lift()
    expect((await scene.station.conc('resume', 'web1')).exit).toBe(0)
    expect(scene.trace()).toEqual(['a', 'b'])
  })

  test('of one file, by ulimit -f, is told and does not kill the agent', async () => {
    const much = `echo ${'much '.repeat(1000)}`
    scene.steps(open, step('a', 'remote'), `b = remote sh "${much} >/dev/null"`, step('c', 'remote'), close)
    // In blocks of 512 bytes: the plan is longer.
    limit('ulimit -f 4; exec /bin/sh -c "$1"')
    const ended = await run()
    expect([ended.exit, ended.end?.message]).toEqual([4, expect.stringContaining('Nothing was changed.')])
    expect(existsSync(scene.bundle)).toBe(false)
    lift()
    expect((await run()).exit).toBe(0)
  })

  test('of one file, by ulimit -f, ends a step that exceeds it as it would by hand', async () => {
    scene.steps(open, 'a = remote sh "head -c 100000 /dev/zero >$dir/big"', close)
    limit('ulimit -f 100; exec /bin/sh -c "$1"')
    const ended = await run()
    expect(ended.exit).toBe(1)
    expect(ended.events.find((event) => event.event === 'step-end' && event.step === 'a')).toMatchObject({
      status: 'FAILED',
      why: expect.stringMatching(/exit 153|SIGXFSZ/),
    })
  })
})
