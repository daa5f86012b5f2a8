import { describe, expect, test } from 'vitest'
import { buildPlan } from '../../src/plan/build.ts'
import { toRecord } from '../../src/plan/record.ts'
import { deployFileOf, known, lines } from './files.ts'

const head = '[deploy]\napp = shop\nrelease = 1\n[node:web1]\nx = a b\nflag = --into=/\n[job:j]\n'
const files = (name: string) => (name === 'a.txt' ? 'text' : undefined)

function build(steps: string, overrides?: ReadonlyMap<string, string>, job = 'j', node = 'web1') {
  const deployFile = deployFileOf(head + steps)
  return buildPlan({ deployFile, job, node, ...known, files, ...(overrides && { overrides }) })
}

test('every word is substituted inside itself, options too', () => {
  const { plan } = build('s = remote as=${app} cd=in/${x} timeout=2s run ls ${x} $${x}')
  expect(plan?.steps).toMatchObject([
    {
      n: 1,
      name: 's',
      side: 'remote',
      op: 'run',
      words: ['ls', 'a b', '${x}'],
      options: { as: 'shop', cd: 'in/a b', timeout: 2000 },
      action: { kind: 'command', command: { argv: ['ls', 'a b', '${x}'] } },
      command: "cd 'in/a b' && sudo -u shop -- ls 'a b' '${x}'",
      place: { file: 'd', line: 8 },
    },
  ])
})

test('--set goes before the file', () => {
  expect(build('s = remote run echo ${x}', new Map([['x', 'set']])).plan?.steps[0]?.words).toEqual(['echo', 'set'])
})

test('the text of a file is handed to the op', () => {
  expect(build('s = remote text a.txt').plan?.steps[0]?.command).toBe('echo text')
})

test('a code op keeps what it will be called with, as plain data', () => {
  const action = build('s = local deliver ${x}').plan?.steps[0]?.action
  expect(action).toMatchObject({
    kind: 'code',
    context: { positionals: ['a b'], node: 'web1', bundle: '.conc/shop', payload: '.conc/shop/payload' },
  })
  if (action?.kind === 'code') expect(structuredClone(action.context)).toEqual(action.context)
})

test('secrets are named, never shown', () => {
  const deployFile = deployFileOf(`${head}s = remote secrets=pw run ls\n[secrets]\npw = ask\n`)
  const step = buildPlan({ deployFile, job: 'j', node: 'web1', ...known, files }).plan?.steps[0]
  expect([step?.options.secrets, step?.command]).toEqual([['pw'], 'ls'])
})

describe('what is wrong comes all at once, each with its line', () => {
  test('several steps', () => {
    const steps = [
      'a = remote untr',
      'b = remote broken',
      'c = remote run ${y}',
      'd = remote deliver',
      'e = remote into x',
    ]
    const { plan, problems } = build(steps.join('\n'))
    expect(plan).toBeUndefined()
    expect(lines(problems)).toEqual([
      expect.stringMatching(/^10 warning c changes the node before the bundle is open/),
      '8 error there is no op `untr`. Write jobs/untr.ts or name another. Did you mean untar?',
      '9 error jobs/broken.ts:3: Unexpected token. Correct the file.',
      expect.stringMatching(/^10 error there is no attribute `y`\./),
      "11 error deliver can't be remote. Write local before it.",
      '12 error into: `x` is a word too many. Quote what belongs together. Write into [--into DIR].',
    ])
  })

  test.each([
    ['s = remote throws', expect.stringMatching(/^8 error throws: no such thing \(files\.ts:\d+\)\.$/)],
    ['s = remote run', '8 error run: the op gives an empty command. Correct the op.'],
    ['s = remote as=${x} run ls', '8 error `a b` is no user name. Write as=USER.'],
    [
      's = remote text b.txt',
      '8 error there is no file `b.txt` in the folder of the deploy file. Make it or correct the name.',
    ],
    ['s = local cd=x deliver y', '8 error cd= is for a command, and deliver is none. Leave it away.'],
    [
      's = remote into ${flag}',
      '8 error into: `${flag}` is a word too many. Quote what belongs together. Write into [--into DIR].',
    ],
  ])('%s', (step, line) => {
    expect(lines(build(step).problems.filter(({ severity }) => severity === 'error'))).toEqual([line])
  })

  test.each([
    ['relase', 'web1', '- error there is no job `relase`. Jobs are j, release. Did you mean release?'],
    ['j', 'web2', '- error there is no node `web2`. Add [node:NAME] or correct the name. Did you mean web1?'],
  ])('job %s on node %s', (job, node, line) => {
    expect(lines(build('s = local look\n[job:release]\nt = local look', undefined, job, node).problems)).toEqual([line])
  })

  test('an attribute that is wrong is told of once, and not again at each step', () => {
    const { problems } = build('a = local run ${x}\nb = local run ${x}', new Map([['x', '${nowhere}']]))
    expect(lines(problems)).toHaveLength(1)
  })
})

test('the record of a plan survives JSON and holds no functions', () => {
  const { plan } = build('s = remote run ls ${x}\nt = local deliver y')
  if (!plan) throw new Error('no plan')
  const record = toRecord(plan, '0.1.0')
  expect(JSON.parse(JSON.stringify(record))).toEqual(record)
  expect(record).toMatchObject({ format: 1, conc: '0.1.0', job: 'j', node: 'web1', app: 'shop', release: '1' })
  expect(record.steps.map(({ name, command }) => [name, command])).toEqual([
    ['s', "ls 'a b'"],
    ['t', 'by hand'],
  ])
})
