import { expect, test } from 'vitest'
import { finalLines } from '../../../src/report/live/final.ts'
import type { NodeEnd } from '../../../src/run/events.ts'
import type { Status } from '../../../src/words/status.ts'
import { a, after, b, begun, ending, noon, of } from './scene.ts'

const look = { columns: 79, color: false, now: noon }
const options = { conc: 'conc -f x.ini', lines: 2, color: false }

const failing = of('web1', [
  begun,
  [1, { event: 'step-end', ...a, status: 'OK', ms: 900 }],
  [2, { event: 'step-start', ...b, attempt: 1, command: 'make all\nmake install' }],
  [3, { event: 'printed', step: 'b', lines: ['one', 'two', 'three'].map((text) => ({ stream: 'stderr', text })) }],
  [4, { event: 'note', level: 'warning', message: 'the line was cut' }],
  [5, { event: 'step-end', ...b, status: 'FAILED', exit: 137, signal: 'SIGKILL', ms: 1200 }],
  [
    6,
    ending('FAILED', [
      { what: 'try again', command: 'conc resume web1 --retry' },
      { what: 'by hand', command: 'conc mark web1 b --done -m WHY' },
      { what: 'give up', command: 'conc unlock web1 --id RUN -m WHY' },
    ]),
  ],
])

test('a failure stays with every step, what happened, and what to do', () => {
  expect(finalLines(after(failing), look, options)).toEqual([
    'release on web1  1/3  5.0 s  run RUN',
    ' ✓ 1 a     local   0.9 s',
    ' ✗ 2 b     remote  1.2 s      FAILED, killed by SIGKILL',
    ' · 3 c     remote',
    ' ! the line was cut',
    '',
    '✗ release ended FAILED at step 2, b. It took 5.0 s.',
    '',
    '  what ran   make all',
    '             make install',
    '  SIGKILL    killed by force: by the kernel when memory was short, by a',
    '             supervisor, or by a person. dmesg tells of the first',
    '  printed    ! two',
    '             ! three',
    '  all of it  conc -f x.ini log web1 b',
    '',
    '  try again  conc resume web1 --retry',
    '  by hand    conc mark web1 b --done -m WHY',
    '  give up    conc unlock web1 --id RUN -m WHY',
  ])
})

test('of several nodes those that are done take a line each, and the end of all comes last', () => {
  const done = of('web20', [begun, [1, { event: 'step-end', ...a, status: 'OK', ms: 900 }], [6, ending('OK')]])
  const all = of('web1,web20', [[7, ending('FAILED', [{ what: 'go on', command: 'conc resume web1' }])]])
  const halted = of('web3', [begun, [6, ending('STOPPED')]])
  const lines = finalLines(after(done, halted, failing, all), look, options)
  expect(lines.slice(0, 5)).toEqual([
    ' ✓ web20  1/3  OK  5.0 s',
    ' ⏸ web3   0/3  STOPPED  5.0 s',
    '   release ended STOPPED at step 2, b.',
    '',
    'release on web1  1/3  5.0 s  run RUN',
  ])
  expect(lines.slice(-3)).toEqual([
    '✗ release ended FAILED at step 2, b. It took 5.0 s.',
    '',
    '  go on      conc resume web1',
  ])
})

test('a node whose turn never came takes one line, also where nothing of it was begun; one that could not be left as it was is told', () => {
  const locked = of('web2', [begun, [1, { event: 'step-end', ...a, status: 'OK', ms: 900 }], [6, ending('STOPPED')]])
  const stuck = of('web3', [begun, [6, ending('ERROR')]])
  const of4 = (node: string, status: Status, attempted: boolean, held: boolean): NodeEnd => {
    return { node, run: 'RUN', status, exitCode: 1, attempted, locked: held }
  }
  const nodes = [
    of4('web1', 'FAILED', true, true),
    of4('web2', 'STOPPED', false, true),
    of4('web3', 'ERROR', false, true),
    of4('web10', 'STOPPED', false, false),
  ]
  const all = of('web1,web2,web3,web10', [[7, ending('FAILED', [], nodes)]])
  const lines = finalLines(after(failing, locked, stuck, all), look, options)
  expect(lines.slice(lines.indexOf('  give up    conc unlock web1 --id RUN -m WHY') + 2, -2)).toEqual([
    ' · web2   not begun, locked',
    ' ✗ web3   0/3  ERROR  5.0 s',
    '   release ended ERROR at step 2, b.',
    ' · web10  not begun',
  ])
})

test('of several nodes that failed each is parted from the next by one empty line', () => {
  const all = of('web1,web2', [[7, ending('FAILED')]])
  const lines = finalLines(
    after(
      failing,
      failing.map((event) => ({ ...event, node: 'web2' })),
      all,
    ),
    look,
    options,
  )
  expect(lines[0]).not.toBe('')
  expect(lines.filter((line, index) => line === '' && lines[index + 1] === '')).toEqual([])
})

test('a run whose end is not known says nothing of one', () => {
  expect(finalLines(after(of('web1', [begun])), look, options).at(-1)).toBe(' · 3 c     remote')
})

test('on a narrow terminal prose breaks at its spaces, and commands stay whole', () => {
  const narrow = finalLines(after(failing), { ...look, columns: 39 }, options)
  expect(narrow.slice(4)).toEqual([
    ' ! the line was cut',
    '',
    '✗ release ended FAILED at step 2, b. It',
    '  took 5.0 s.',
    '',
    '  what ran   make all',
    '             make install',
    '  SIGKILL    killed by force: by the',
    '             kernel when memory was',
    '             short, by a supervisor, or',
    '             by a person. dmesg tells',
    '             of the first',
    '  printed    ! two',
    '             ! three',
    '  all of it  conc -f x.ini log web1 b',
    '',
    '  try again  conc resume web1 --retry',
    '  by hand    conc mark web1 b --done -m WHY',
    '  give up    conc unlock web1 --id RUN -m WHY',
  ])
})
