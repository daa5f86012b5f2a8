import { describe, expect, test } from 'vitest'
import { parseArguments, usage } from '../../src/ops/arguments.ts'
import { typeProblems } from '../../src/ops/argumenttypes.ts'
import { defineOp } from '../../src/ops/types.ts'

const command = () => ({ argv: ['true'] })
const untar = defineOp({
  summary: 'unpacks',
  parameters: [{ name: 'GLOB', summary: 'what', required: true }],
  flags: {
    into: { value: 'DIR', summary: 'where to' },
    strip: { value: 'N', summary: 'less' },
    loud: { summary: 'says more' },
  },
  command,
})
const many = defineOp({
  summary: 'many',
  parameters: [{ name: 'FILE', summary: 'f', required: true, many: true }],
  command,
})
const optional = defineOp({ summary: 'maybe', parameters: [{ name: 'MESSAGE', summary: 'm' }], command })
const raw = defineOp({ ...many, raw: true })
const bare = defineOp({ summary: 'bare', command })

test.each([
  ['untar', untar, 'untar GLOB [--into DIR] [--strip N] [--loud]'],
  ['deliver', many, 'deliver FILE…'],
  ['pause', optional, 'pause [MESSAGE]'],
  ['open-bundle', bare, 'open-bundle'],
])('the usage of %s', (name, op, line) => {
  expect(usage(name, op)).toBe(line)
})

describe('words are sorted', () => {
  test.each([
    [untar, ['a.tgz'], ['a.tgz'], {}],
    [untar, ['a.tgz', '--into', 'x'], ['a.tgz'], { into: 'x' }],
    [untar, ['--into=x', 'a.tgz'], ['a.tgz'], { into: 'x' }],
    [untar, ['--loud', 'a.tgz', '--strip', '1'], ['a.tgz'], { loud: 'true', strip: '1' }],
    [untar, ['--', '--into'], ['--into'], {}],
    [untar, ['${app}-*.tgz', '--into', 'releases/${release}'], ['${app}-*.tgz'], { into: 'releases/${release}' }],
    [untar, ['a', '--into', ''], ['a'], { into: '' }],
    [many, ['a', 'b', 'c'], ['a', 'b', 'c'], {}],
    [optional, [], [], {}],
    [raw, ['ls', '-l', '--', '--into'], ['ls', '-l', '--', '--into'], {}],
    [bare, [], [], {}],
  ])('%# %j', (op, words, positionals, flags) => {
    expect(parseArguments(op, words)).toEqual({ args: { positionals, flags } })
  })
})

describe('what is wrong is said', () => {
  test.each([
    [untar, [], 'GLOB is missing.'],
    [untar, ['a', 'b'], '`b` is a word too many. Quote what belongs together.'],
    [
      untar,
      ['a', '--int', 'x'],
      'there is no flag `--int`. A word that begins with a dash stands after `--`. Did you mean --into?',
    ],
    [untar, ['a', '-i'], 'there is no flag `-i`. A word that begins with a dash stands after `--`.'],
    [untar, ['a', '--into'], '--into needs a value: --into DIR.'],
    [untar, ['a', '--loud=yes'], '--loud takes no value.'],
    [untar, ['a', '--into', 'x', '--into', 'y'], '--into is given twice. Keep one.'],
    [
      untar,
      ['a', '--constructor'],
      'there is no flag `--constructor`. A word that begins with a dash stands after `--`.',
    ],
    [many, [], 'FILE is missing.'],
    [raw, [], 'FILE is missing.'],
    [bare, ['x'], '`x` is a word too many. Quote what belongs together.'],
  ])('%# %j', (op, words, problem) => {
    expect(parseArguments(op, words)).toEqual({ problem })
  })
})

describe('words of a type', () => {
  const typed = defineOp({
    summary: 'typed',
    parameters: [
      { name: 'PORT', type: 'port', summary: 'p' },
      { name: 'COLOUR', type: { oneOf: ['blue', 'green'] }, summary: 'c', many: true },
    ],
    flags: {
      keep: { value: 'N', type: 'count', summary: 'k' },
      share: { value: 'N', type: 'number', summary: 's' },
      wait: { value: 'TIME', type: 'time', summary: 'w' },
      mode: { value: 'MODE', type: 'mode', summary: 'm' },
    },
    command,
  })
  const problemOf = (words: readonly string[]) => {
    const parsed = parseArguments(typed, words)
    return 'args' in parsed ? typeProblems(typed, parsed.args)[0] : parsed.problem
  }

  test.each([
    [['80', 'blue', 'green', '--keep', '3', '--share', '0.5', '--wait', '90s', '--mode', '0640']],
    [['${port}', 'blue', '--keep', '${n}']],
    [[]],
  ])('%j will do', (words) => {
    expect(problemOf(words)).toBeUndefined()
  })

  test.each([
    [['http'], 'PORT takes a number from 1 to 65535.'],
    [['65536'], 'PORT takes a number from 1 to 65535.'],
    [['80', 'blue', 'red'], 'COLOUR takes blue or green.'],
    [['--keep', '0'], '--keep takes a number from 1 on.'],
    [['--keep', '1e3'], '--keep takes a number from 1 on.'],
    [['--share', 'half'], '--share takes a number such as 0, 12 or 0.5.'],
    [['--wait', '90'], '--wait takes a time with a unit, such as 30s or 2m.'],
    [['--mode', '9'], '--mode takes octal digits, such as 0644.'],
    [['--mode', ''], '--mode takes octal digits, such as 0644.'],
  ])('%j will not', (words, problem) => {
    expect(problemOf(words)).toBe(problem)
  })
})
