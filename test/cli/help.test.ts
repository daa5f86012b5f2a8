import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readArguments, readFlags } from '../../src/cli/flags.ts'
import { helpAsked } from '../../src/cli/help/asked.ts'
import { render } from '../../src/cli/help/block.ts'
import { sections, stepOptions } from '../../src/cli/help/deployfile.ts'
import { findPage } from '../../src/cli/help/find.ts'
import { topics } from '../../src/cli/help/topics.ts'
import { commands } from '../../src/cli/table.ts'
import { parseDeployFile } from '../../src/deployfile/parse.ts'
import { usage } from '../../src/ops/arguments.ts'
import { listOps } from '../../src/ops/find.ts'
import { loadOps } from '../../src/ops/load.ts'
import { knownAttributes } from '../../src/words/attributes.ts'
import type { Workstation } from '../fixtures/deploy.ts'
import { embedded, inShell, stationWith } from './sample.ts'

const own = `import { defineOp } from 'conc-deploy'
export default defineOp({ summary: 'Warms up.', sides: ['remote'], flags: { pages: { value: 'N', summary: 'how many', type: 'count' } }, command: () => ({ argv: ['true'] }) })
`

let station: Workstation

beforeAll(() => {
  station = stationWith(embedded({ say: 'remote run echo hi' }))
  station.write('jobs/warm.ts', own)
  station.write('jobs/broken.ts', 'export default {')
})

afterAll(() => station.remove())

const names = [...commands, ...topics].map(({ name }) => name)
const pageOf = (...words: readonly string[]) => findPage(words, 'deploy.ini')

describe('each page', () => {
  const all = [[], ...names.map((name) => [name]), ['ops', 'untar']]
  const pages = all.flatMap((words) => [80, 40].map((width) => [words.join(' '), width, words] as const))

  test.each(pages)('of %j fits into %i columns', async (_title, width, words) => {
    const blocks = await pageOf(...words)
    const text = render(blocks, { width, color: false })
    // Examples and single words stay as they are.
    const free = new Set(blocks.flatMap((block) => ('lines' in block ? block.lines.map((line) => `  ${line}`) : [])))
    const wide = text
      .split('\n')
      .filter((line) => line.length > width && !free.has(line) && / \S+ \S/.test(line.trim()))
    expect(wide.filter((line) => !isTerm(line, blocks))).toEqual([])
    expect(text).not.toMatch(/ $|\n\n\n/m)
    if (width === 80) expect([...free].filter((line) => line.length > 80)).toEqual([])
  })

  function isTerm(line: string, blocks: Awaited<ReturnType<typeof pageOf>>): boolean {
    return blocks.some((block) => 'rows' in block && block.rows.some(([term]) => line === `  ${term}`))
  }

  test.each(names)('of %s names only what is there to be seen also', async (name) => {
    const lines = (await pageOf(name)).flatMap((block) =>
      'lines' in block && block.title === 'See also' ? block.lines : [],
    )
    for (const line of lines) {
      const [conc, ...words] = line.split(' ')
      expect(conc).toBe('conc')
      const asked = words[0] === 'help' ? words.slice(1) : words
      await expect(pageOf(...asked.map((word) => (word === 'OP' ? 'untar' : word)))).resolves.toBeDefined()
    }
  })
})

test('the sections of the help are those that there are', () => {
  for (const [header] of sections) {
    const text = `${header.replace('NAME', 'one').replace('JOB', 'one')}\n`
    const { problems } = parseDeployFile(text, 'x', '/')
    expect(problems.filter(({ message }) => message.includes('no section conc knows'))).toEqual([])
  }
  const [problem] = parseDeployFile('[x]\n', 'x', '/').problems
  const told = Array.from(problem?.message.slice(4).matchAll(/\[[a-z:A-Z]+\]/g) ?? [], ([header]) => header)
  expect(told.sort()).toEqual(sections.map(([header]) => header).sort())
})

test('the options of a step in the help are those that there are', () => {
  const { problems } = parseDeployFile('[job:a]\nb = local odd=1 run x\n', 'x', '/')
  const told = problems.map(({ message }) => /Options are (.*)=\./.exec(message)?.[1]).find(Boolean)
  expect(stepOptions.map(([form]) => form.split('=')[0])).toEqual(told?.split('=, '))
})

test('the attributes of the help are those that there are, with their defaults', async () => {
  const text = render(await pageOf('attributes'), { width: 2000, color: false })
  for (const { name, summary, default: value = '' } of knownAttributes) {
    expect(text).toMatch(new RegExp(`^  ${name.replaceAll('.', '\\.')} `, 'm'))
    expect(text).toContain(summary)
    if (value !== '') expect(text).toContain(`(default: ${value})`)
  }
})

test('every built-in op has its usage in the help, and a page of its own', async () => {
  const text = render(await pageOf('ops'), { width: 2000, color: false })
  const { ops } = await loadOps(await listOps('/'), '/')
  expect(ops.size).toBeGreaterThan(15)
  for (const [name, op] of ops) {
    expect(text).toContain(usage(name, op))
    const page = render(await pageOf('ops', name), { width: 2000, color: false })
    expect(page).toContain(op.summary)
    for (const flag of Object.keys(op.flags ?? {})) expect(page).toContain(`  --${flag}`)
  }
})

describe("the user's own ops", () => {
  test('are named in the list, and told of by name', async () => {
    expect((await station.conc('help', 'ops')).stdout).toContain('Your own, in jobs/:\n  broken\n  warm\n')
    const { exit, stdout } = await station.conc('help', 'warm')
    expect(exit).toBe(0)
    expect(stdout).toContain('Usage: NAME = remote [OPTION=VALUE …] warm [--pages N]\n\nWarms up.\n')
    expect(stdout).toContain('  --pages N  how many: a number from 1 on\n')
  })

  test('that are broken say how', async () => {
    expect((await station.conc('help', 'broken')).stdout).toContain('jobs/broken.ts')
  })
})

describe('a topic that is not there', () => {
  test.each([
    [['hepl'], "unknown command 'hepl'. Did you mean help? See conc --help."],
    [['deploy'], "unknown command 'deploy'. Did you mean deploy.ini? See conc --help."],
    [['untr'], "unknown command 'untr'. Did you mean untar? See conc --help."],
    [['ops', 'untr'], 'there is no op untr. Did you mean untar? See conc help ops.'],
    [['run', 'release'], 'help takes one topic, or ops and the name of an op. See conc --help.'],
  ])('%j', async (words, message) => {
    const { exit, stdout, stderr } = await station.conc('help', ...words)
    expect({ exit, stdout, stderr }).toEqual({ exit: 2, stdout: '', stderr: `${message}\n` })
  })
})

describe('on a terminal', () => {
  test.each([
    ['$conc --help', true],
    ['$conc help run', true],
    ['NO_COLOR=1 $conc --help', false],
    ['$conc --no-color --help', false],
    ['$conc --help | cat', false],
  ])('%s is painted: %s', async (command, painted) => {
    const { stdout } = await inShell(station, `TERM=xterm script -qec 'stty cols 50; ${command}' /dev/null`)
    expect(String(stdout).includes('\x1b[1m')).toBe(painted)
  })

  test('help is as wide as it', async () => {
    const { stdout } = await inShell(station, `TERM=xterm script -qec 'stty cols 50; $conc run --help' /dev/null`)
    expect(String(stdout)).toContain('  -n, --dry-run\r\n      plan and doctor; changes nothing\r\n')
  })

  test('a reader that goes away is no trouble', async () => {
    const { stdout } = await inShell(station, '$conc help ops | head -n 1; echo "${PIPESTATUS[0]}"')
    expect(stdout).toMatch(/\n0$/)
  })
})

test.each([
  [['--help'], []],
  [['-h'], []],
  [['help'], []],
  [['help', 'run'], ['run']],
  [['run', '--help'], ['run']],
  [['run', '-h'], ['run']],
  [['help', '--json'], undefined],
  [['-v', '--help'], undefined],
  [['run'], undefined],
  [['mark', 'web1', '-h'], undefined],
  [[], undefined],
])('%j asks for help alone: %j', (words, topic) => {
  expect(helpAsked(words)).toEqual(topic)
})

test.each([
  ['-l, --limit <pattern>', { names: ['-l', '--limit'], value: 'pattern' }],
  ['-e, --set <key=value>', { names: ['-e', '--set'], value: 'key=value' }],
  ['--json [file]', { names: ['--json'], value: 'file', optional: true }],
  ['-n, --dry-run', { names: ['-n', '--dry-run'] }],
  ['--no-color', { names: ['--no-color'] }],
])('the flags %s are read', (text, flags) => {
  expect(readFlags(text)).toEqual(flags)
})

test('arguments are read', () => {
  expect(readArguments('<job> <node...>')).toEqual([
    { name: 'job', many: false },
    { name: 'node', many: true },
  ])
  expect(readArguments('')).toEqual([])
})
