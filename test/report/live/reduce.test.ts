import { describe, expect, test } from 'vitest'
import type { StepView } from '../../../src/report/live/state.ts'
import { a, after, b, begun, ending, of } from './scene.ts'

type Told = Parameters<typeof of>[1]

/** The step b after a run has begun and this was told. */
function stepAfter(told: Told): StepView | undefined {
  return after(of('web1', [begun, ...told])).nodes.get('web1')?.steps[1]
}

const starts = [1000, { event: 'step-start', ...b, attempt: 2, command: 'make' }] as const
const ends = { event: 'step-end', ...b, ms: 12 } as const
const printed = { event: 'printed', step: 'b', lines: [{ stream: 'stdout', text: 'out' }] } as const
const unbegun = { n: 2, name: 'b', side: 'remote', printed: [], warnings: [] }
const running = {
  ...unbegun,
  status: 'RUNNING',
  began: Date.parse('2026-11-20T12:00:01.000Z'),
  attempt: 2,
  command: 'make',
}

describe('a step', () => {
  test.each<[string, Told, unknown]>([
    ['is pending when the run begins', [], { ...unbegun, status: 'PENDING' }],
    ['runs from its start', [starts], running],
    ['keeps what it prints', [starts, [1, printed]], { ...running, printed: printed.lines }],
    [
      'knows how far a transfer is',
      [starts, [1, { event: 'progress', ...b, done: 1, total: 2, rate: 3 }]],
      { ...running, transfer: { done: 1, total: 2, rate: 3 } },
    ],
    [
      'that is OK needs its output and its bar no more',
      [
        starts,
        [1, printed],
        [1, { event: 'progress', ...b, done: 2, total: 2 }],
        [2, { ...ends, status: 'OK', exit: 0 }],
      ],
      { ...running, status: 'OK', ms: 12, exit: 0 },
    ],
    [
      'that failed keeps its output',
      [starts, [1, printed], [2, { ...ends, status: 'FAILED', exit: 3, why: 'exit 3' }]],
      { ...running, status: 'FAILED', ms: 12, exit: 3, why: 'exit 3', printed: printed.lines },
    ],
    [
      'that is run again forgets how it ended',
      [starts, [1, printed], [2, { ...ends, status: 'FAILED', exit: 3 }], starts],
      running,
    ],
    [
      'may be skipped by hand',
      [[1, { event: 'step-skip', ...b, why: 'no', byHand: true }]],
      { ...unbegun, status: 'SKIPPED', why: 'no', byHand: true },
    ],
    [
      'may be left out',
      [[1, { event: 'step-skip', ...b, why: 'not selected', byHand: false }]],
      { ...unbegun, status: 'SKIPPED', why: 'not selected' },
    ],
    [
      'may be done before',
      [[1, { event: 'step-done', ...b, byHand: false }]],
      { ...unbegun, status: 'OK', before: true },
    ],
    [
      'may be done by hand',
      [[1, { event: 'step-done', ...b, byHand: true }]],
      { ...unbegun, status: 'OK', byHand: true },
    ],
    [
      'that waits for a word stands as it ended',
      [[1, { event: 'step-waits', ...b, status: 'FAILED', exit: 3, why: 'exit 3' }]],
      { ...unbegun, status: 'FAILED', exit: 3, why: 'exit 3' },
    ],
    [
      'keeps what it is warned of',
      [starts, [1, { event: 'note', level: 'warning', step: 'b', message: 'left\nbehind\x1b' }]],
      { ...running, warnings: ['left behind\\x1b'] },
    ],
    ['whose end nobody told is unknown at the end', [starts, [2, ending('OK')]], { ...running, status: 'UNKNOWN' }],
  ])('%s', (_title, told, step) => {
    expect(stepAfter(told)).toEqual(step)
  })
})

test('of a flood the last hundred lines are kept, and a thousand characters of each', () => {
  const lines = Array.from({ length: 150 }, (_, n) => ({ stream: 'stdout', text: `${n}`.padEnd(5000) }) as const)
  const step = stepAfter([
    starts,
    [1, { event: 'printed', step: 'b', lines }],
    [1, { event: 'printed', step: 'b', lines }],
  ])
  expect(step?.printed).toHaveLength(100)
  expect(step?.printed[0]?.text).toBe('50'.padEnd(1000))
})

test('the step that failed is named until it begins again', () => {
  const failing: Told = [begun, starts, [2, { ...ends, status: 'FAILED' }]]
  expect(after(of('web1', failing)).nodes.get('web1')?.failed).toBe('b')
  expect(after(of('web1', [...failing, starts])).nodes.get('web1')?.failed).toBeUndefined()
})

test('nodes are told apart, and the end of all of them is none of theirs', () => {
  const all = after(of('web1', [begun]), of('web2', [begun, [1, { event: 'step-done', ...a, byHand: false }]]), [
    ...of('web1,web2', [[2, ending('FAILED')]]),
  ])
  expect([...all.nodes].map(([name, { steps, end }]) => [name, steps[0]?.status, end])).toEqual([
    ['web1', 'PENDING', undefined],
    ['web2', 'OK', undefined],
  ])
  expect(all.end?.status).toBe('FAILED')
})

test('what is told of a node whose run did not begin here changes nothing', () => {
  expect(after(of('web1', [starts, [1, printed]])).nodes.size).toBe(0)
})
