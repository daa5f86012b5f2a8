import { barLine } from './bar.ts'
import { cut } from './fit.ts'
import type { ViewOptions } from './options.ts'
import { type Look, noteRows, printedRows, stepRows, warningRows } from './rows.ts'
import type { NodeView, StepView } from './state.ts'
import { windowOf } from './window.ts'

/** As many lines of output as are shown where no more are asked for. */
const fewLines = 5

/** The steps of a node, the one that runs unfolded; of many those around it. */
export function stepList(node: NodeView, room: number, look: Look, { more, foot }: ViewOptions): readonly string[] {
  const at = focusOf(node)
  const step = node.steps[at]
  const notes = noteRows(node, look).slice(0, Math.max(0, room - 3))
  const list = room - notes.length
  const below = step === undefined ? [] : under(step, list, node.steps.length, look, more)
  const { from, to } = windowOf(node.steps.length, at, list - below.length)
  const asked = foot.kind === 'choice' ? foot.step : undefined
  const rows = [...stepRows(node, node.steps.slice(from, to), look, asked)]
  rows.splice(at - from + 1, 0, ...below)
  return [...framed(rows, { above: from, below: node.steps.length - to }, list, look), ...notes]
}

function focusOf({ steps, failed }: NodeView): number {
  const running = steps.findIndex(({ status }) => status === 'RUNNING')
  if (running >= 0) return running
  const next = steps.findIndex(({ status, name }) => status === 'PENDING' || name === failed)
  return next >= 0 ? next : steps.length - 1
}

/** What stands below a step: its bar, its last lines, its warnings. A few steps around it stay in sight. */
function under(step: StepView, room: number, steps: number, look: Look, more: boolean): readonly string[] {
  const most = Math.max(0, room - Math.min(steps, room > 12 ? 5 : 3))
  const bar = step.transfer === undefined ? [] : [`     ${barLine(step.transfer, look.columns - 5)}`]
  const fixed = [...bar, ...warningRows(step, look)].slice(0, most)
  const free = most - fixed.length
  return [...fixed, ...printedRows(step, more ? free : Math.min(fewLines, free), look)]
}

/** Rows with how many are hidden above and below them, where there is room to say so. */
function framed(rows: readonly string[], hides: Hidden, room: number, look: Look): readonly string[] {
  const said = (count: number, where: string) => (count > 0 ? [cut(`   … ${count} more ${where}`, look.columns)] : [])
  const all = [...said(hides.above, 'above'), ...rows, ...said(hides.below, 'below')]
  return all.length > room ? rows : all
}

interface Hidden {
  readonly above: number
  readonly below: number
}
