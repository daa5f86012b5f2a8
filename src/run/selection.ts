import type { StepRange } from '../bundle/plan.ts'
import type { BundleReport } from '../bundle/read.ts'
import type { Plan, PlannedStep } from '../plan/types.ts'
import { UsageError } from '../words/errors.ts'
import { didYouMean } from '../words/suggest.ts'
import type { Selection } from './types.ts'

/** What the command line says of a selection: names of steps or positions. */
export interface WrittenSelection {
  readonly from?: string
  readonly to?: string
  readonly only?: string
  readonly until?: string
  readonly step?: boolean
}

/** What a resume looks at in a bundle: what the run was asked for, and where its steps stand. */
type ResumedReport = Pick<BundleReport, 'steps'> & { readonly plan?: { readonly range?: StepRange } }

/** Finds the steps that a selection names. Throws UsageError for one that is not there. */
export function resolveSelection(written: WrittenSelection, plan: Plan): Selection {
  const { from, to, only, until, step } = written
  if (only !== undefined && (from !== undefined || to !== undefined)) {
    throw new UsageError('--only is one step: leave --from and --to away.')
  }
  const at = (word: string | undefined) => (word === undefined ? undefined : positionOf(word, plan))
  const first = at(only ?? from)
  const last = at(only ?? to)
  const halt = at(until)
  if (first !== undefined && last !== undefined && first > last) {
    throw new UsageError(`--from ${from} comes after --to ${to}. Swap them.`)
  }
  return {
    ...(first === undefined ? {} : { from: first }),
    ...(last === undefined ? {} : { to: last }),
    ...(halt === undefined ? {} : { until: halt }),
    ...(step === undefined ? {} : { step }),
  }
}

/** The ends of a selection, as they are kept; undefined where all steps are selected. */
export function rangeOf({ from, to }: Selection, { steps }: Pick<Plan, 'steps'>): StepRange | undefined {
  const nameOf = (position: number | undefined) => steps.find(({ n }) => n === position)?.name
  const [first, last] = [nameOf(from), nameOf(to)]
  if (first === undefined && last === undefined) return undefined
  return { ...(first === undefined ? {} : { from: first }), ...(last === undefined ? {} : { to: last }) }
}

/** What a resume runs: what the run was asked for, up to another step where one is named now. Throws UsageError. */
export function resumedSelection(
  { to, until, step }: WrittenSelection,
  { plan: { range: kept } = {}, steps }: ResumedReport,
  plan: Plan,
): Selection {
  const range = { ...kept, ...(to === undefined ? {} : { to }) }
  for (const name of [range.from, to === undefined ? range.to : undefined]) {
    if (name === undefined || plan.steps.some((one) => one.name === name)) continue
    throw new UsageError(
      `the run on ${plan.node} was begun to run only ${rangeWords(kept)}, and job ${plan.job} has no step ${name} now. Put it back${name === kept?.to ? ', or name the last step to run: --to STEP' : ''}.`,
    )
  }
  const asked = { ...range, ...(until === undefined ? {} : { until }), ...(step === undefined ? {} : { step }) }
  const selection = resolveSelection(asked, plan)
  checkHalt(selection, steps, plan)
  return selection
}

/** Who names a step to halt before wants a halt: one that is past can't be halted before. */
function checkHalt({ until }: Selection, states: ResumedReport['steps'], { node, steps }: Plan): void {
  const isAhead = ({ name, action }: PlannedStep) => {
    const status = states.find((state) => state.name === name)?.status ?? 'PENDING'
    return !['OK', 'SKIPPED', 'RUNNING'].includes(status) && !(status === 'STOPPED' && action.kind === 'pause')
  }
  const step = steps.find(({ n }) => n === until)
  if (step === undefined || isAhead(step)) return
  const ahead = steps.filter(isAhead).map(({ name }) => name)
  throw new UsageError(
    `the run on ${node} is past ${step.name}: --until ${ahead.length === 0 ? 'has nothing left to halt before. Leave it away' : `can halt before ${ahead.join(', ')}`}.`,
  )
}

/** `b`, `from b on`, `up to c`, `from b to c`. */
export function rangeWords({ from, to }: StepRange = {}): string {
  if (from === undefined) return `up to ${to}`
  if (to === undefined) return `from ${from} on`
  return from === to ? from : `from ${from} to ${to}`
}

/** The position of a step named by its name or its number. */
export function positionOf(
  word: string,
  plan: { readonly job: string; readonly steps: readonly { readonly n: number; readonly name: string }[] },
): number {
  const found = plan.steps.find(({ n, name }) => name === word || String(n) === word)
  if (found !== undefined) return found.n
  const names = plan.steps.map(({ name }) => name)
  throw new UsageError(`job ${plan.job} has no step ${word}. Steps are ${names.join(', ')}.${didYouMean(word, names)}`)
}

/** Whether a selection runs a step: the bundle's own steps always, so that the lock is held whatever else is left out. */
export function selects({ from, to }: Selection, step: PlannedStep): boolean {
  if (step.action.kind === 'open-bundle' || step.action.kind === 'close-bundle') return true
  return (from === undefined || step.n >= from) && (to === undefined || step.n <= to)
}
