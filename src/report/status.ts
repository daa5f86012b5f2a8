import type { BundleReport } from '../bundle/read.ts'
import { isTakenByHand } from '../bundle/readable.ts'
import { whyLost, whyUnnamed } from '../journal/lost.ts'
import type { StepState } from '../journal/state.ts'
import { rangeWords } from '../run/selection.ts'
import { ago } from '../words/clock.ts'
import { count } from './amounts.ts'
import { visibleLine } from './clean.ts'
import { marks, reasonOf, statePaints } from './marks.ts'
import { span, took } from './span.ts'
import { paints, type Style } from './style.ts'
import { wallTime } from './time.ts'
import { waysFrom, waysUnnamed } from './ways.ts'

/** What a status is about. */
export interface StatusOf {
  readonly node: string
  /** The bundle's path on the node. */
  readonly bundle: string
  readonly now: Date
  /** How conc is called, to say what leads on; nothing is said when absent. */
  readonly conc?: string
}

/** Who holds a node, since when, in which state, and where each step stands. */
export function statusLines(report: BundleReport, about: StatusOf, style: Style = {}): readonly string[] {
  const { bold, ...colors } = paints(style)
  const title = `${bold(visibleLine(about.node))}: ${colors[statePaints[report.state]](report.state)}`
  if (report.state === 'FREE') return [title]
  const lines = [...holderLines(report, about), ...warnings(report)].map((line) => `  ${visibleLine(line)}`)
  const parts = [stepTable(report.steps, style), wayLines(report, about, style)].filter(({ length }) => length > 0)
  return [title, ...lines, ...parts.flatMap((part) => ['', ...part])]
}

/** What leads on, each command to be copied. */
function wayLines(report: BundleReport, { node, conc }: StatusOf, style: Style): readonly string[] {
  const ways = conc === undefined ? [] : (report.holder === undefined ? waysUnnamed : waysFrom)(report, node, conc)
  const width = Math.max(0, ...ways.map(([what]) => what.length))
  return ways.map(([what, command]) => `  ${paints(style).dim(what.padEnd(width))}  ${visibleLine(command)}`)
}

function holderLines(report: BundleReport, { bundle, now }: StatusOf): readonly string[] {
  const { holder, evidence, plan } = report
  if (holder === undefined) return [`${bundle} ${whyUnnamed(evidence)}`]
  const { job, app, release, run, by, since } = holder
  const passed = ago(since, now)
  return [
    `${job} of ${app} ${release}, run ${run}`,
    `by ${by} since ${wallTime(since)}${passed === undefined ? '' : `, ${passed}`}`,
    `bundle ${bundle}`,
    ...(isTakenByHand(report) ? ['it was taken by hand: who took it knows what is done, and releases it'] : []),
    ...(plan?.range ? [`it is to run only ${rangeWords(plan.range)}, and the bundle's own steps`] : []),
    ...(evidence.haltAsked ? ['a halt is asked for: it comes after the current step'] : []),
    ...(evidence.closing ? ['it is being closed'] : []),
  ]
}

function warnings({ state, holder, journal, steps, evidence }: BundleReport): readonly string[] {
  return [
    ...(state === 'LOST' && holder !== undefined ? [whyLost(steps, evidence)] : []),
    ...(journal.torn ? ['the last line of the journal is cut short: it counts as never written'] : []),
    ...(journal.strange.length > 0
      ? [`the journal has ${count(journal.strange.length, 'line')} that can't be read`]
      : []),
  ]
}

/** A row for each step: mark, number, name, side, status, and what there is to say. */
function stepTable(steps: readonly StepState[], style: Style): readonly string[] {
  const colors = paints(style)
  const digits = String(steps.at(-1)?.n ?? 0).length
  const names = Math.max(0, ...steps.map(({ name }) => visibleLine(name).length))
  return steps.map((step) => {
    const { mark, paint } = marks[step.status]
    const number = String(step.n).padStart(digits)
    const status = colors[paint](step.status.padEnd(9))
    const row = `  ${colors[paint](mark)} ${number} ${visibleLine(step.name).padEnd(names)}  ${step.side.padEnd(6)}  ${status}`
    return `${row}  ${visibleLine(remark(step))}`.trimEnd()
  })
}

function remark(step: StepState): string {
  if (step.byHand) return [`by hand: ${step.by ?? '?'}`, step.why].filter(Boolean).join(': ')
  const attempt = step.attempt > 1 ? `attempt ${step.attempt}` : undefined
  const since = step.status === 'RUNNING' && step.began !== undefined ? `since ${wallTime(step.began)}` : undefined
  const why = step.status === 'OK' ? undefined : reasonOf(step)
  const ms = took(step)
  return [since, attempt, why, ms === undefined ? undefined : span(ms)].filter(Boolean).join(', ')
}

/** A node's status as `conc status --json` prints it; what a free node has not is null. */
export function statusJson(node: string, { state, holder, plan, steps, evidence }: BundleReport) {
  const { run = null, job = null, by = null, since = null } = state === 'FREE' ? {} : (holder ?? {})
  return {
    node,
    state,
    run,
    job,
    by,
    since,
    ...(plan?.range && { range: plan.range }),
    ...(state === 'LOST' && {
      why: holder === undefined ? `the bundle ${whyUnnamed(evidence)}` : whyLost(steps, evidence),
    }),
    steps: steps.map(({ name, side, status, byHand }) => ({ name, side, status, ...(byHand && { byHand }) })),
  }
}
