import { expect, test } from 'vitest'
import { shapeProblem } from '../../src/ops/shape.ts'

const command = () => ({ argv: ['true'] })
const op = { summary: 'Does it.', command }
const parameter = { name: 'file', summary: 'Which one.' }

test.each<[string, unknown]>([
  ['a command', op],
  ['code with what a person does instead', { summary: 'Does it.', run: command, byHand: command }],
  [
    'declared arguments',
    { ...op, parameters: [parameter], flags: { now: { summary: 'At once.' } }, sides: ['remote'] },
  ],
  [
    'types of arguments',
    { ...op, parameters: [{ ...parameter, type: 'port' }], flags: { to: { summary: 'It.', type: { oneOf: ['a'] } } } },
  ],
])('an op has %s', (_, value) => {
  expect(shapeProblem(value)).toBeUndefined()
})

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'its default export is no op.'],
  ['null', null, 'its default export is no op.'],
  ['no summary', { command }, 'its default export is no op.'],
  ['code and nothing by hand', { summary: 'Does it.', run: command }, 'its default export is no op.'],
  ['a third side', { ...op, sides: ['moon'] }, 'sides is a list'],
  ['a side that is no list', { ...op, sides: 'local' }, 'sides is a list'],
  ['a parameter without a name', { ...op, parameters: [{ summary: 'It.' }] }, 'parameters is a list'],
  ['parameters that are no list', { ...op, parameters: {} }, 'parameters is a list'],
  ['flags that are no table', { ...op, flags: 'now' }, 'flags has a summary'],
  ['a flag without a summary', { ...op, flags: { now: {} } }, 'flags has a summary'],
  ['a type that there is not', { ...op, parameters: [{ ...parameter, type: 'prot' }] }, 'file: its type is none of'],
  [
    'a choice that is no list',
    { ...op, flags: { to: { summary: 'It.', type: { oneOf: 'a' } } } },
    'to: its type is none of',
  ],
  [
    'a choice of numbers',
    { ...op, flags: { to: { summary: 'It.', type: { oneOf: [1] } } } },
    'to: its type is none of',
  ],
  ['a number for a type', { ...op, parameters: [{ ...parameter, type: 1 }] }, 'file: its type is none of'],
])('an op is told what is wrong with %s', (_, value, problem) => {
  expect(shapeProblem(value)).toContain(problem)
})
