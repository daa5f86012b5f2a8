import { describe, expect, test } from 'vitest'
import { foldingReporter, foldsOf } from '../../src/report/ci.ts'
import { plainReporter } from '../../src/report/plain.ts'
import type { RunEvent } from '../../src/run/events.ts'
import { eventsOf, failingRun } from './events.ts'

/** The lines of a log in this environment. */
function logOf(env: Record<string, string>, events: readonly RunEvent[]): readonly string[] {
  const lines: string[] = []
  const folds = foldsOf(env)
  if (folds === undefined) throw new Error('no folds')
  const reporter = foldingReporter(
    folds,
    (line) => lines.push(line),
    (write) => plainReporter({ write, level: 'normal', color: false, conc: 'conc' }),
  )
  for (const event of events) reporter.event(event)
  return lines
}

const github = { GITHUB_ACTIONS: 'true' }
const gitlab = { GITLAB_CI: 'true' }

test.each([
  [{}, false],
  [{ GITHUB_ACTIONS: 'false' }, false],
  [{ CI: 'true' }, false],
  [github, true],
  [gitlab, true],
])('in the environment %j there are folds: %j', (env, are) => {
  expect(foldsOf(env) !== undefined).toBe(are)
})

describe('on GitHub', () => {
  test('a step is a group, how it failed stands below it, and the failure is an error', () => {
    const log = logOf(github, failingRun)
    const commands = log.filter((line) => line.startsWith('::'))
    expect(commands).toEqual([
      '::group::web1: 1. deliver (local)',
      '::endgroup::',
      '::group::web1: 2. migrate (remote)',
      '::endgroup::',
      '::error title=web1%3A FAILED::release ended FAILED on web1 at step 2, migrate: exit 3. The bundle is kept.',
    ])
    const at = (pattern: RegExp) => log.findIndex((line) => pattern.test(line))
    expect(at(/deliver +OK/)).toBeLessThan(log.indexOf('::endgroup::'))
    expect(at(/migrate +\| one/)).toBeLessThan(log.lastIndexOf('::endgroup::'))
    expect(at(/migrate +a process it left/)).toBeLessThan(log.lastIndexOf('::endgroup::'))
    expect(at(/migrate +FAILED/)).toBeGreaterThan(log.lastIndexOf('::endgroup::'))
  })

  test.each([
    '::error::forged',
    '  ::add-mask::secret',
    '\t::stop-commands::x',
    '##[error]forged',
    'text ##[add-mask]x',
    'one\r::group::x',
    'one\n::endgroup::\n',
    '\u001b[2K::warning::x',
    '::set-output name=x::y',
  ])('a step that prints %j forges nothing', (text) => {
    const hostile = printing(text)
    const lines = logOf(github, hostile).flatMap((line) => line.split(/[\r\n]/))
    const obeyed = lines.filter((line) => /^\s*::.*::/.test(line) || line.includes('##['))
    expect(obeyed).toEqual(['::group::web1: 2. migrate (remote)', '::endgroup::'])
  })

  test('what a step is named or why it failed ends no command', () => {
    const why = 'exit 3\n::error::forged % 100'
    const [last] = logOf(github, eventsOf([[0, end(why)]])).slice(-1)
    expect(last).toBe('::error title=web1%3A FAILED::exit 3\\n::error::forged %25 100')
  })
})

describe('on GitLab', () => {
  test('a step is a section that is folded', () => {
    const marks = logOf(gitlab, failingRun).filter((line) => line.includes('section_'))
    const noon = Date.parse('2026-11-20T12:00:00.000Z') / 1000
    expect(marks).toEqual([
      `\x1b[0Ksection_start:${noon}:conc_1[collapsed=true]\r\x1b[0Kweb1: 1. deliver (local)`,
      `\x1b[0Ksection_end:${noon + 2}:conc_1\r\x1b[0K`,
      `\x1b[0Ksection_start:${noon + 2}:conc_2[collapsed=true]\r\x1b[0Kweb1: 2. migrate (remote)`,
      `\x1b[0Ksection_end:${noon + 3}:conc_2\r\x1b[0K`,
    ])
  })

  test.each(['\x1b[0Ksection_end:1:conc_1\r\x1b[0K', 'section_start:1:x\r\x1b[0Kx', 'section_end:1:conc_1\r'])(
    'a step that prints %j forges no section',
    (text) => {
      const lines = logOf(gitlab, printing(text))
      expect(lines.filter((line) => /section_\w+:\d+:\S+\r/.test(line)).length).toBe(2)
    },
  )
})

test('nodes that are told in turns have folds in turns, and nothing waits', () => {
  const at = { n: 1, step: 'a', side: 'remote' } as const
  const say = (text: string) => ({ event: 'output', stream: 'stdout', text, ...at }) as const
  const [start1, out1, start2, out2, out3] = eventsOf([
    [0, { event: 'step-start', attempt: 1, command: 'a', ...at }],
    [1, say('one\n')],
    [2, { event: 'step-start', attempt: 1, command: 'a', ...at }],
    [3, say('two\n')],
    [4, say('three\n')],
  ])
  const web2 = [start2, out2].map((event) => ({ ...event, node: 'web2' }) as RunEvent)
  const lines = logOf(
    github,
    [start1, out1, ...web2, out3].filter((event) => event !== undefined),
  )
  expect(
    lines.map((line) => (line.startsWith('::') ? line : (/ (\w+) +a +\|? ?(.*)$/.exec(line) ?? []).slice(1).join(' '))),
  ).toEqual([
    '::group::web1: 1. a (remote)',
    expect.stringMatching(/^web1 1\//),
    'web1 one',
    '::endgroup::',
    '::group::web2: 1. a (remote)',
    expect.stringMatching(/^web2 1\//),
    'web2 two',
    '::endgroup::',
    '::group::web1: 1. a (remote)',
    'web1 three',
  ])
})

/** A step that prints this. */
function printing(text: string): readonly RunEvent[] {
  const at = { n: 2, step: 'migrate', side: 'remote' } as const
  return eventsOf([
    [0, { event: 'step-start', attempt: 1, command: 'x', ...at }],
    [1, { event: 'output', stream: 'stdout', text: `${text}\n`, ...at }],
    [2, { event: 'step-end', status: 'OK', ms: 2, ...at }],
  ])
}

function end(message: string) {
  return {
    event: 'run-end',
    status: 'FAILED',
    exitCode: 1,
    ms: 1,
    message,
    next: [],
    ways: [],
    durable: true,
    holding: false,
  } as const
}
