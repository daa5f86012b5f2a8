import type { StepStatus } from '../../journal/state.ts'
import type { NodeEnd } from '../../run/events.ts'
import { duration } from '../../words/clock.ts'
import { visibleLine } from '../clean.ts'
import { marks } from '../marks.ts'
import { paints } from '../style.ts'
import { elapsed } from './elapsed.ts'
import { cut, padded } from './fit.ts'
import { type Look, settledOf } from './rows.ts'
import type { NodeView } from './state.ts'

/** A node in one line: its mark, its name, how far it is and what it does. */
export function nodeRow(node: NodeView, names: number, look: Look): string {
  const { end } = node
  const running = node.steps.find(({ status }) => status === 'RUNNING')
  const doing = end === undefined ? (running?.name ?? (waits(node, look) ? 'waits' : '')) : end.status
  const time = end === undefined ? elapsed(look.now - (running?.began ?? look.now)) : duration(end.ms)
  const status = end?.status ?? (waits(node, look) ? 'PENDING' : 'RUNNING')
  return nameRow({ status, name: node.node, words: [farOf(node), visibleLine(doing), time] }, names, look)
}

/** A node whose turn never came. */
export function passedRow({ node: name, locked }: NodeEnd, names: number, look: Look): string {
  return nameRow({ status: 'PENDING', name, words: [locked ? 'not begun, locked' : 'not begun'] }, names, look)
}

interface NameRow {
  readonly status: StepStatus
  readonly name: string
  readonly words: readonly string[]
}

function nameRow({ status, name, words }: NameRow, names: number, look: Look): string {
  const { mark, paint } = marks[status]
  const padding = padded(cut(visibleLine(name), names), names)
  const said = words.filter(Boolean).join('  ')
  return cut(` ${paints(look)[paint](mark)} ${padding}  ${said}`.trimEnd(), look.columns)
}

function farOf({ steps }: NodeView): string {
  return `${String(settledOf(steps)).padStart(String(steps.length).length)}/${steps.length}`
}

/** Between two steps there is always a moment in which none runs. */
const longMoment = 1000

/** Whether a node has its lock, and its turn has not come. */
export function waits({ steps, latest, end }: NodeView, { now }: Look): boolean {
  return end === undefined && steps.every(({ status }) => status !== 'RUNNING') && now - latest >= longMoment
}
