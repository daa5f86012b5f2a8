import { expect, test } from 'vitest'
import { buildPlan } from '../../src/plan/build.ts'
import { resumeOptions, runOptions } from '../../src/run/again.ts'
import { runEnd } from '../../src/run/ending.ts'
import { fleetEnd } from '../../src/run/fleetend.ts'
import { resolveSelection, type WrittenSelection } from '../../src/run/selection.ts'
import type { WalkEnd } from '../../src/run/types.ts'
import { deployFileOf, known } from '../plan/files.ts'

const steps = ['a', 'b', 'c', 'd'].map((name) => `${name} = remote run ls`)
const deployFile = deployFileOf(`[deploy]\napp = shop\nrelease = 1\n[node:web1]\n[job:quick]\n${steps.join('\n')}\n`)
const set = new Map([
  ['nap', '1'],
  ['say', "it's"],
])

function planned(overrides?: ReadonlyMap<string, string>) {
  const input = { deployFile, job: 'quick', node: 'web1', ...known, files: () => undefined }
  const { plan } = buildPlan({ ...input, ...(overrides && { overrides }) })
  if (plan === undefined) throw new Error('the deploy file is wrong')
  return plan
}

const said = ` -e nap=1 -e 'say=it'"'"'s'`

test.each<[WrittenSelection, string | undefined, string, string]>([
  [{}, undefined, '', ''],
  [{}, 'b', ' --from b', ''],
  [{ from: 'b', until: 'd' }, undefined, ' --from b --until d', ' --until d'],
  [{ from: 'b', to: '3' }, 'c', ' --only c', ''],
  [{ from: 'b', to: 'c' }, 'a', ' --from b --to c', ''],
  [{ only: 'b' }, 'b', ' --only b', ''],
  [{ to: 'b' }, 'd', ' --only d', ''],
  [{ until: 'c', step: true }, 'b', ' --from b --until c --step', ' --until c --step'],
  [{ until: 'c' }, 'c', ' --from c', ''],
])('after a run with %j that ended at %s the way on says the same', (written, name, run, resume) => {
  const plan = planned(set)
  const selection = resolveSelection(written, plan)
  const at = plan.steps.find((step) => step.name === name)
  expect(runOptions(plan, selection, at)).toBe(`${run}${said}`)
  expect(resumeOptions(plan, selection, at)).toBe(resume)
})

test.each<[string, boolean, Partial<WalkEnd>, readonly string[]]>([
  ['without a bundle', false, { status: 'FAILED', begun: true }, ['conc run quick web1 --from b --until d -e nap=1']],
  [
    'that holds its bundle',
    true,
    { status: 'FAILED', begun: true },
    ['conc resume web1 --retry --until d', 'conc mark web1 b --done -m WHY', 'conc unlock web1 --id r -m WHY'],
  ],
  ['that was halted', true, { status: 'STOPPED' }, ['conc resume web1 --until d', 'conc unlock web1 --id r -m WHY']],
])('the end of a run %s offers no run that goes beyond what was agreed', (_title, holding, end, next) => {
  const plan = planned(new Map([['nap', '1']]))
  const about = { plan, selection: resolveSelection({ until: 'd' }, plan), run: 'r', holding, durable: true, ms: 1 }
  const step = plan.steps[1]
  expect(runEnd({ status: 'FAILED', ...end, ...(step && { step }) }, about, { conc: 'conc' }).next).toEqual(next)
})

test('a failed step that is about the lock itself is not offered to be marked', () => {
  const plan = planned()
  const [step] = plan.steps
  if (step === undefined) throw new Error('there is no step')
  const close = { ...step, action: { kind: 'close-bundle' } } as const
  const about = { plan, selection: {}, run: 'r', holding: true, durable: true, ms: 1 }
  expect(runEnd({ status: 'FAILED', begun: true, step: close }, about, { conc: 'conc' }).next).toEqual([
    'conc resume web1 --retry',
    'conc unlock web1 --id r -m WHY',
  ])
})

test.each([
  [[], false, 'quick is done on web1.'],
  [['a'], false, 'quick ended OK on web1 without 1 of its 4 steps (a).'],
  [
    ['a', 'b'],
    true,
    'quick ended OK on web1 without 2 of its 4 steps (a, b), and its bundle is still there: it stays locked.',
  ],
])('a run that is OK without %j says so', (skipped, holding, message) => {
  const about = { plan: planned(), selection: {}, run: 'r', holding, durable: true, ms: 1, skipped }
  expect(runEnd({ status: 'OK' }, about, { conc: 'conc' }).message).toBe(message)
})

test.each([
  ['that took no lock', 'BLOCKED', false, {}, ['conc status web1', 'conc run quick web1 --parallel 2 --until d']],
  ['that is locked', 'FAILED', true, {}, ['conc resume web1 --parallel 2 --until d']],
  ['that came to where it was to halt', 'STOPPED', true, { atHalt: true }, ['conc resume web1 --parallel 2']],
] as const)('of several nodes the way on from one %s says the same', (_title, status, holding, more, next) => {
  const of = { node: 'web1', run: 'r', status, exitCode: 1, holding, needsWord: false, attempted: true, ...more }
  const how = { job: 'quick', conc: 'conc', parallel: 2, durable: true, ms: 1, again: 'run quick' }
  expect(fleetEnd([of], { ...how, runOptions: ' --until d', resumeOptions: ' --until d' }).next).toEqual(next)
})
