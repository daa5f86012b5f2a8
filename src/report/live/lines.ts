import { footRows } from './foot.ts'
import { manyNodes } from './manynodes.ts'
import type { ViewOptions } from './options.ts'
import { headRow, type Look } from './rows.ts'
import type { NodeView, ViewState } from './state.ts'
import { stepList } from './steplist.ts'

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
