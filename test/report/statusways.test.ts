import { describe, expect, test } from 'vitest'
import { span, took } from '../../src/report/span.ts'
import { exitCodeOfRun, standing } from '../../src/report/standing.ts'
import { statusLines } from '../../src/report/status.ts'
import { waysFrom } from '../../src/report/ways.ts'
import { at, runs } from './html/runs.ts'

describe('what a person may do next', () => {
  test.each([
    ['RUNNING', ['conc log web1 --follow', 'conc halt web1']],
    ['STOPPED', ['conc log web1 look', 'conc resume web1 --retry', 'conc mark web1 look --done -m WHY']],
    ['FAILED', ['conc log web1 migrate', 'conc resume web1 --retry', 'conc mark web1 migrate --done -m WHY']],
    ['LOST', ['conc log web1 migrate', 'conc resume web1 --retry', 'conc mark web1 migrate --done -m WHY']],
  ] as const)('about a run that is %s', (state, commands) => {
    expect(waysFrom({ ...runs[state], state }, 'web1', 'conc').map(([, command]) => command)).toEqual(commands)
  })

  test('at a pause is to go on', () => {
    const { plan, steps } = runs.STOPPED
    if (plan === undefined) throw new Error('no plan')
    const paused = { ...plan, steps: plan.steps.map((step) => ({ ...step, op: 'pause' })) }
    expect(waysFrom({ state: 'STOPPED', steps, plan: paused }, 'web1', 'conc -f x')).toEqual([
      ['go on', 'conc -f x resume web1'],
    ])
  })

  test.each(['open-bundle', 'close-bundle'])('about a step that is %s is not to mark it', (op) => {
    const { plan, steps } = runs.FAILED
    if (plan === undefined) throw new Error('no plan')
    const bound = { ...plan, steps: plan.steps.map((step) => ({ ...step, op })) }
    const ways = waysFrom({ state: 'FAILED', steps, plan: bound }, 'web1', 'conc')
    expect(ways.map(([, command]) => command)).toEqual(['conc log web1 migrate', 'conc resume web1 --retry'])
  })

  test('stands below the steps', () => {
    const about = { node: 'web1', bundle: '.conc/shop', now: new Date(at(60)), conc: 'conc' }
    const lines = statusLines({ ...runs.FAILED, state: 'FAILED' }, about)
    expect(lines.slice(-4)).toEqual([
      '',
      '  what it said  conc log web1 migrate',
      '  try again     conc resume web1 --retry',
      '  by hand       conc mark web1 migrate --done -m WHY',
    ])
    expect(lines).toContain('  ✓ 2 send     local   OK         12 s')
    expect(lines.find((line) => line.includes('since'))).toMatch(/by ana@desk since \S+ \S+, 2?.*1 min ago$/)
  })
})

test.each([
  ['OK', '', 0],
  ['RUNNING', 'at 3 migrate', 7],
  ['STOPPED', 'at 4 look: Check the numbers', 5],
  ['FAILED', 'at 3 migrate: exit 3', 1],
  ['LOST', 'the node was restarted while the run was on it; how migrate ended is not known', 7],
  ['GIVEN UP', 'at 3 migrate, FAILED: node is rebuilt', 5],
  ['UNKNOWN', 'its journal does not tell how it ended', 7],
] as const)('a run that is %s stands so: %j, exit %i', (state, said, exit) => {
  expect([standing(runs[state]), exitCodeOfRun(runs[state])]).toEqual([said, exit])
})

test.each([
  [0, 'under 1 s'],
  [1_000, '1 s'],
  [59_000, '59 s'],
  [60_000, '1 min'],
  [125_000, '2 min 5 s'],
])('%i ms by a clock of seconds are %j', (ms, text) => {
  expect(span(ms)).toBe(text)
})

test.each([
  [{ status: 'OK' }, 5_000],
  [{ status: 'FAILED' }, 5_000],
  [{ status: 'OK', byHand: true }, undefined],
  [{ status: 'OK', why: 'its probe says done' }, undefined],
  [{ status: 'PENDING', why: 'its probe says not-done' }, undefined],
  [{ status: 'SKIPPED' }, undefined],
  [{ status: 'OK', began: at(9) }, undefined],
] as const)('a step that is %j took %s ms', (more, ms) => {
  expect(took({ n: 1, name: 'a', side: 'local', attempt: 1, began: at(0), ended: at(5), ...more })).toBe(ms)
})
