import { describe, expect, test } from 'vitest'
import { exitMeaning, signalMeaning } from '../../src/report/exits.ts'
import { type EndedStep, failureLines } from '../../src/report/failure.ts'
import type { EndOf } from '../../src/report/live/state.ts'
import type { Way } from '../../src/run/events.ts'

test.each([
  [1, /own: what it printed says more$/],
  [77, /sysexits\.h: it may not do that$/],
  [124, /timeout\(1\)/],
  [126, /^by the shells' convention: it was found, but it can not be executed$/],
  [127, /^by the shells' convention: there is no such command$/],
  [137, /^by the shells' convention: SIGKILL ended it\. .*memory was short/],
  [143, /SIGTERM ended it/],
  [200, /own: what it printed says more$/],
])('exit %d is explained, and whose convention that is', (code, meaning) => {
  expect(exitMeaning(code)).toMatch(meaning)
})

test('a signal that says nothing by itself is not explained', () => {
  expect([signalMeaning('SIGUSR1'), signalMeaning('SIGSEGV')]).toEqual([undefined, expect.stringMatching(/a bug$/)])
})

const way: readonly Way[] = [
  { what: 'try again', command: 'conc resume web1 --retry' },
  { what: 'by hand', command: 'conc mark web1 b --done -m WHY' },
  { what: 'give up', command: 'conc unlock web1 --id R -m WHY' },
]
const step: EndedStep = {
  name: 'b',
  status: 'FAILED',
  command: 'make',
  exit: 2,
  printed: [{ stream: 'stdout', text: 'no' }],
}
const labels = (lines: readonly string[]) => lines.map((line) => line.slice(2, 11).trim())

function told(changed: Partial<EndedStep>, ways = way, lines = 5): readonly string[] {
  const end: EndOf = {
    ...{ event: 'run-end', status: 'FAILED', exitCode: 1, ms: 1, message: 'm', durable: true },
    ...{ time: '', node: 'web1', run: 'R', next: [], ways, holding: ways.some(({ what }) => what === 'give up') },
  }
  return failureLines(end, { ...step, ...changed }, { conc: 'conc', lines })
}

describe('what is told of a failure', () => {
  const ways = ['', 'try again', 'by hand', 'give up']
  test.each<[string, Partial<EndedStep>, readonly Way[], readonly string[]]>([
    ['the whole of it', {}, way, ['what ran', 'exit 2', 'printed', 'all of it', ...ways]],
    [
      'a signal rather than the code that goes with it',
      { signal: 'SIGKILL', exit: 137 },
      way,
      ['what ran', 'SIGKILL', 'printed', 'all of it', ...ways],
    ],
    ['no meaning where none is known', { exit: 0 }, way, ['what ran', 'printed', 'all of it', ...ways]],
    ['the time', { status: 'TIMED OUT' }, way, ['what ran', 'timed out', 'printed', 'all of it', ...ways]],
    ['an end by the operator', { status: 'STOPPED', printed: [] }, way, ['what ran', 'exit 2', 'all of it', ...ways]],
    [
      'who ended a step',
      { status: 'STOPPED', signal: 'SIGTERM', printed: [] },
      way,
      ['what ran', 'SIGTERM', 'all of it', ...ways],
    ],
    [
      'nothing of a step that was halted at',
      { status: 'STOPPED' },
      [{ what: 'go on', command: 'conc resume web1' }],
      ['go on'],
    ],
    [
      'nothing of a step that another run kept out',
      { status: 'BLOCKED' },
      [{ what: 'look', command: 'conc status web1' }],
      ['look'],
    ],
    [
      'no log where no bundle is kept',
      {},
      [{ what: 'try again', command: 'conc run release web1 --from b' }],
      ['what ran', 'exit 2', 'printed', '', 'try again'],
    ],
  ])('%s', (_title, changed, ways, names) => {
    expect(labels(told(changed, ways))).toEqual(names)
  })
})

test('a report that has just shown the output does not repeat it, and stays in one piece', () => {
  expect(labels(told({}, way, 0))).toEqual(['what ran', 'exit 2', 'all of it', 'try again', 'by hand', 'give up'])
})

test('nothing that a node or a file wrote reaches the terminal raw', () => {
  const raw = '\x1b[2J\u202e'
  expect(told({ command: raw, name: raw, signal: raw }, [...way, { what: 'look', command: raw }]).join('')).not.toMatch(
    /[\x1b\u202e]/,
  )
})
