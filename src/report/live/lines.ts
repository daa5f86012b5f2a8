import { barLine } from './bar.ts'
import { cut, widthOf } from './fit.ts'
import { type Foot, footRows } from './foot.ts'
import { nodeRow } from './noderows.ts'
import { headRow, type Look, noteRows, printedRows, stepRows, warningRows } from './rows.ts'
import type { NodeView, StepView, ViewState } from './state.ts'
import { windowOf } from './window.ts'

/** What a view is shown on, and how. */
export interface ViewOptions {
  readonly columns: number
  readonly rows: number
  /** Milliseconds since 1970. */
  readonly now: number
  readonly color: boolean
  /** As much of the output as there is room for. */
  readonly more: boolean
  readonly foot: Foot
}

const fewLines = 5

/** The view as lines that fit on the terminal: none is wider, and they leave its last row free. Nothing before a run has begun. */
export function viewLines({ nodes }: ViewState, options: ViewOptions): readonly string[] {
  const all = [...nodes.values()]
  const [first] = all
  if (first === undefined) return []
  // A character whose width a terminal sees otherwise must not break the line.
  const look: Look = { columns: Math.max(1, options.columns - 1), color: options.color, now: options.now }
  const most = Math.max(1, options.rows - 1)
  const foot = footRows(options.foot, look).slice(-Math.max(1, most - 2))
  const gap = options.rows >= 14 ? [''] : []
  const room = most - foot.length - gap.length
  const body = all.length === 1 ? oneNode(first, room, look, options) : manyNodes(all, room, look, options)
  return [...body.slice(0, Math.max(0, room)), ...gap, ...foot]
}

function oneNode(node: NodeView, room: number, look: Look, options: ViewOptions): readonly string[] {
  const asked = options.foot.kind === 'choice' || options.foot.kind === 'text'
  return [headRow(node, look, asked), ...stepList(node, room - 1, look, options)]
}

/** A line for each node, and the busy one unfolded where there is room. */
function manyNodes(nodes: readonly NodeView[], room: number, look: Look, options: ViewOptions): readonly string[] {
  const busy = busyOf(nodes)
  const names = Math.min(Math.max(...nodes.map(({ node }) => widthOf(node))), Math.floor(look.columns / 3))
  const at = nodes.indexOf(busy)
  const unfolded = stepList(busy, Math.max(0, room - Math.min(nodes.length, Math.ceil(room / 2))), look, options)
  const { from, to } = windowOf(nodes.length, at, room - unfolded.length)
  const rows = nodes.slice(from, to).map((node) => nodeRow(node, names, look))
  rows.splice(at - from + 1, 0, ...unfolded.map((row) => cut(`  ${row}`, look.columns)))
  return framed(rows, { above: from, below: nodes.length - to }, room, look)
}

/** The one to look at: the first that failed and is not over, else the first that runs, else the last. */
function busyOf(nodes: readonly NodeView[]): NodeView {
  const found = nodes.find(({ failed }) => failed !== undefined) ?? nodes.find(({ end }) => end === undefined)
  const chosen = found ?? nodes.at(-1)
  if (chosen === undefined) throw new RangeError('there is no node to show')
  return chosen
}

function stepList(node: NodeView, room: number, look: Look, { more, foot }: ViewOptions): readonly string[] {
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
