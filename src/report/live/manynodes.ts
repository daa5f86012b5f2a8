import { cut, widthOf } from './fit.ts'
import { nodeRow, waits } from './noderows.ts'
import type { ViewOptions } from './options.ts'
import type { Look } from './rows.ts'
import type { NodeView } from './state.ts'
import { stepList } from './steplist.ts'

/** As few rows as the busy node's steps take, where there are more nodes than room. */
const fewSteps = 5

/** A line for each node, and the busy one unfolded where there is room. Where there is not, those are left out that wait or are done. */
export function manyNodes(
  nodes: readonly NodeView[],
  room: number,
  look: Look,
  options: ViewOptions,
): readonly string[] {
  const busy = busyOf(nodes)
  const names = Math.min(Math.max(...nodes.map(({ node }) => widthOf(node))), Math.floor(look.columns / 3))
  const active = nodes.filter((node) => node === busy || isActive(node, look)).length
  const least = Math.min(nodes.length, Math.max(Math.ceil(room / 2), Math.min(active + 1, room - fewSteps)))
  const unfolded = stepList(busy, Math.max(0, room - least), look, options)
  const shown = worthiest(nodes, busy, room - unfolded.length, look)
  const rows = shown.flatMap((node) => [
    nodeRow(node, names, look),
    ...(node === busy ? unfolded.map((row) => cut(`  ${row}`, look.columns)) : []),
  ])
  const rest = nodes.filter((node) => !shown.includes(node))
  const all = rest.length > 0 ? [...rows, cut(`   … ${restWords(rest, look)}`, look.columns)] : rows
  return all.length > room ? rows : all
}

/** As many nodes as there is room for, in their order; a row is left to say what the others do. */
function worthiest(nodes: readonly NodeView[], busy: NodeView, room: number, look: Look): readonly NodeView[] {
  if (nodes.length <= room) return nodes
  const worth = (node: NodeView) => (node === busy ? 0 : isActive(node, look) ? 1 : node.end === undefined ? 2 : 3)
  const best = nodes.toSorted((a, b) => worth(a) - worth(b)).slice(0, Math.max(1, room - 1))
  return nodes.filter((node) => best.includes(node))
}

/** Whether something runs there, or has gone wrong. */
function isActive(node: NodeView, look: Look): boolean {
  return node.end === undefined ? !waits(node, look) : node.end.status !== 'OK'
}

/** `9 more: 7 wait, 2 are done` */
function restWords(rest: readonly NodeView[], look: Look): string {
  const waiting = rest.filter((node) => waits(node, look)).length
  const done = rest.filter(({ end }) => end?.status === 'OK').length
  const said = [...(waiting > 0 ? [`${waiting} waiting`] : []), ...(done > 0 ? [`${done} done`] : [])]
  return `${rest.length} more${said.length > 0 ? `: ${said.join(', ')}` : ''}`
}

/** The one to look at: the first that failed and is not over, else the first that runs, else the last. */
function busyOf(nodes: readonly NodeView[]): NodeView {
  const found = nodes.find(({ failed }) => failed !== undefined) ?? nodes.find(({ end }) => end === undefined)
  const chosen = found ?? nodes.at(-1)
  if (chosen === undefined) throw new RangeError('there is no node to show')
  return chosen
}
