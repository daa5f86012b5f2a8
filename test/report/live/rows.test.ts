import { expect, test } from 'vitest'
import { noteRows, printedRows, stepRows, warningRows } from '../../../src/report/live/rows.ts'
import type { NodeView, StepView } from '../../../src/report/live/state.ts'

const look = { columns: 80, color: false, now: 10_000 }
const plain: StepView = { n: 2, name: 'migrate', side: 'remote', status: 'OK', printed: [], warnings: [] }
const node: NodeView = {
  node: 'web1',
  run: 'r1',
  job: 'release',
  resumed: false,
  began: 0,
  latest: 0,
  steps: [],
  notes: [],
}

/** What a row says behind mark, number, name and side. */
function row(step: Partial<StepView>): string {
  const shown = { ...plain, ...step }
  const [line = ''] = stepRows({ ...node, steps: [shown] }, [shown], look)
  return line.replace(/^.*?remote */, '')
}

test.each<[string, Partial<StepView>, string]>([
  ['is done', { ms: 1_500 }, '1.5 s'],
  ['is done by hand', { byHand: true }, 'done by hand'],
  ['was done before', { before: true }, 'done before'],
  ['was done again', { attempt: 2, ms: 1_000 }, '1.0 s      attempt 2'],
  ['is left out', { status: 'SKIPPED', why: '' }, 'skipped'],
  ['is left out for a reason', { status: 'SKIPPED', why: '--from switch' }, 'skipped: --from switch'],
  ['is left out by hand', { status: 'SKIPPED', byHand: true, why: 'not needed' }, 'skipped by hand: not needed'],
  ['is to come', { status: 'PENDING' }, ''],
  ['said no', { status: 'FAILED', exit: 3, ms: 1_000 }, '1.0 s      FAILED, exit 3'],
  ['broke', { status: 'ERROR' }, 'ERROR'],
])('the row of a step that %s says so', (_, step, said) => {
  expect(row(step).trim()).toBe(said)
})

test('what a remark says is worth more than its place', () => {
  const shown = { ...plain, status: 'SKIPPED', why: '--from switch' } as const
  const at = (columns: number) => stepRows({ ...node, steps: [shown] }, [shown], { ...look, columns })
  expect(at(50)).toEqual([expect.stringMatching(/remote {2}skipped: --from switch$/)])
})

test('a list without steps has no rows', () => {
  expect(stepRows(node, [], look)).toEqual([])
})

test('lines of stderr are marked, and no more are shown than there is room for', () => {
  const step = {
    ...plain,
    printed: [
      { stream: 'stdout', text: 'a' },
      { stream: 'stderr', text: 'b' },
    ],
  } as const
  expect(printedRows(step, 5, look)).toEqual(['     | a', '     ! b'])
  expect(printedRows(step, 0, look)).toEqual([])
})

test('a warning is cut while the run goes on, and whole at its end', () => {
  const text = 'the clock of the node is wrong '.repeat(4).trim()
  const narrow = { ...look, columns: 40 }
  expect(warningRows({ ...plain, warnings: [text] }, narrow)).toHaveLength(1)
  expect(warningRows({ ...plain, warnings: [text] }, narrow, true).length).toBeGreaterThan(2)
})

test('of the notes about a node its end keeps the warnings', () => {
  const notes = [
    { level: 'info', text: 'connected again' },
    { level: 'warning', text: 'a daemon is left' },
  ] as const
  const end = {
    event: 'run-end',
    time: '',
    run: 'r1',
    node: 'web1',
    status: 'OK',
    exitCode: 0,
    ms: 0,
    message: '',
  } as const
  expect(noteRows({ ...node, notes }, look)).toEqual(['   connected again', ' ! a daemon is left'])
  const ended = { ...end, next: [], ways: [], durable: true, holding: false } as const
  expect(noteRows({ ...node, notes, end: ended }, look)).toEqual([' ! a daemon is left'])
})
