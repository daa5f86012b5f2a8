import { duration } from '../amounts.ts'
import { visibleLine } from '../clean.ts'
import { type FailureOptions, failureLines } from '../failure.ts'
import { marks } from '../marks.ts'
import { paints } from '../style.ts'
import { widthOf } from './fit.ts'
import { headRow, type Look, nodeRow, noteRows, stepRows, warningRows } from './rows.ts'
import type { EndOf, NodeView, ViewState } from './state.ts'

/** What stays on the terminal when all is over: every step, what happened, and what to do. */
export function finalLines({ nodes, end }: ViewState, look: Look, options: FailureOptions): readonly string[] {
  const all = [...nodes.values()]
  const names = Math.max(0, ...all.map(({ node }) => widthOf(node)))
  const lines = all.flatMap((node) => {
    if (all.length > 1 && node.end?.status === 'OK') return [nodeRow(node, names, look)]
    return [headRow(node, look), ...nodeList(node, look), ...endLines(node, node.end, options)]
  })
  return [
    ...lines,
    ...(end === undefined ? [] : ['', ...endSentence(end, options), ...failureLines(end, undefined, options)]),
  ]
}

function nodeList(node: NodeView, look: Look): readonly string[] {
  const rows = stepRows(node, node.steps, look)
  return [
    ...node.steps.flatMap((step, index) => [rows[index] ?? '', ...warningRows(step, look)]),
    ...noteRows(node, look),
  ]
}

function endLines(node: NodeView, end: EndOf | undefined, options: FailureOptions): readonly string[] {
  if (end === undefined) return []
  const step = node.steps.find(({ name }) => name === node.failed)
  const failure = failureLines(end, step, options)
  return ['', ...endSentence(end, options), ...(failure.length > 0 ? ['', ...failure] : [])]
}

function endSentence(end: EndOf, style: FailureOptions): readonly string[] {
  const { mark, paint } = marks[end.status]
  const { bold, ...colors } = paints(style)
  return [`${colors[paint](mark)} ${bold(visibleLine(end.message))} It took ${duration(end.ms)}.`]
}
