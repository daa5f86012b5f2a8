import { describe, expect, test } from 'vitest'
import { checkJobs } from '../../src/plan/check.ts'
import { deployFileOf, known, lines } from './files.ts'

const head =
  '[deploy]\napp = shop\nrelease = 1\n[group:g]\ninherited = 1\n[node:a]\ngroups = g\nonly = a\n[node:b]\n[job:j]\n'
const files = () => undefined

const check = (steps: string[]) =>
  lines(checkJobs({ deployFile: deployFileOf(head + steps.join('\n')), ...known, files }))

describe('each step line is checked once, whatever the nodes', () => {
  test.each([
    ['s = local run ${only} ${inherited} ${name} ${sshd.port} ${bundle}', []],
    [
      's = local run ${onyl}',
      [expect.stringMatching(/^11 error there is no attribute `onyl`\..* Did you mean only\?$/)],
    ],
    ['s = local cd=${nowhere} run x', [expect.stringMatching(/^11 error there is no attribute `nowhere`/)]],
    ['s = local runn x', ['11 error there is no op `runn`. Write jobs/runn.ts or name another. Did you mean run?']],
    ['s = local broken', ['11 error jobs/broken.ts:3: Unexpected token. Correct the file.']],
    [
      's = remote deliver x',
      [expect.stringMatching(/^11 warning/), "11 error deliver can't be remote. Write local before it."],
    ],
    ['s = local text ${app}.txt', []],
    ['s = local text no.txt', [expect.stringMatching(/^11 error there is no file `no\.txt`/)]],
  ])('%s', (step, expected) => {
    expect(check([step])).toEqual(expected)
  })
})

describe("a word's type is held against", () => {
  test.each([
    [
      'what is written, all of it',
      's = remote keeps --n 0 --t 5',
      ['error --n takes a number from 1 on.', 'error --t takes a time with a unit, such as 30s or 2m.'],
    ],
    ['its value where that is one', 's = remote keeps --n ${app}', ['error on a --n takes a number from 1 on.']],
    [
      'its value on the nodes that have it',
      's = remote keeps --n ${only}',
      ['error on a --n takes a number from 1 on.'],
    ],
    [
      'its values, where some are wrong',
      's = remote keeps --n ${some}',
      ['warning on b --n takes a number from 1 on.'],
    ],
    ['a value that is right', 's = remote keeps --n ${release}', []],
  ])('%s', (_, step, expected) => {
    const text = `[deploy]\napp = shop\nrelease = 1\n[node:a]\nonly = x\nsome = 2\n[node:b]\nsome = y\n[job:j]\n${step}`
    const problems = checkJobs({ deployFile: deployFileOf(text), ...known, files })
    expect(lines(problems)).toEqual(expected.map((line) => `10 ${line}`))
  })
})

const open = 'open = remote open-bundle'
const close = 'close = remote close-bundle'

describe('the bundle is opened first and closed last', () => {
  test.each<[string, string[], RegExp[]]>([
    ['whole', [open, 'a = remote run x', close], []],
    ['building first', ['a = local run make', 'b = remote look', open, 'c = remote run x', close], []],
    ['both sides', [open, 'lo = local open-bundle', 'lc = local close-bundle', close], []],
    ['the local one last', [open, 'lo = local open-bundle', close, 'lc = local close-bundle'], []],
    ['none, and nothing changed', ['a = remote look', 'b = local run x'], []],
    [
      'none, and a change',
      ['a = remote run x'],
      [/^11 warning a changes the node before the bundle is open: such a run can't be resumed/],
    ],
    ['none, and a delivery', ['a = local deliver x'], [/^11 warning a changes the node/]],
    ['a change before', ['a = remote run x', open, close], [/^11 warning a changes the node/]],
    ['never closed', [open, 'a = remote run x'], [/^11 warning the bundle is never closed/]],
    ['opened twice', [open, 'o = remote open-bundle', close], [/^12 error the bundle is opened a second time/]],
    [
      'opened again',
      [open, close, 'o = remote open-bundle'],
      [/^13 error .*a second time/, /^13 warning .*never closed/, /^13 error o stands after the bundle is closed/],
    ],
    ['closed only', [close], [/^11 error there is no bundle to close/]],
    [
      'closed on the other side',
      [open, 'l = local close-bundle', close],
      [/^12 error there is no bundle to close\. Put `local open-bundle`/],
    ],
    [
      'a step after',
      [open, close, 'a = remote run x', 'b = local run x'],
      [/^13 error a stands after/, /^14 error b stands after/],
    ],
  ])('%s', (_, steps, expected) => {
    const told = check(steps)
    expect(told).toHaveLength(expected.length)
    for (const [index, pattern] of expected.entries()) expect(told[index]).toMatch(pattern)
  })
})

test('a thousand nodes and two hundred steps are checked in no time', () => {
  const nodes = Array.from({ length: 1000 }, (_, n) => `[node:n${n}]\nk${n} = ${n}`)
  const steps = Array.from({ length: 200 }, (_, n) => `s${n}_ = local run \${k${n}} \${k${999 - n}}`)
  const text = ['[deploy]\napp = shop\nrelease = 1', ...nodes, '[job:j]', ...steps].join('\n')
  const deployFile = deployFileOf(text)
  let reads = 0
  const attributes = {
    ...deployFile,
    nodes: new Map(Array.from(deployFile.nodes, ([name, node]) => [name, counted(node)])),
  }
  function counted<T extends { attributes: unknown }>(node: T): T {
    return Object.defineProperty({ ...node }, 'attributes', {
      get: () => {
        reads++
        return node.attributes
      },
    })
  }
  expect(checkJobs({ deployFile: attributes, ...known, files })).toEqual([])
  expect(reads).toBe(1000)
})
