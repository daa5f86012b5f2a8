import { expect, test } from 'vitest'
import { fleetEnd } from '../../src/run/fleetend.ts'
import type { Ended } from '../../src/run/told.ts'
import { exitCodeOf, type Status } from '../../src/words/status.ts'

const about = { job: 'release', conc: 'conc', parallel: 1, durable: true, ms: 1, again: 'run release' }

/** An end, written as `NODE STATUS [locked] [word] [not]`. */
function ended(text: string): Ended {
  const [node = '', status = '', ...more] = text.split(' ')
  const is = (word: string) => more.includes(word)
  return {
    node,
    run: `r-${node}`,
    status: status as Status,
    exitCode: exitCodeOf(status as Status),
    holding: is('locked'),
    needsWord: is('word'),
    attempted: !is('not'),
  }
}

test.each<[string, readonly string[], number, string, readonly string[]]>([
  ['all is done', ['a OK', 'b OK'], 0, 'release is done on a, b.', []],
  [
    'one failed',
    ['a OK', 'b FAILED locked word', 'c STOPPED locked not'],
    1,
    'release is done on a; FAILED on b; was not begun on c.',
    ['conc resume b c --retry'],
  ],
  [
    'one was halted',
    ['a STOPPED locked', 'b STOPPED locked not'],
    5,
    'release STOPPED on a; was not begun on b.',
    ['conc resume a b'],
  ],
  [
    'one was held',
    ['a STOPPED not', 'b BLOCKED'],
    3,
    'release BLOCKED on b; was not begun on a.',
    ['conc status b', 'conc run release a b'],
  ],
  [
    'what became of one is not known',
    ['a FAILED locked word', 'b ERROR locked', 'c ERROR'],
    7,
    'release ERROR on b, c; FAILED on a.',
    ['conc status c', 'conc resume a b --retry'],
  ],
  [
    'there are many',
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((node) => `${node} STOPPED locked not`),
    5,
    'release was not begun on a, b, c, d, e and 2 more.',
    ['conc resume a b c d e f g'],
  ],
])('%s: what happened and what leads on is told', (_title, ends, exitCode, message, next) => {
  const end = fleetEnd(ends.map(ended), about)
  expect([end.exitCode, end.message, end.next]).toEqual([exitCode, message, next])
  expect(end.nodes?.map(({ node }) => node)).toEqual(ends.map((text) => text.split(' ')[0]))
})

test('as many at a time come again as before, and a run that can only be resumed is not begun anew', () => {
  const ends = [ended('a FAILED locked word'), ended('b STOPPED locked not')]
  expect(fleetEnd(ends, { ...about, parallel: 4 }).next).toEqual(['conc resume a b --parallel 4 --retry'])
  const { again: _, ...resumed } = about
  expect(fleetEnd([ended('a BLOCKED'), ended('b OK')], resumed).next).toEqual(['conc status a'])
})
