import { duration } from '../../words/clock.ts'
import { visibleLine } from '../clean.ts'
import { type FailureOptions, failureLines } from '../failure.ts'
import { marks } from '../marks.ts'
import { paints } from '../style.ts'
import { hanging, widthOf } from './fit.ts'
import { nodeRow, passedRow } from './noderows.ts'
import { headRow, type Look, noteRows, stepRows, warningRows } from './rows.ts'
import type { EndOf, NodeView, StepView, ViewState } from './state.ts'

/** What stays on the terminal when all is over: every step, what happened, and what to do. */
export function finalLines({ nodes, end }: ViewState, look: Look, options: FailureOptions): readonly string[] {
  if (nodes.size < 2 && end === undefined) return [...nodes.values()].flatMap((node) => wholeNode(node, look, options))
  const passed = (end?.nodes ?? []).filter(({ attempted }) => !attempted)
  const names = Math.max(0, ...[...nodes.keys(), ...passed.map(({ node }) => node)].map(widthOf))
  const rows = [...nodes.values()].flatMap((node) => {
    const pass = passed.find((one) => one.node === node.node)
    if (pass?.status === 'STOPPED') return [passedRow(pass, names, look)]
    if (pass !== undefined || isCalm(node)) return [nodeRow(node, names, look), ...haltLines(node, look)]
    return ['', ...wholeNode(node, look, options), '']
  })
  const unseen = passed.filter(({ node }) => !nodes.has(node)).map((pass) => passedRow(pass, names, look))
  const last = end === undefined ? [] : ['', ...endLines(end, undefined, look, options)]
  return singleGaps([...rows, ...unseen, ...last])
}

/** No empty line first, nor two together. */
function singleGaps(lines: readonly string[]): readonly string[] {
  return lines.filter((line, index) => line !== '' || (index > 0 && lines[index - 1] !== ''))
}

function wholeNode(node: NodeView, look: Look, options: FailureOptions): readonly string[] {
  const step = node.steps.find(({ name }) => name === node.failed)
  const told = node.end === undefined ? [] : ['', ...endLines(node.end, step, look, options)]
  return [headRow(node, look), ...nodeList(node, look), ...told]
}

/** Of several nodes one that is done, or was halted between two steps, needs no list. */
function isCalm({ end, failed }: NodeView): boolean {
  return end?.status === 'OK' || (end?.status === 'STOPPED' && failed === undefined)
}

function haltLines({ end }: NodeView, { columns }: Look): readonly string[] {
  return end === undefined || end.status === 'OK' ? [] : hanging('   ', visibleLine(end.message), columns)
}

function nodeList(node: NodeView, look: Look): readonly string[] {
  const rows = stepRows(node, node.steps, look)
  return [
    ...node.steps.flatMap((step, index) => [rows[index] ?? '', ...warningRows(step, look, true)]),
    ...noteRows(node, look),
  ]
}

function endLines(end: EndOf, step: StepView | undefined, look: Look, options: FailureOptions): readonly string[] {
  const { columns } = look
  const failure = failureLines(end, step, { ...options, wrap: (lead, text) => hanging(lead, text, columns) })
  return [...endSentence(end, look), ...(failure.length > 0 ? ['', ...failure] : [])]
}

function endSentence(end: EndOf, look: Look): readonly string[] {
  const { mark, paint } = marks[end.status]
  const { bold, ...colors } = paints(look)
  const said = `${visibleLine(end.message)} It took ${duration(end.ms)}.`
  return hanging(`${colors[paint](mark)} `, said, look.columns, bold)
}
