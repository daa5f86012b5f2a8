import { expect, test } from 'vitest'
import { parsePlan } from '../../src/bundle/plan.ts'

const step = { kind: 'command', n: 1, name: 'a', side: 'remote', op: 'run', words: ['x'], options: {}, command: 'x' }
const plan = { format: 1, conc: '0.1.0', job: 'release', node: 'web1', app: 'shop', release: '1', steps: [step] }

const read = (value: unknown) => parsePlan(JSON.stringify(value))

test('a plan comes back as it was written', () => {
  expect(read(plan)).toEqual(plan)
  expect(read({ ...plan, set: { colour: 'red' } })?.set).toEqual({ colour: 'red' })
})

test('fields of a step that are not known are left out, and options stay', () => {
  expect(read({ ...plan, steps: [{ ...step, weight: 3, options: { nice: 5 } }] })?.steps).toEqual([
    { ...step, options: { nice: 5 } },
  ])
})

const noPlans: readonly [string, unknown][] = [
  ['null', null],
  ['a list', [plan]],
  ['another format', { ...plan, format: 2 }],
  ['a format that is text', { ...plan, format: '1' }],
  ...['format', 'job', 'node', 'app', 'release', 'steps'].map((key): [string, unknown] => [
    `no ${key}`,
    { ...plan, [key]: undefined },
  ]),
  ['steps that are no list', { ...plan, steps: {} }],
  ['null for a step', { ...plan, steps: [step, null] }],
  ...['n', 'name', 'side', 'op', 'words', 'options', 'command'].map((key): [string, unknown] => [
    `a step without ${key}`,
    { ...plan, steps: [step, { ...step, [key]: undefined }] },
  ]),
  ['a third side', { ...plan, steps: [{ ...step, side: 'moon' }] }],
  ['words that are no texts', { ...plan, steps: [{ ...step, words: [1] }] }],
  ['another kind', { ...plan, steps: [{ ...step, kind: 'later' }] }],
  ['a set value that is no text', { ...plan, set: { colour: 1 } }],
]

test.each(noPlans)('%s is no plan', (_, value) => {
  expect(read(value)).toBeUndefined()
})

test.each(['', '{', 'null', JSON.stringify(plan).slice(0, 50)])('the text `%s` is no plan', (text) => {
  expect(parsePlan(text)).toBeUndefined()
})
