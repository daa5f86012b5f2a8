import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PlainOptions, plainReporter } from '../../src/report/plain.ts'
import type { Happening, RunEvent } from '../../src/run/events.ts'
import { eventsOf, failingRun, migrate } from './events.ts'

const zone = process.env.TZ
beforeAll(() => {
  process.env.TZ = 'Europe/Berlin'
})
afterAll(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

function told(events: readonly RunEvent[], options: Partial<PlainOptions> = {}): string[] {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const reporter = plainReporter({ write, level: 'normal', color: false, conc: 'conc', ...options })
  for (const event of events) reporter.event(event)
  return lines
}

/** The message of the one line that a happening gives. */
function message(happening: Happening, options: Partial<PlainOptions> = {}): string {
  return told(eventsOf([[0, happening]]), options)
    .map((line) => line.slice(24).replaceAll(/ +/g, ' '))
    .join('\n')
}

test('a run reads as a log, in the zone of the machine, with the ways on last', () => {
  expect(`\n${told(failingRun).join('\n')}\n`).toMatchInlineSnapshot(`
    "
    2026-11-20 13:00:00,123 INFO    web1       -          release begins: 2 steps, run r1
    2026-11-20 13:00:00,124 INFO    web1       deliver    1/2 local: scp a b
    2026-11-20 13:00:01,124 INFO    web1       deliver    5.0 MB of 20.0 MB, 25 %, 5.0 MB/s
    2026-11-20 13:00:02,124 INFO    web1       deliver    20.0 MB of 20.0 MB, 100 %, 10.0 MB/s
    2026-11-20 13:00:02,125 INFO    web1       deliver    | 1 delivered
    2026-11-20 13:00:02,126 INFO    web1       deliver    OK in 2.0 s
    2026-11-20 13:00:02,127 INFO    web1       migrate    2/2 remote: sh -euc 'cd app
    2026-11-20 13:00:02,127 INFO    web1       migrate        make \\x1b[2J'
    2026-11-20 13:00:02,128 INFO    web1       migrate    | one
    2026-11-20 13:00:02,129 INFO    web1       migrate    ! \\x9b
    2026-11-20 13:00:02,131 WARNING web1       migrate    a process it left behind
    2026-11-20 13:00:03,327 INFO    web1       migrate    | two
    2026-11-20 13:00:03,327 ERROR   web1       migrate    FAILED, exit 3, in 1.2 s
    2026-11-20 13:00:03,423 ERROR   web1       -          release ended FAILED on web1 at step 2, migrate: exit 3. The bundle is kept. It took 3.3 s.
      what ran   sh -euc 'cd app
                 make \\x1b[2J'
      exit 3     a number of the command's own: what it printed says more
      all of it  conc log web1 migrate
      try again  conc resume web1 --retry
      by hand    conc mark web1 migrate --done -m 'WHY'
    "
  `)
})

test('quiet tells problems and the end only', () => {
  expect(`\n${told(failingRun, { level: 'quiet' }).join('\n')}\n`).toMatchInlineSnapshot(`
    "
    2026-11-20 13:00:02,131 WARNING web1       migrate    a process it left behind
    2026-11-20 13:00:03,327 ERROR   web1       migrate    FAILED, exit 3, in 1.2 s
    2026-11-20 13:00:03,423 ERROR   web1       -          release ended FAILED on web1 at step 2, migrate: exit 3. The bundle is kept. It took 3.3 s.
      what ran   sh -euc 'cd app
                 make \\x1b[2J'
      exit 3     a number of the command's own: what it printed says more
      all of it  conc log web1 migrate
      try again  conc resume web1 --retry
      by hand    conc mark web1 migrate --done -m 'WHY'
    "
  `)
})

test('verbose tells attempts and exact times too', () => {
  const lines = told(failingRun, { level: 'verbose' }).join('\n')
  expect(lines).toContain('1/2 local, attempt 1: scp a b')
  expect(lines).toContain('FAILED, exit 3, in 1200 ms')
})

test('colour paints and says nothing else', () => {
  const lines = told(failingRun, { color: true })
  expect(lines[0]).toContain('\x1b[')
  expect(lines.map((line) => line.replaceAll(/\x1b\[\d+m/g, ''))).toEqual(told(failingRun))
})

describe('what happens', () => {
  const end = { event: 'step-end', ...migrate, ms: 812 } as const
  test.each<[Happening, string]>([
    [
      { event: 'run-start', job: 'release', resumed: true, steps: [migrate] },
      'INFO web1 - release goes on: 1 step, run r1',
    ],
    [{ event: 'step-start', ...migrate, attempt: 2, command: 'ls' }, 'INFO web1 migrate 2/0 remote, attempt 2: ls'],
    [{ ...end, status: 'OK', exit: 0 }, 'INFO web1 migrate OK in 0.8 s'],
    [{ ...end, status: 'FAILED', exit: 3 }, 'ERROR web1 migrate FAILED, exit 3, in 0.8 s'],
    [
      { ...end, status: 'FAILED', exit: 127, why: 'exit 127: no such command' },
      'ERROR web1 migrate FAILED, exit 127: no such command, in 0.8 s',
    ],
    [
      { ...end, status: 'FAILED', signal: 'SIGKILL', exit: 137 },
      'ERROR web1 migrate FAILED, killed by SIGKILL, in 0.8 s',
    ],
    [{ ...end, status: 'ERROR', exit: 1, why: 'lost' }, 'ERROR web1 migrate ERROR, lost (exit 1), in 0.8 s'],
    [{ ...end, status: 'TIMED OUT' }, 'ERROR web1 migrate TIMED OUT in 0.8 s'],
    [{ ...end, status: 'STOPPED', why: 'Look' }, 'WARNING web1 migrate STOPPED, Look, in 0.8 s'],
    [{ ...end, status: 'BLOCKED', why: 'held' }, 'WARNING web1 migrate BLOCKED, held, in 0.8 s'],
    [
      { ...end, status: 'BLOCKED', why: 'ana holds it. Nothing was changed.' },
      'WARNING web1 migrate BLOCKED in 0.8 s: ana holds it. Nothing was changed.',
    ],
    [{ event: 'step-skip', ...migrate, why: 'no\nneed', byHand: false }, 'INFO web1 migrate skipped: no\\nneed'],
    [{ event: 'step-skip', ...migrate, why: 'no', byHand: true }, 'INFO web1 migrate skipped by hand: no'],
    [{ event: 'step-done', ...migrate, byHand: false }, 'INFO web1 migrate done before'],
    [{ event: 'step-done', ...migrate, byHand: true }, 'INFO web1 migrate done by hand'],
    [
      { event: 'step-waits', ...migrate, status: 'FAILED', exit: 3 },
      'WARNING web1 migrate FAILED, exit 3, as it ended before',
    ],
    [{ event: 'step-waits', ...migrate, status: 'UNKNOWN' }, 'WARNING web1 migrate UNKNOWN, as it ended before'],
    [{ event: 'note', level: 'info', message: 'a\nb\x1b\n' }, 'INFO web1 - a\nINFO web1 - b\\x1b'],
  ])('%j', (happening, text) => {
    expect(message(happening)).toBe(text)
  })
})

test('output that no step ends is told at the end of the run', () => {
  const events = eventsOf([
    [0, { event: 'output', ...migrate, stream: 'stderr', text: 'half' }],
    [
      1,
      {
        ...{ event: 'run-end', status: 'ERROR', exitCode: 7, ms: 1, message: 'lost.' },
        ...{ next: [], ways: [], durable: true, holding: false },
      },
    ],
  ])
  expect(told(events).map((line) => line.slice(24))).toEqual([
    'INFO    web1       migrate    ! half',
    'ERROR   web1       -          lost. It took 1 ms.',
  ])
})

test('what a node prints can forge no line of the log', () => {
  const forged = '2026-11-20 12:00:00,123 INFO    web1       migrate    OK in 0.1 s'
  const events = eventsOf([[0, { event: 'output', ...migrate, stream: 'stdout', text: `a\r\x1b[2K${forged}\n` }]])
  for (const line of told(events)) expect(line).toMatch(/ migrate {4}\| /)
})

test('lines that come at once are told as if they came one by one', () => {
  const lines = ['a', '', '  $& $$ $1', '\x1b[2Jö']
  const about = { event: 'output', ...migrate, stream: 'stdout' } as const
  const one = eventsOf(lines.map((line): [number, Happening] => [0, { ...about, text: `${line}\n` }]))
  const together = eventsOf([[0, { ...about, text: lines.map((line) => `${line}\n`).join('') }]])
  for (const color of [false, true]) {
    const all = told(together, { color }).flatMap((some) => some.split('\n'))
    expect(all).toEqual(told(one, { color }))
    expect(all).toHaveLength(lines.length)
  }
})

test('a step whose name has a meaning in replacements keeps it on every line', () => {
  const text = 'a\nb\nc\nd\n'
  const lines = told(eventsOf([[0, { event: 'output', n: 1, step: '$&$$', side: 'remote', stream: 'stdout', text }]]))
  for (const line of lines.join('\n').split('\n')) expect(line).toMatch(/ \$&\$\$ {7}\| [a-d]$/)
})

test('of two nodes none ends the line of the other', () => {
  const about = { event: 'output', ...migrate, stream: 'stdout' } as const
  const [first, second, third] = eventsOf([
    [0, { ...about, text: 'half of ' }],
    [1, { ...about, text: 'another\n' }],
    [2, { ...about, text: 'a line\n' }],
  ])
  const events = [first, second && { ...second, node: 'web2' }, third].filter((event) => event !== undefined)
  expect(told(events).map((line) => line.slice(32))).toEqual([
    'web2       migrate    | another',
    'web1       migrate    | half of a line',
  ])
})
