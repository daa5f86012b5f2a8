import { duration } from '../amounts.ts'
import { visibleLine } from '../clean.ts'
import { type FailureOptions, failureLines } from '../failure.ts'
import { marks } from '../marks.ts'
import { paints } from '../style.ts'
import { widthOf } from './fit.ts'
import { headRow, type Look, nodeRow, noteRows, stepRows, warningRows } from './rows.ts'
import type { EndOf, NodeView, StepView, ViewState } from './state.ts'

/** What stays on the terminal when all is over: every step, what happened, and what to do. */
export function finalLines({ nodes, end }: ViewState, look: Look, options: FailureOptions): readonly string[] {
  const all = [...nodes.values()]
  const names = Math.max(0, ...all.map(({ node }) => widthOf(node)))
  const lines = all.flatMap((node) => {
    if (all.length > 1 && isCalm(node)) return [nodeRow(node, names, look), ...haltLines(node)]
    const step = node.steps.find(({ name }) => name === node.failed)
    const told = node.end === undefined ? [] : ['', ...endLines(node.end, step, options)]
    const block = [headRow(node, look), ...nodeList(node, look), ...told]
    return all.length > 1 ? ['', ...block, ''] : block
  })
  return [...lines, ...(end === undefined ? [] : ['', ...endLines(end, undefined, options)])]
}

/** Of several nodes one that is done, or was halted between two steps, needs no list. */
function isCalm({ end, failed }: NodeView): boolean {
  return end?.status === 'OK' || (end?.status === 'STOPPED' && failed === undefined)
}

function haltLines({ end }: NodeView): readonly string[] {
  return end === undefined || end.status === 'OK' ? [] : [`   ${visibleLine(end.message)}`]
}

function nodeList(node: NodeView, look: Look): readonly string[] {
  const rows = stepRows(node, node.steps, look)
  return [
    ...node.steps.flatMap((step, index) => [rows[index] ?? '', ...warningRows(step, look)]),
    ...noteRows(node, look),
  ]
}

function endLines(end: EndOf, step: StepView | undefined, options: FailureOptions): readonly string[] {
  const failure = failureLines(end, step, options)
  return [...endSentence(end, options), ...(failure.length > 0 ? ['', ...failure] : [])]
}

function endSentence(end: EndOf, style: FailureOptions): readonly string[] {
  const { mark, paint } = marks[end.status]
  const { bold, ...colors } = paints(style)
  return [`${colors[paint](mark)} ${bold(visibleLine(end.message))} It took ${duration(end.ms)}.`]
}
