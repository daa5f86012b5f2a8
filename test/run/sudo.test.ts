import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { endProcess, isAlive, pidIn } from '../fixtures/agent.ts'
import { isRoot, type Sshd } from '../fixtures/sshd.ts'
import { close, expectOneStory, makeScene, open, type Scene, startNode, step } from './scene.ts'

/** Rules for a user of one's own are root's to write. */
describe.runIf(isRoot)('a step with as=root', () => {
  let sshd: Sshd
  let scene: Scene
  let rules: string
  beforeAll(async () => {
    sshd = await startNode()
    rules = `/etc/sudoers.d/${sshd.user}`
  })
  afterAll(() => sshd.stop())
  beforeEach(() => {
    scene = makeScene(sshd)
  })
  afterEach(() => {
    rmSync(rules, { force: true })
    scene.remove()
  })

  const run = () => scene.station.conc('run', 'release', 'web1', '--json')
  const allow = (who: string) => writeFileSync(rules, `${sshd.user} ALL=(${who}) NOPASSWD: ALL\n`, { mode: 0o440 })

  test('runs as root where sudo asks for no password', async () => {
    allow('ALL')
    scene.steps(open, step('a', 'remote', 'id -un', 'as=root'), step('b', 'remote', 'id -un'), close)
    const ended = await run()
    expect(ended.exit, ended.stdout).toBe(0)
    const printed = ended.events.flatMap((event) => (event.event === 'output' ? [event.text] : []))
    expect(printed).toEqual(['root\n', `${sshd.user}\n`])
    await expectOneStory(scene, ended)
  })

  test('a script too long for an argument reaches a user who can not read the bundle', async () => {
    allow('ALL')
    scene.station.write('long.sh', `id -un\n# ${'x'.repeat(150_000)}\nread -r line || echo no input\n`)
    scene.steps(open, 'a = remote as=nobody script long.sh', 'b = remote sh "id -un"', close)
    const ended = await run()
    expect(ended.exit, ended.stdout.slice(-1_000)).toBe(0)
    const printed = ended.events.flatMap((event) => (event.event === 'output' ? [event.text] : []))
    expect(printed.join('')).toBe(`nobody\nno input\n${sshd.user}\n`)
  })

  test.each([
    ['has no rule', undefined],
    ['may only be somebody else', 'nobody'],
  ])('does not run where the user %s, and says so', async (_, who) => {
    if (who !== undefined) allow(who)
    scene.steps(open, step('a', 'remote', '', 'as=root'), step('b', 'remote'), close)
    const ended = await run()
    expect([1, 4]).toContain(ended.exit)
    expect(ended.stdout).toMatch(/sudo/)
    expect(scene.trace()).toEqual([])
    if (existsSync(scene.bundle)) expect((await scene.status()).stands[2]).toBe('b PENDING')
  })

  test.each([
    ['at TERM', '', ['TIMED OUT', false]],
    ['at nothing less than KILL', "trap '' TERM; ", undefined],
  ])('over its time is TIMED OUT with the processes of root dead, which end %s', async (_, trap, told) => {
    allow('ALL')
    const sleeper = `${trap}sleep 600 & echo $! >$dir/pid; wait`
    scene.steps(open, step('a', 'remote', sleeper, 'as=root timeout=1s'), step('b', 'remote'), close)
    const ended = await run()
    const pid = await pidIn(join(scene.dir, 'pid'))
    const alive = isAlive(pid)
    endProcess(pid)
    // Where KILL can't reach them that is an ERROR: it is never told that they are dead when they are not.
    expect([ended.end?.status, alive], ended.stdout).toEqual(told ?? (alive ? ['ERROR', true] : ['TIMED OUT', false]))
    expect(scene.trace()).toEqual(['a'])
    await expectOneStory(scene, ended)
  })

  test('that is ended by a second Ctrl-C is STOPPED, and the processes of root are dead', async () => {
    allow('ALL')
    const sleeper = 'sleep 600 & echo $! >$dir/pid; wait'
    scene.steps(open, step('a', 'remote', sleeper, 'as=root'), step('b', 'remote'), close)
    const running = scene.station.start('run', 'release', 'web1', '--json')
    const pid = await pidIn(join(scene.dir, 'pid'))
    running.signal('SIGINT')
    await running.said(/halting/)
    running.signal('SIGINT')
    const ended = await running.ended
    const alive = isAlive(pid)
    endProcess(pid)
    expect([ended.exit, ended.end?.status, alive]).toEqual([5, 'STOPPED', false])
    await expectOneStory(scene, ended)
  })

  test('that fails keeps its exit code', async () => {
    allow('ALL')
    scene.steps(open, step('a', 'remote', 'exit 3', 'as=root'), close)
    const ended = await run()
    expect(ended.exit).toBe(1)
    expect(ended.events).toContainEqual(expect.objectContaining({ event: 'step-end', status: 'FAILED', exit: 3 }))
    expect(readFileSync(join(scene.dir, 'trace'), 'utf8')).toBe('a\n')
  })
})
