import type { NodeEnd } from '../run/events.ts'
import { count } from './amounts.ts'
import { visibleLine } from './clean.ts'
import { marks } from './marks.ts'
import type { Reporter } from './reporter.ts'
import { paints, type Style } from './style.ts'

/** How each node's run ended, a line a node. */
function fleetLines(nodes: readonly NodeEnd[], style: Style = {}): readonly string[] {
  const colors = paints(style)
  const width = Math.max(0, ...nodes.map(({ node }) => visibleLine(node).length))
  return nodes.map(({ node, status, attempted, locked }) => {
    const { mark, paint } = marks[attempted ? status : 'PENDING']
    const said = [attempted ? status : 'not begun', ...(locked ? ['locked'] : [])].join(', ')
    return `  ${colors[paint](mark)} ${visibleLine(node).padEnd(width)}  ${colors[paint](said)}`
  })
}

/** The end of several nodes as lines: a table of all, and then the last event, which names their number. */
export function withFleetTable(reporter: Reporter, write: (line: string) => void, style: Style = {}): Reporter {
  return {
    event(event) {
      if (event.event !== 'run-end' || event.nodes === undefined) return reporter.event(event)
      for (const line of fleetLines(event.nodes, style)) write(line)
      reporter.event({ ...event, node: count(event.nodes.length, 'node') })
    },
  }
}
