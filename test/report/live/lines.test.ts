import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import type { Foot } from '../../../src/report/live/foot.ts'
import { viewLines } from '../../../src/report/live/lines.ts'
import type { ViewOptions } from '../../../src/report/live/options.ts'
import { nothingYet } from '../../../src/report/live/state.ts'
import { a, after, b, begun, ending, noon, of } from './scene.ts'

const keys: Foot = { kind: 'keys', halting: false, ending: false, more: false }
const large: ViewOptions = { columns: 80, rows: 24, now: noon + 65_000, color: false, more: false, foot: keys }
const starts = [1000, { event: 'step-start', ...b, attempt: 1, command: 'make' }] as const
const aEnds = [900, { event: 'step-end', ...a, status: 'OK', ms: 900 }] as const

function lines(count: number, text = 'line') {
  const all = Array.from({ length: count }, (_, n) => ({ stream: 'stdout', text: `${text} ${n + 1}` }) as const)
  return [2000, { event: 'printed', step: 'b', lines: all }] as const
}

test('nothing is shown before a run has begun', () => {
  expect(viewLines(nothingYet, large)).toEqual([])
})

test('a run that gets ready says so', () => {
  expect(viewLines(after(of('web1', [begun])), { ...large, now: noon })[0]).toBe(
    'release on web1  0/3  getting ready  run RUN',
  )
})

test('a running step is unfolded: its bar, its warnings, its last lines', () => {
  const state = after(
    of('web1', [
      begun,
      aEnds,
      starts,
      lines(9),
      [2000, { event: 'printed', step: 'b', lines: [{ stream: 'stderr', text: 'a\tb' }] }],
      [2000, { event: 'progress', ...b, done: 1, total: 4 }],
      [2000, { event: 'note', level: 'warning', step: 'b', message: 'careful' }],
      [2000, { event: 'note', level: 'info', message: 're-attached' }],
    ]),
  )
  expect(viewLines(state, large)).toEqual([
    'release on web1  1/3  1 min 5 s  run RUN',
    ' ✓ 1 a     local   0.9 s',
    ' ▶ 2 b     remote  1 min 4 s',
    `     ${'█'.repeat(7)}${'░'.repeat(23)}   25 %  1 B of 4 B`,
    '     ! careful',
    '     | line 6',
    '     | line 7',
    '     | line 8',
    '     | line 9',
    '     ! a    b',
    ' · 3 c     remote',
    '   re-attached',
    '',
    ' h halt after this step   o more output   e end this step   ? help',
  ])
  expect(viewLines(state, { ...large, more: true })).toContain('     | line 1')
})

describe('what stands below the list', () => {
  const state = after(of('web1', [begun]))
  test.each<[string, Foot, readonly string[]]>([
    [
      'a wish to halt',
      { ...keys, halting: true },
      [' ⏸ halting after this step; Ctrl-C or e ends it now', ' o more output   e end this step   ? help'],
    ],
    ['a wish to end', { ...keys, halting: true, ending: true }, [' ⏸ ending what runs', ' o more output   ? help']],
    [
      'a choice',
      { kind: 'choice', question: 'Why\x1b?', choices: [{ key: 'y', label: 'yes' }], detail: 'rm -r .\x07\nnext' },
      ['   rm -r .\\x07', '   next', ' ? Why\\x1b?', ' y yes'],
    ],
    ['a text', { kind: 'text', question: 'Why?', typed: 'abc', hint: 'Enter' }, [' ? Why?', ' > abc_', ' Enter']],
  ])('%s', (_title, foot, rows) => {
    const shown = viewLines(state, { ...large, foot })
    expect(shown.slice(shown.indexOf('') + 1)).toEqual(rows)
  })
})

test('of twenty nodes each has a line, and the busy one is unfolded', () => {
  const nodes = Array.from({ length: 20 }, (_, n) => `web${n + 1}`)
  const done = nodes.map((node) => of(node, [begun, aEnds, [5000, ending('OK')]]))
  const state = after(...done, of('web7', [begun, aEnds, starts, lines(3)]))
  const shown = viewLines(state, { ...large, rows: 40 })
  expect(shown.slice(5, 13)).toEqual([
    ' ✓ web6   1/3  OK  5.0 s',
    ' ▶ web7   1/3  b  1 min 4 s',
    '   ✓ 1 a     local   0.9 s',
    '   ▶ 2 b     remote  1 min 4 s',
    '       | line 1',
    '       | line 2',
    '       | line 3',
    '   · 3 c     remote',
  ])
  expect(shown.filter((line) => /^ [✓▶] web/.test(line))).toHaveLength(20)
  expect(viewLines(state, large).filter((line) => line.includes('▶'))).toHaveLength(2)
})

test('where there is no room for all nodes those that run or failed are seen, in the order in which they come', () => {
  const nodes = Array.from({ length: 20 }, (_, n) => `web${n + 1}`)
  const locked = nodes.toSorted().map((node) => of(node, [[0, { ...begun[1], nodes } as (typeof begun)[1]], aEnds]))
  const done = nodes.slice(0, 9).map((node) => of(node, [[5000, ending('OK')]]))
  const running = nodes.slice(9, 14).map((node) => of(node, [starts]))
  const shown = viewLines(after(...locked, ...done, ...running), large)
  expect(shown.flatMap((line) => /^ \S web(\d+)/.exec(line)?.[1] ?? [])).toEqual(
    [1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20].map(String),
  )
  expect(shown).toContain('   … 3 more: 3 done')
  const few = viewLines(after(...locked, ...done, ...running), { ...large, rows: 11 })
  expect(few).toEqual([
    ' ▶ web10  1/3  b  1 min 4 s',
    '   ✓ 1 a     local   0.9 s',
    '   ▶ 2 b     remote  1 min 4 s',
    '   · 3 c     remote',
    ' ▶ web11  1/3  b  1 min 4 s',
    ' ▶ web12  1/3  b  1 min 4 s',
    ' ▶ web13  1/3  b  1 min 4 s',
    ' ▶ web14  1/3  b  1 min 4 s',
    '   … 15 more: 6 waiting, 9 done',
    expect.stringContaining('halt after this step'),
  ])
})

test('a node that has its lock and waits for its turn says so, and does not seem to run', () => {
  const state = after(of('web1', [begun, aEnds, starts]), of('web2', [begun, aEnds]))
  expect(viewLines(state, large)).toContain(' · web2  1/3  waits')
  // Between two steps a node waits for nothing.
  expect(viewLines(state, { ...large, now: noon + 1000 })).toContain(' ▶ web2  1/3')
})

test('on a narrow terminal what there is to say is seen rather than its place kept', () => {
  const state = after(
    of('web1', [begun, starts, [2000, { event: 'step-end', ...b, status: 'FAILED', exit: 75, ms: 11 }]]),
  )
  const shown = viewLines(state, { ...large, columns: 40, foot: { ...keys, halting: true } })
  expect(shown).toContain(' ✗ 2 b     remote  11 ms  FAILED, exit…')
  expect(shown).toContain(' ⏸ halting after this step')
})

test('on a narrow terminal questions and help take the lines that they need', () => {
  const state = after(of('web1', [begun]))
  const narrow = { ...large, columns: 40 }
  const question = 'End what runs now, its whole process group?'
  const asked = viewLines(state, {
    ...narrow,
    foot: { kind: 'choice', question, choices: [{ key: 'y', label: 'yes' }] },
  })
  expect(asked.slice(-3)).toEqual([' ? End what runs now, its whole process', '   group?', ' y yes'])
  expect(viewLines(state, { ...narrow, foot: { kind: 'help' } }).slice(5, 10)).toEqual([
    ' h       halt after this step; the',
    '         bundle is kept, and conc',
    '         resume goes on',
    ' e       end this step, its whole',
    '         process group; it asks first',
  ])
})

test.each([
  ['before this session', -240_000, '5 min 5 s'],
  ['later than now, by a clock that is ahead', 90_000, '1 min 4 s'],
])('a step that began %s shows for how long it runs', (_title, began, time) => {
  const found = new Date(noon + began).toISOString()
  const state = after(of('web1', [begun, [1000, { ...starts[1], began: found }]]))
  expect(viewLines(state, large)).toContain(` ▶ 2 b     remote  ${time}`)
})

test('a run in which a person is asked does not get ready', () => {
  const foot: Foot = { kind: 'choice', question: '?', choices: [] }
  expect(viewLines(after(of('web1', [begun])), { ...large, foot })[0]).toBe('release on web1  0/3  1 min 5 s  run RUN')
})

test('no line is ever wider than the terminal, nor are there more than fit, and what runs is in sight', () => {
  const wide = fc.stringMatching(/^[a-z漢é👍\t ]{0,60}$/u)
  const job = fc.record({
    names: fc.array(
      wide.map((name) => `s${name.trim()}`),
      { minLength: 1, maxLength: 60 },
    ),
    at: fc.nat(59),
    output: fc.array(wide, { maxLength: 30 }),
    columns: fc.integer({ min: 20, max: 140 }),
    rows: fc.integer({ min: 5, max: 50 }),
    more: fc.boolean(),
    color: fc.boolean(),
  })
  fc.assert(
    fc.property(job, ({ names, at, output, columns, rows, more, color }) => {
      const steps = names.map((name, n) => ({ n: n + 1, step: `${name}${n}`, side: 'remote' }) as const)
      const step = steps[at % steps.length]
      if (step === undefined) return
      const text = output.map((line) => ({ stream: 'stdout', text: line }) as const)
      const state = after(
        of('web1', [
          [0, { event: 'run-start', job: 'release', resumed: true, steps }],
          [1, { event: 'step-start', ...step, attempt: 2, command: 'x' }],
          [2, { event: 'printed', step: step.step, lines: text }],
        ]),
      )
      const shown = viewLines(state, { ...large, columns, rows, more, color })
      for (const line of shown) expect(stringWidth(line), line).toBeLessThan(columns)
      expect(shown.length).toBeLessThan(rows)
      expect(shown.map(stripVTControlCharacters).filter((line) => line.startsWith(' ▶ '))).toHaveLength(1)
    }),
  )
})

test('a step that is asked about stands out', () => {
  const foot: Foot = { kind: 'choice', question: '?', choices: [], step: 'c' }
  const shown = viewLines(after(of('web1', [begun])), { ...large, color: true, foot })
  expect(shown[3]).toContain('\x1b[1m3 c')
  expect(shown[2]).not.toContain('\x1b[1m')
})
