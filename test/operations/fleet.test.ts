import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { status, unlock } from '../../src/operations/control.ts'
import { planJob } from '../../src/operations/deploy.ts'
import { type FleetOptions, namingNode, runAll } from '../../src/operations/fleet.ts'
import { askingInTurn } from '../../src/operations/reach.ts'
import { type ResumeAllOptions, resumeAll } from '../../src/operations/resumeall.ts'
import type { RunEvent } from '../../src/run/events.ts'
import type { Prompts } from '../../src/transport/types.ts'
import { BlockedError, UsageError } from '../../src/words/errors.ts'
import { plan } from '../jobs/plans.ts'
import { allOf, endsOf, makeNodes, type Nodes } from './nodes.ts'

const [open, a, close] = ['remote open-bundle', 'remote run true', 'remote close-bundle']
/** Fails until somebody has mended it. */
const b = 'remote sh "[ -e $dir/mended ]"'
/** The same, and then waits until it may go on. */
const gated = 'remote sh "[ -e $dir/mended ] && while [ -d $dir ] && [ ! -e $dir/go ]; do sleep 0.05; done"'

let nodes: Nodes
beforeEach(() => {
  nodes = makeNodes('one', 'two')
  nodes.write({ open, b, close })
})
afterEach(() => {
  vi.unstubAllEnvs()
  nodes.remove()
})

type Tell = Parameters<typeof allOf>[1]

async function run(names: readonly string[], options: FleetOptions = {}): Promise<readonly RunEvent[]> {
  const deploy = await nodes.deploy()
  const plans = names.map((name) => planJob(deploy, 'release', name).plan)
  return allOf(runAll(deploy, plans, { workplace: nodes.place, ...options }))
}

async function resume(names: readonly string[], options: ResumeAllOptions = {}, tell?: Tell) {
  return allOf(resumeAll(await nodes.deploy(), names, { workplace: nodes.place, ...options }), tell)
}

const stateOf = async (node: string) => (await status(await nodes.deploy(), node, nodes.place)).state

describe('nothing is begun', () => {
  test.each<[string, readonly string[], FleetOptions, string]>([
    ['without a node', [], {}, 'no node is named.'],
    ['with less than a node at a time', ['one', 'two'], { parallel: 0 }, '--parallel takes the number of nodes'],
    ['where each step of several nodes would be asked for', ['one', 'two'], { parallel: 2, step: true }, '--step asks'],
  ])('%s', async (_, names, options, why) => {
    await expect(run(names, options)).rejects.toThrow(why)
    await expect(resume(names, options)).rejects.toThrow(why)
    expect(await stateOf('one')).toBe('FREE')
  })

  test.each<[string, FleetOptions, Record<string, string>]>([
    ['before the lock', {}, { stage: 'local open-bundle', open, close }],
    ['after it, several nodes at a time', { parallel: 2 }, { open, stage: 'local open-bundle', close }],
  ])('where several nodes would hold one bundle of the workstation: %s', async (_, options, steps) => {
    nodes.write(steps)
    await expect(run(['one', 'two'], options)).rejects.toThrow('one and two have the same bundle on this workstation')
  })
})

test('a bundle of the workstation serves one node after the other, each after its lock', async () => {
  nodes.write({ open, stage: 'local open-bundle', unstage: 'local close-bundle', close })
  expect(endsOf(await run(['one', 'two']))).toEqual(['one OK', 'two OK', 'one,two OK'])
})

test('without a workplace it is that of this process', async () => {
  nodes.write({ open, close })
  vi.stubEnv('HOME', nodes.station.home)
  vi.stubEnv('XDG_STATE_HOME', undefined)
  const deploy = await nodes.deploy()
  const plans = ['one', 'two'].map((name) => planJob(deploy, 'release', name).plan)
  expect(endsOf(await allOf(runAll(deploy, plans)))).toEqual(['one OK', 'two OK', 'one,two OK'])
  await expect(allOf(resumeAll(deploy, ['one', 'two']))).rejects.toThrow('no run holds one, two.')
})

describe('runs of several nodes are resumed', () => {
  const mend = () => nodes.station.write('mended', '')

  test('in the order in which they were first to come, and those that are free are passed over', async () => {
    expect(endsOf(await run(['two', 'one']))).toEqual(['two FAILED', 'one STOPPED', 'two,one FAILED'])
    mend()
    const free: string[] = []
    const again = { retry: true, onFree: (names: readonly string[]) => free.push(...names) }
    expect(endsOf(await resume(['one', 'two'], again))).toEqual(['two OK', 'one OK', 'two,one OK'])
    expect(free).toEqual([])
    mend()
    nodes.write({ open, look: 'local pause', close })
    expect(endsOf(await run(['one']))).toEqual(['one STOPPED'])
    expect(endsOf(await resume(['one', 'two'], again))).toEqual(['one OK', 'one OK'])
    expect(free).toEqual(['two'])
  })

  test('those of another run after those of the first', async () => {
    await run(['two'])
    await run(['one'])
    mend()
    expect(endsOf(await resume(['one', 'two'], { retry: true }))).toEqual(['one OK', 'two OK', 'one,two OK'])
  })

  test('and what is not begun after a failure says whether it waits for a word', async () => {
    nodes.write({ open, b, look: 'local pause', close })
    await run(['one'])
    await run(['two'])
    const events = await resume(['one', 'two'], { retry: true })
    expect(endsOf(events)).toEqual(['one FAILED', 'one,two FAILED'])
    expect(events.at(-1)).toMatchObject({ message: expect.stringContaining('two') })
    expect(await stateOf('two')).toBe('FAILED')
  })

  test('with one question about what has changed for all of them', async () => {
    await run(['one', 'two'])
    mend()
    nodes.write({ open, b: `${b.slice(0, -1)} && true"`, close })
    const asked: unknown[] = []
    const agree = async (all: readonly unknown[]) => asked.push(all) > 0
    expect(endsOf(await resume(['one', 'two'], { retry: true, agree }))).toContain('one,two OK')
    expect(asked).toEqual([[expect.anything()]])
  })

  test('and one that somebody gave up meanwhile is told as not there, the others as they are', async () => {
    nodes.write({ open, b: gated, close })
    await run(['one'])
    await run(['two'])
    mend()
    const giveUp = async () => {
      const deploy = await nodes.deploy()
      const { holder } = await status(deploy, 'two', nodes.place)
      await unlock(deploy, 'two', { id: holder?.run ?? '', why: 'not wanted' }, nodes.place)
      nodes.station.write('go', '')
    }
    const isBegun = (event: RunEvent) => event.event === 'step-start' && event.step === 'b' && event.node === 'one'
    const events = await resume(['one', 'two'], { retry: true }, (event) => (isBegun(event) ? giveUp() : undefined))
    expect(endsOf(events)).toEqual(['one OK', 'two ERROR', 'one,two ERROR'])
    const end = events.findLast((event) => event.event === 'run-end' && event.node === 'two')
    expect(end).toMatchObject({ message: expect.stringContaining('nothing to resume on two') })
  })

  test.each<[string, Record<string, string>, string]>([
    [
      'changes what is done',
      { open, a: 'remote run false', b, close },
      'changes what is already done on one: put it back',
    ],
    ['can not be planned any more', { open, a, b: 'remote run ${gone}', close }, 'there is no attribute `gone`.'],
  ])('unless the deploy file %s: then no node is changed', async (_, steps, why) => {
    nodes.write({ open, a, b, close })
    await run(['one', 'two'])
    nodes.write(steps)
    await expect(resume(['one', 'two'], { retry: true })).rejects.toThrow(why)
  })

  test('unless one of them is under way: it is named, and no node is changed', async () => {
    await run(['one'])
    mend()
    nodes.write({ open, b: gated, close })
    const under = run(['two'])
    await vi.waitFor(async () => expect(await stateOf('two')).toBe('RUNNING'), 10_000)
    const refused = resume(['one', 'two'], { retry: true })
    await expect(refused).rejects.toThrow(/^two: run \S+ .* is RUNNING\..* No node was changed\.$/)
    await expect(refused).rejects.toBeInstanceOf(BlockedError)
    nodes.station.write('go', '')
    expect(endsOf(await under)).toEqual(['two OK'])
    expect(await stateOf('one')).toBe('FAILED')
  })

  test('unless a step that is named is not there, or they were not begun by one who can be followed', async () => {
    await run(['one', 'two'])
    await expect(resume(['one', 'two'], { retry: true, to: 'nosuch' })).rejects.toThrow('has no step nosuch.')
    const journal = nodes.files().find((path) => /two.*\/shop\/journal$/.test(path))
    writeFileSync(journal ?? '', '')
    const refused = resume(['one', 'two'], { retry: true })
    await expect(refused).rejects.toThrow(/^two: the journal of run .* -m WHY\. No node was changed\.$/)
    await expect(refused).rejects.toBeInstanceOf(UsageError)
  })
})

describe('a person who is asked about several nodes', () => {
  test('is told which one waits at a pause', async () => {
    const asked: string[] = []
    const operator = {
      pause: async (_step: unknown, message: string) => asked.push(message) > 0,
      before: async () => ({ kind: 'run' }) as const,
    }
    const [step] = (await plan(['local pause'])).steps
    const { operator: named } = namingNode({ ...nodes.place, operator }, 'two')
    if (step === undefined) throw new Error('no step')
    expect(await named?.pause(step, 'Look')).toBe(true)
    await named?.pause(step, '')
    expect(asked).toEqual(['two: Look', 'two: paused'])
    expect(namingNode(nodes.place, 'two')).toBe(nodes.place)
  })

  test('is asked one thing after the other, whatever became of the one before', async () => {
    const happened: string[] = []
    const answers = new Map<string, (given: string) => void>()
    const prompts: Prompts = {
      secret: (question) => {
        happened.push(question)
        return new Promise((resolve) => answers.set(question, resolve))
      },
      confirm: async (question) => {
        happened.push(question)
        throw new Error('no terminal any more')
      },
    }
    const { prompts: inTurn } = askingInTurn({ ...nodes.place, prompts })
    const first = inTurn?.secret('a')
    const second = expect(inTurn?.confirm('b')).rejects.toThrow('no terminal any more')
    const third = inTurn?.secret('c')
    await Promise.resolve()
    expect(happened).toEqual(['a'])
    answers.get('a')?.('x')
    await Promise.all([first, second])
    await vi.waitFor(() => expect(happened).toEqual(['a', 'b', 'c']))
    answers.get('c')?.('y')
    expect(await Promise.all([first, third])).toEqual(['x', 'y'])
    expect(askingInTurn(nodes.place)).toBe(nodes.place)
  })
})
