import { duration } from '../../words/clock.ts'
import { visibleLine } from '../clean.ts'
import { codeOf, marks } from '../marks.ts'
import { paints } from '../style.ts'
import { elapsed } from './elapsed.ts'
import { cut, hanging, padded, widthOf } from './fit.ts'
import type { NodeView, StepView } from './state.ts'

/** How a view looks. */
export interface Look {
  /** As many columns as a line may take. */
  readonly columns: number
  /** ANSI colours; none of them carries a meaning that no word or mark has. */
  readonly color: boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Columns beside a step's name: two marks of the edge, the side, the time, and what parts them. */
const beside = 24
const longestTime = 10

/** How the rows of a list are laid out. */
interface Layout {
  readonly digits: number
  readonly names: number
  readonly bold: boolean
}

/** A row for each step, the one that is asked about in bold: mark, number, name, side, time, and what there is to say. */
export function stepRows(node: NodeView, shown: readonly StepView[], look: Look, asked?: string): readonly string[] {
  const digits = String(node.steps.at(-1)?.n ?? 0).length
  const longest = Math.max(4, ...node.steps.map(({ name }) => widthOf(name)))
  const names = Math.max(4, Math.min(longest, look.columns - digits - beside))
  return shown.map((step) => stepRow(step, { digits, names, bold: step.name === asked }, look))
}

function stepRow(step: StepView, { digits, names, ...layout }: Layout, look: Look): string {
  const colors = paints(look)
  const { dim, bold, magenta } = colors
  const { mark, paint } = marks[step.status]
  const number = String(step.n).padStart(digits)
  const name = padded(cut(visibleLine(step.name), names), names)
  const side = step.side.padEnd(6)
  const pending = step.status === 'PENDING' && !layout.bold
  const [text, where] = pending ? [dim(`${number} ${name}`), dim(side)] : [`${number} ${name}`, side]
  const head = ` ${colors[paint](mark)} ${step.status === 'RUNNING' || layout.bold ? bold(text) : text}`
  const time = timeOf(step, look.now)
  const row = `${head}  ${step.side === 'local' ? magenta(where) : where}  `
  const remark = remarkOf(step)
  const full = `${row}${padded(time, longestTime)} ${remark}`
  // What there is to say is worth more than its place.
  const fitting = widthOf(full) <= look.columns ? full : `${row}${time}${time === '' ? '' : '  '}${remark}`
  return cut(fitting.trimEnd(), look.columns)
}

function timeOf({ status, began, ms }: StepView, now: number): string {
  if (status === 'RUNNING' && began !== undefined) return elapsed(now - began)
  return ms === undefined ? '' : duration(ms)
}

function remarkOf({ status, byHand, before, why, attempt = 1, ...step }: StepView): string {
  const said = why === undefined || why === '' ? '' : `: ${visibleLine(why)}`
  if (status === 'SKIPPED') return `${byHand ? 'skipped by hand' : 'skipped'}${said}`
  if (status === 'PENDING') return ''
  if (status === 'OK' && byHand) return 'done by hand'
  if (status === 'OK' && before) return 'done before'
  const again = attempt > 1 ? `attempt ${attempt}` : ''
  if (status === 'OK' || status === 'RUNNING') return again
  const code = codeOf(step)
  return code === undefined ? status : `${status}, ${visibleLine(code)}`
}

/** The last lines of a step's output, those of stderr marked as in the log. */
export function printedRows({ printed }: StepView, most: number, { columns, color }: Look): readonly string[] {
  const { dim } = paints({ color })
  const last = most > 0 ? printed.slice(-most) : []
  return last.map(({ stream, text }) => dim(cut(`     ${stream === 'stdout' ? '|' : '!'} ${text}`, columns)))
}

/** What a step had to be warned of; whole when all is over. */
export function warningRows({ warnings }: StepView, { columns, color }: Look, whole = false): readonly string[] {
  const lead = `     ${paints({ color }).yellow('!')} `
  return warnings.flatMap((text) => (whole ? hanging(lead, text, columns) : [`${lead}${cut(text, columns - 7)}`]))
}

/** What is to know about the node; when all is over what it had to be warned of, whole. */
export function noteRows({ notes, end }: NodeView, { columns, color }: Look): readonly string[] {
  const { yellow, dim } = paints({ color })
  const lead = ` ${yellow('!')} `
  if (end !== undefined) {
    const warnings = notes.filter(({ level }) => level === 'warning')
    return warnings.flatMap(({ text }) => hanging(lead, text, columns))
  }
  return notes.map(({ level, text }) =>
    level === 'warning' ? `${lead}${cut(text, columns - 3)}` : dim(cut(`   ${text}`, columns)),
  )
}

/** As many of the steps as are done or left out. */
export function settledOf(steps: readonly StepView[]): number {
  return steps.filter(({ status }) => status === 'OK' || status === 'SKIPPED').length
}

/** What runs where, and how far it is. While a person is asked nothing gets ready. */
export function headRow(node: NodeView, look: Look, asked = false): string {
  const { bold, dim } = paints(look)
  const { job, steps, run, began, end, resumed } = node
  const title = bold(visibleLine(`${job} on ${node.node}`))
  const time = end === undefined ? elapsed(look.now - began) : duration(end.ms)
  const idle = steps.every(({ status }) => status === 'PENDING') && end === undefined && !asked
  const words = [
    `${settledOf(steps)}/${steps.length}`,
    time,
    ...(resumed ? ['resumed'] : []),
    ...(idle ? ['getting ready'] : []),
  ]
  const id = dim(visibleLine(`run ${run}`))
  const head = `${title}  ${words.filter(Boolean).join('  ')}`
  return cut(widthOf(head) + widthOf(id) + 2 <= look.columns ? `${head}  ${id}` : head, look.columns)
}
