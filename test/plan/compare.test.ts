import fc from 'fast-check'
import { expect, test } from 'vitest'
import { comparePlans } from '../../src/plan/compare.ts'
import type { PlanRecord, StepRecord } from '../../src/plan/types.ts'

/** A plan of steps written as `name` or `name=command`. */
function record(steps: readonly string[]): PlanRecord {
  const step = (text: string, index: number): StepRecord => {
    const [name = '', command = 'ls'] = text.split('=')
    return { kind: 'command', n: index + 1, name, side: 'remote', op: 'run', words: [command], options: {}, command }
  }
  return { format: 1, conc: '0', job: 'j', node: 'n', app: 'a', release: '1', steps: steps.map(step) }
}

const compared = (old: readonly string[], now: readonly string[]) =>
  comparePlans(record(old), record(now)).map(({ kind, name }) => `${kind} ${name}`)

test.each([
  ['the same', ['a', 'b'], ['a', 'b'], []],
  ['inserted', ['a', 'b'], ['a', 'x', 'b'], ['inserted x']],
  ['removed', ['a', 'b', 'c'], ['a', 'c'], ['removed b']],
  ['changed', ['a', 'b'], ['a', 'b=rm'], ['changed b']],
  ['moved to the end', ['a', 'b', 'c', 'd'], ['b', 'c', 'd', 'a'], ['moved a']],
  ['moved to the front', ['a', 'b', 'c', 'd'], ['d', 'a', 'b', 'c'], ['moved d']],
  ['moved and changed', ['a', 'b', 'c'], ['b', 'c', 'a=rm'], ['changed a', 'moved a']],
  ['renamed', ['a', 'b'], ['a', 'z'], ['inserted z', 'removed b']],
  ['all new', [], ['a'], ['inserted a']],
  ['all gone', ['a'], [], ['removed a']],
])('%s', (_, old, now, differences) => {
  expect(compared(old, now)).toEqual(differences)
})

test.each<Partial<StepRecord>>([
  { side: 'local' },
  { op: 'sh' },
  { words: ['rm'] },
  { options: { timeout: 1 } },
  { options: { as: 'root' } },
  { command: 'rm' },
])('%j is a change, with both steps at hand', (change) => {
  const old = record(['a'])
  const now = { ...old, steps: old.steps.map((step) => ({ ...step, ...change })) }
  expect(comparePlans(old, now)).toEqual([{ kind: 'changed', name: 'a', old: old.steps[0], now: now.steps[0] }])
})

test('a plan that was kept as JSON is the same plan', () => {
  const plan = record(['a', 'b=x y'])
  expect(comparePlans(JSON.parse(JSON.stringify(plan)), plan)).toEqual([])
})

test('no difference means the same order, and a difference says where', () => {
  const names = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 })
  fc.assert(
    fc.property(names, names, (old, now) => {
      const differences = compared(old, now)
      const touched = new Set(differences.map((text) => text.split(' ')[1] ?? ''))
      const rest = (steps: readonly string[]) => steps.filter((name) => !touched.has(name))
      expect(rest(now)).toEqual(rest(old))
      expect(differences.length === 0).toBe(old.join() === now.join())
    }),
  )
})

test('another wording of what is no command is no change', () => {
  const worded = (command: string): PlanRecord => {
    const { steps, ...rest } = record(['open'])
    return { ...rest, steps: steps.map((step) => ({ ...step, kind: 'runner' as const, command })) }
  }
  expect(comparePlans(worded('mkdir a'), worded('mkdir -p a'))).toEqual([])
})
