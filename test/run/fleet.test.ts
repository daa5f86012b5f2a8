import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Sshd } from '../fixtures/sshd.ts'
import { freePort } from '../fixtures/sshd.ts'
import { endOf, endsIn, type Fleet, makeFleet, marked } from './fleetscene.ts'
import { close, gated, open, startNode } from './scene.ts'
import { nodeKnows, placed } from './wish.ts'

let sshd: Sshd
let fleet: Fleet
beforeAll(async () => {
  sshd = await startNode()
})
afterAll(() => sshd.stop())
afterEach(() => fleet.remove())

const run = (...words: readonly string[]) => fleet.station.conc('run', 'release', ...words, '--json')
const resume = (...words: readonly string[]) => fleet.station.conc('resume', ...words, '--json')

describe('several nodes', () => {
  test('are all locked first, by their names, and then come in the order given', async () => {
    fleet = makeFleet(sshd, 3)
    fleet.steps(open, marked('a'), marked('b', '', 'local'), close)
    const ended = await run('n03', 'n01', 'n02')
    expect(endOf(ended), ended.stderr).toEqual({
      exit: 0,
      code: 0,
      status: 'OK',
      nodes: ['n03 OK', 'n01 OK', 'n02 OK'],
    })
    expect(endsIn(ended.events).slice(0, 4)).toEqual(['n01:open OK', 'n02:open OK', 'n03:open OK', 'n03:a OK'])
    expect(fleet.trace()).toEqual(['n03:a', 'n03:b', 'n01:a', 'n01:b', 'n02:a', 'n02:b'])
    expect(await fleet.states()).toEqual(['FREE', 'FREE', 'FREE'])
    const ends = ended.events.filter(({ event }) => event === 'run-end').map(({ node }) => node)
    expect(ends).toEqual(['n03', 'n01', 'n02', 'n03,n01,n02'])
    expect(ended.end?.message).toBe('release is done on n03, n01, n02.')
  })

  test('halt at the first that is not OK, and resume takes up those that failed and those that never began', async () => {
    fleet = makeFleet(sshd, 4)
    fleet.steps(open, marked('a', '[ $name != n02 ] || [ -e $dir/go ]'), close)
    const ended = await run('web')
    expect(endOf(ended), ended.stderr).toEqual({
      exit: 1,
      code: 1,
      status: 'FAILED',
      nodes: ['n01 OK', 'n02 FAILED locked', 'n03 STOPPED not begun locked', 'n04 STOPPED not begun locked'],
    })
    expect(ended.end?.next).toEqual(['conc resume n02 n03 n04 --retry'])
    expect(await fleet.states()).toEqual(['FREE', 'FAILED', 'STOPPED', 'STOPPED'])
    expect(fleet.journal('n03').at(-1)).toMatch(/^halt \S+ before a: halted, as n02 ended FAILED$/)
    const asked = await resume('web')
    expect(endOf(asked).nodes).toEqual([
      'n02 FAILED locked',
      'n03 STOPPED not begun locked',
      'n04 STOPPED not begun locked',
    ])
    expect(asked.stderr).toContain('nothing to resume on n01')
    fleet.openGate()
    // The order is that of the first run, however they are named now.
    const resumed = await resume('n04', 'n03', 'n02', '--retry')
    expect(endOf(resumed), resumed.stderr).toMatchObject({ exit: 0, nodes: ['n02 OK', 'n03 OK', 'n04 OK'] })
    expect(fleet.trace()).toEqual(['n01:a', 'n02:a', 'n02:a', 'n03:a', 'n04:a'])
    expect(await fleet.states()).toEqual(['FREE', 'FREE', 'FREE', 'FREE'])
    expect((await resume('web')).exit).toBe(2)
  })

  test.each([
    ['is held by another run', 3, 'BLOCKED', 'n02 BLOCKED'],
    ['can not be reached', 4, 'ERROR', 'n02 ERROR'],
  ])('of which one %s: exit %i, and no lock is left', async (what, exit, status, node) => {
    fleet = makeFleet(sshd, 3)
    const waits = marked('a', gated())
    fleet.steps(open, waits, close)
    const held = what.startsWith('is held')
    const other = held ? fleet.station.start('run', 'release', 'n02', '--json') : undefined
    await other?.event(({ event, ...rest }) => event === 'step-start' && 'step' in rest && rest.step === 'a')
    if (!held) fleet.node('n02', { 'sshd.port': String(await freePort()) })
    const ended = await run('n01', 'n02', 'n03')
    const nodes = ['n01 STOPPED not begun', node, 'n03 STOPPED not begun']
    expect(endOf(ended), ended.stderr).toEqual({ exit, code: exit, status, nodes })
    expect(ended.end?.next).toContain('conc run release n01 n02 n03')
    expect(fleet.trace()).toEqual(held ? ['n02:a'] : [])
    if (held) {
      expect(await fleet.states()).toEqual(['FREE', 'RUNNING', 'FREE'])
      expect(fleet.journal('n01').at(-1)).toMatch(/^unlock \S+ \S+ it was not begun, as n02 ended BLOCKED$/)
      expect(ended.end?.next[0]).toBe('conc status n02')
    } else fleet.node('n02', {})
    fleet.openGate()
    await other?.ended
    expect((await run('n01', 'n02', 'n03')).exit).toBe(0)
  })

  test('do not begin where a step before the lock says no on one of them', async () => {
    fleet = makeFleet(sshd, 3)
    fleet.steps(marked('check', '[ $name != n02 ]', 'local'), open, marked('a'), close)
    const ended = await run('all')
    expect(endOf(ended), ended.stderr).toMatchObject({
      exit: 1,
      nodes: ['n01 STOPPED not begun', 'n02 FAILED', 'n03 STOPPED not begun'],
    })
    expect(fleet.trace()).toEqual(['n01:check', 'n02:check'])
    expect(endsIn(ended.events)).toEqual(['n01:check OK', 'n02:check FAILED'])
    expect(await fleet.states()).toEqual(['FREE', 'FREE', 'FREE'])
  })

  test('of a job without a bundle are not locked, and those that did not begin are named', async () => {
    fleet = makeFleet(sshd, 3)
    fleet.steps(marked('a', '[ $name != n02 ]'))
    const ended = await run('all')
    expect(endOf(ended)).toMatchObject({ exit: 1, nodes: ['n01 OK', 'n02 FAILED', 'n03 STOPPED not begun'] })
    expect(ended.end?.next).toEqual(['conc run release n02 n03'])
  })

  test('stay locked when one is halted, and the rest is halted with it', async () => {
    fleet = makeFleet(sshd, 3)
    fleet.steps(open, marked('a', gated()), marked('b'), close)
    const running = fleet.station.start('run', 'release', 'all', '--json')
    await running.event((event) => event.event === 'step-start' && event.step === 'a')
    running.signal('SIGINT')
    await running.said(/halting/)
    fleet.openGate()
    const ended = await running.ended
    expect(endOf(ended), ended.stderr).toMatchObject({
      exit: 5,
      nodes: ['n01 STOPPED locked', 'n02 STOPPED not begun locked', 'n03 STOPPED not begun locked'],
    })
    expect(ended.end?.next).toEqual(['conc resume n01 n02 n03'])
    expect(await fleet.states()).toEqual(['STOPPED', 'STOPPED', 'STOPPED'])
    expect(endOf(await resume('all'))).toMatchObject({ exit: 0 })
    expect(fleet.trace()).toEqual(['n01:a', 'n01:b', 'n02:a', 'n02:b', 'n03:a', 'n03:b'])
  })

  test('have their secrets once for all', async () => {
    fleet = makeFleet(sshd, 3)
    fleet.steps(open, `a = remote secrets=token sh "[ $token = confidential ]"`, close)
    const counted = `sh -c "echo once >>${fleet.dir}/asked; echo confidential"`
    appendFileSync(join(fleet.station.folder, 'deploy.ini'), `\n[secrets]\ntoken = command ${counted}\n`)
    const ended = await run('all', '--parallel', '3')
    expect(endOf(ended), ended.stderr).toMatchObject({ exit: 0 })
    expect(readFileSync(join(fleet.dir, 'asked'), 'utf8')).toBe('once\n')
  })

  test('are refused where a person could not follow, or a pattern names none', async () => {
    fleet = makeFleet(sshd, 2)
    fleet.steps(open, close)
    for (const [words, says] of [
      [['all', '--parallel', '0'], '--parallel takes the number of nodes at a time, from 1.'],
      [['all', '--parallel', 'two'], '--parallel takes the number of nodes at a time, from 1.'],
      [['all', '-l', 'n03'], 'no node or group matches `n03`.'],
      [['n01', '-l', 'n02'], '--limit `n02` leaves none of n01.'],
    ] as const) {
      const ended = await run(...words)
      expect([ended.exit, ended.stderr], words.join(' ')).toEqual([2, expect.stringContaining(says)])
    }
    const one = await run('all', '-l', '!n01')
    expect([one.exit, one.end?.node, one.end?.nodes]).toEqual([0, 'n02', undefined])
  })
})

describe('several at a time', () => {
  test('are as many as was said, and no more', async () => {
    fleet = makeFleet(sshd, 4)
    const two = 'until [ $(grep -c :a $trace) -ge 2 ]; do sleep 0.05; done'
    fleet.steps(open, marked('a', two), marked('b'), close)
    const ended = await run('all', '--parallel', '2')
    expect(endOf(ended), ended.stderr).toMatchObject({ exit: 0, nodes: fleet.names.map((name) => `${name} OK`) })
    const first = ended.events.filter((event) => event.event === 'step-start' && event.step === 'a')
    expect(
      first
        .map(({ node }) => node)
        .slice(0, 2)
        .sort(),
    ).toEqual(['n01', 'n02'])
    let running = 0
    let most = 0
    for (const event of ended.events) {
      if (event.event === 'step-start' && event.step === 'a') running += 1
      most = Math.max(most, running)
      if (event.event === 'step-end' && event.step === 'a') running -= 1
    }
    expect(most).toBe(2)
  })

  test('halt after their current step when one is not OK', async () => {
    fleet = makeFleet(sshd, 3)
    const script = `if [ $name = n01 ]; then ${gated('fail')}; exit 3; fi; [ $name != n02 ] || { ${placed}; ${gated()}; }`
    fleet.steps(open, marked('a', script), marked('b'), close)
    const running = fleet.station.start('run', 'release', 'all', '--parallel', '2', '--json')
    const begun = (node: string) =>
      running.event((event) => event.event === 'step-start' && event.step === 'a' && event.node === node)
    await Promise.all([begun('n01'), begun('n02')])
    writeFileSync(join(fleet.dir, 'fail'), '')
    await running.event((event) => event.event === 'run-end' && event.node === 'n01')
    await nodeKnows(fleet)
    fleet.openGate()
    const ended = await running.ended
    expect(endOf(ended), ended.stderr).toMatchObject({
      exit: 1,
      nodes: ['n01 FAILED locked', 'n02 STOPPED locked', 'n03 STOPPED not begun locked'],
    })
    expect(ended.end?.next).toEqual(['conc resume n01 n02 n03 --parallel 2 --retry'])
    const n02 = ended.events.find((event) => event.event === 'run-end' && event.node === 'n02')
    expect(n02).toMatchObject({ message: expect.stringContaining('halted, as n01 ended FAILED') })
    expect(endsIn(ended.events)).toContain('n02:a OK')
    expect(fleet.trace()).not.toContain('n02:b')
  })

  test('all end their steps at the second Ctrl-C', async () => {
    fleet = makeFleet(sshd, 3)
    fleet.steps(open, marked('a', gated()), close)
    const running = fleet.station.start('run', 'release', 'all', '--parallel', '3', '--json')
    for (const name of fleet.names)
      await running.event((event) => event.event === 'step-start' && event.step === 'a' && event.node === name)
    running.signal('SIGINT')
    await running.said(/halting/)
    running.signal('SIGINT')
    const ended = await running.ended
    expect(endOf(ended), ended.stderr).toMatchObject({
      exit: 5,
      nodes: fleet.names.map((name) => `${name} STOPPED locked`),
    })
    expect(endsIn(ended.events).filter((end) => end.endsWith('a STOPPED')).length).toBe(3)
  })

  test('are twenty, each told as itself', { timeout: 40_000 }, async () => {
    fleet = makeFleet(sshd, 20)
    fleet.steps(open, marked('a', 'echo here is $name'), marked('b'), close)
    const ended = await run('web', '--parallel', '10')
    expect(endOf(ended), ended.stderr).toMatchObject({ exit: 0, nodes: fleet.names.map((name) => `${name} OK`) })
    for (const event of ended.events) if (event.event === 'output') expect(event.text).toBe(`here is ${event.node}\n`)
    expect(fleet.trace().length).toBe(40)
  })
})

test('what is asked of several nodes is told of each, in their order, and the worst is the exit code', async () => {
  fleet = makeFleet(sshd, 3)
  fleet.steps(open, marked('a', gated()), close)
  const running = fleet.station.start('run', 'release', 'n01', 'n02', '--json')
  await running.event((event) => event.event === 'step-start' && event.step === 'a')
  // A node that waits for its turn has its runner, as any other that is under way.
  const other = await resume('n02')
  expect([other.exit, other.stderr]).toEqual([3, expect.stringContaining('Its runner is connected')])
  const halted = await fleet.station.conc('halt', 'web')
  expect([halted.exit, halted.stdout, halted.stderr]).toEqual([
    0,
    expect.stringMatching(/^n01: run \S+ will halt after a\.\nn02: run \S+ will halt after its current step\.\n$/),
    'conc: n03: no run on n03 to halt.\n',
  ])
  fleet.openGate()
  expect((await running.ended).exit).toBe(5)
  fleet.node('n02', { 'sshd.port': String(await freePort()) })
  const status = await fleet.station.conc('status', 'web:!n03')
  expect([status.exit, status.stdout.split('\n')[0]]).toEqual([4, 'n01: STOPPED'])
  expect(status.stderr).toMatch(/^conc: n02: /)
  const resumed = await resume('web')
  expect([resumed.exit, resumed.events.map(({ event }) => event)]).toEqual([4, ['run-end']])
  expect(resumed.stderr).toMatch(/^n02: .* No node was changed\.\n$/)
})
