import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openDeploy, planJob } from '../../src/operations/deploy.ts'
import { runAll } from '../../src/operations/fleet.ts'
import { workplace } from '../../src/operations/workplace.ts'
import type { RunEvent } from '../../src/run/events.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { endOf, endsIn, type Fleet, makeFleet, marked } from './fleetscene.ts'
import { close, gated, open, startNode } from './scene.ts'

let sshd: Sshd
let fleet: Fleet
beforeAll(async () => {
  sshd = await startNode()
})
afterAll(() => sshd.stop())
afterEach(() => fleet.remove())

const start = (...words: readonly string[]) => fleet.station.start('run', 'release', ...words, '--json')

test.each([1, 2])('of two runs that want some of the same nodes one gets all its locks: round %i', async () => {
  fleet = makeFleet(sshd, 4)
  fleet.steps(open, marked('a', gated()), close)
  let over = 0
  const runs = [start('n01', 'n02', 'n03'), start('n04', 'n03', 'n02')].map(async (running) => {
    const ended = await running.ended
    over += 1
    return ended
  })
  // The winner holds its nodes until the other has been told so.
  await until(() => over === 1, 30_000)
  fleet.openGate()
  const all = await Promise.all(runs)
  expect(all.map(({ exit }) => exit).sort()).toEqual([0, 3])
  const winner = all.find(({ exit }) => exit === 0)
  const loser = all.find(({ exit }) => exit === 3)
  expect(endsIn(loser?.events ?? []).filter((end) => end.includes(':a '))).toEqual([])
  expect(new Set(fleet.trace())).toEqual(new Set(winner?.end?.nodes?.map(({ node }) => `${node}:a`)))
  expect(fleet.trace().length).toBe(3)
  expect(await fleet.states()).toEqual(['FREE', 'FREE', 'FREE', 'FREE'])
})

test.each([1, 3, 4])(
  'a runner that is killed when %i of 4 are locked leaves what can be resumed or given up',
  async (count) => {
    fleet = makeFleet(sshd, 4)
    fleet.steps(open, marked('a'), close)
    const running = start('all')
    const last = `n0${count}`
    await running.event((event) => event.event === 'step-end' && event.node === last)
    running.signal('SIGKILL')
    await running.ended
    await until(async () => !(await fleet.states()).includes('RUNNING'), 60_000)
    const states = await fleet.states()
    // The last may have gone on before the signal came.
    const locked = states.flatMap((state, index) => (state === 'FREE' ? [] : [fleet.names[index] ?? '']))
    expect(locked.length).toBeGreaterThanOrEqual(count - 1)
    expect(
      states.every((state) => ['FREE', 'LOST', 'STOPPED'].includes(state)),
      states.join(),
    ).toBe(true)
    const [given] = locked
    const { run } = JSON.parse((await fleet.station.conc('status', given ?? '', '--json')).stdout)
    expect((await fleet.station.conc('unlock', given ?? '', '--id', run, '-m', 'not wanted')).exit).toBe(0)
    const before = fleet.trace()
    const resumed = await fleet.station.conc('resume', 'all', '--json')
    expect(resumed.exit, resumed.stderr + resumed.stdout).toBe(locked.length > 1 ? 0 : 2)
    expect(fleet.trace()).toEqual([...new Set([...before, ...locked.slice(1).map((name) => `${name}:a`)])])
    expect(await fleet.states()).toEqual(fleet.names.map(() => 'FREE'))
  },
)

describe('more nodes than connections are kept for', () => {
  /** Runs all nodes in this process, with so many connections. */
  async function runWith(links: number, onEvent: (event: RunEvent) => Promise<void> | void = () => {}) {
    const deploy = await openDeploy(`${fleet.station.folder}/deploy.ini`)
    const place = workplace({ ...process.env, HOME: fleet.station.home })
    const plans = fleet.names.map((name) => planJob(deploy, 'release', name).plan)
    const events: RunEvent[] = []
    for await (const event of runAll(deploy, plans, { links, workplace: place })) {
      events.push(event)
      await onEvent(event)
    }
    const last = events.at(-1)
    const end = last?.event === 'run-end' ? last : undefined
    return { events, end, exit: end?.exitCode ?? null }
  }

  test('are left while they wait, and their runs are taken up again in their turn', async () => {
    fleet = makeFleet(sshd, 5)
    fleet.steps(open, marked('a'), close)
    let most = 0
    const ended = await runWith(2, () => {
      most = Math.max(most, sshd.sessions().length)
    })
    expect(endOf(ended), JSON.stringify(ended.end)).toMatchObject({
      exit: 0,
      nodes: fleet.names.map((name) => `${name} OK`),
    })
    expect(most).toBeLessThanOrEqual(2)
    expect(endsIn(ended.events).filter((end) => end.includes(':open'))).toEqual(
      fleet.names.map((name) => `${name}:open OK`),
    )
    expect(fleet.journal('n03')).toContainEqual(expect.stringMatching(/^halt \S+ before a: it waits for its turn$/))
    expect(fleet.trace()).toEqual(fleet.names.map((name) => `${name}:a`))
  })

  test('give their locks back too when one of the last is held', async () => {
    fleet = makeFleet(sshd, 4)
    fleet.steps(open, marked('a', gated()), close)
    const other = start('n04')
    await other.event((event) => event.event === 'step-start' && event.step === 'a')
    const ended = await runWith(1)
    expect(endOf(ended)).toMatchObject({
      exit: 3,
      nodes: ['n01 STOPPED not begun', 'n02 STOPPED not begun', 'n03 STOPPED not begun', 'n04 BLOCKED'],
    })
    expect(await fleet.states()).toEqual(['FREE', 'FREE', 'FREE', 'RUNNING'])
    fleet.openGate()
    expect((await other.ended).exit).toBe(0)
  })

  test('and that somebody else took up meanwhile are left to them', async () => {
    fleet = makeFleet(sshd, 3)
    fleet.steps(open, marked('a', `[ $name != n01 ] || { ${gated()}; }`), close)
    const ended = await runWith(1, async (event) => {
      // All are locked when the first goes on: the last is resumed by somebody else before its turn.
      if (event.event === 'step-start' && event.step === 'a' && event.node === 'n01') {
        expect((await fleet.station.conc('resume', 'n03')).exit).toBe(0)
        fleet.openGate()
      }
    })
    expect(endOf(ended)).toMatchObject({ exit: 3, nodes: ['n01 OK', 'n02 OK', 'n03 BLOCKED'] })
    expect(fleet.trace().filter((name) => name === 'n03:a')).toEqual(['n03:a'])
    expect(await fleet.states()).toEqual(['FREE', 'FREE', 'FREE'])
  })
})

test('a node whose line was cut while it waited is logged in to again when its turn comes', async () => {
  fleet = makeFleet(sshd, 2)
  fleet.steps(open, marked('a', `[ $name = n02 ] || { ${gated()}; }`), close)
  const running = start('all')
  await running.event((event) => event.event === 'step-start' && event.step === 'a')
  sshd.killSessions()
  await running.event((event) => event.event === 'note' && event.message === 're-attached' && event.node === 'n01')
  fleet.openGate()
  const ended = await running.ended
  expect(endOf(ended), ended.stderr).toMatchObject({ exit: 0, nodes: ['n01 OK', 'n02 OK'] })
  expect(fleet.trace()).toEqual(['n01:a', 'n02:a'])
})
