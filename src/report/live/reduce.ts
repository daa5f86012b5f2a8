import { visible } from '../clean.ts'
import type { NodeView, StepView, ViewEvent, ViewState } from './state.ts'

/** As many lines of a step's output as are kept, and as many characters of each. */
const mostLines = 100
const longest = 1000
const mostNotes = 3

type Of<Kind extends ViewEvent['event']> = Extract<ViewEvent, { event: Kind }>
type Changes = {
  readonly [Kind in Exclude<ViewEvent['event'], 'run-start'>]: (node: NodeView, event: Of<Kind>) => NodeView
}

/** What a view shows after an event. What is told of a node whose run did not begin here changes nothing, save the end of all. */
export function reduce(state: ViewState, event: ViewEvent): ViewState {
  if (event.event === 'run-start') return inOrder(withNode(state, begin(event)), event.nodes)
  const node = state.nodes.get(event.node)
  if (node !== undefined) return withNode(state, change(node, event))
  return event.event === 'run-end' ? { ...state, end: event } : state
}

function withNode(state: ViewState, node: NodeView): ViewState {
  return { ...state, nodes: new Map(state.nodes).set(node.node, node) }
}

/** Nodes stand in the order in which they come, whichever was locked first. */
function inOrder(state: ViewState, order: readonly string[] = []): ViewState {
  const place = (node: string) => (order.includes(node) ? order.indexOf(node) : order.length)
  return { ...state, nodes: new Map([...state.nodes].sort(([a], [b]) => place(a) - place(b))) }
}

function begin({ node, run, job, resumed, time, steps }: Of<'run-start'>): NodeView {
  const pending = steps.map(
    ({ n, step, side }): StepView => ({ n, name: step, side, status: 'PENDING', printed: [], warnings: [] }),
  )
  return { node, run, job, resumed, began: Date.parse(time), latest: Date.parse(time), steps: pending, notes: [] }
}

function change(node: NodeView, event: Exclude<ViewEvent, { event: 'run-start' }>): NodeView {
  const apply = changes[event.event] as (node: NodeView, event: ViewEvent) => NodeView
  return apply(node, event)
}

const changes: Changes = {
  'step-start': ({ failed: _, ...node }, { step, time, attempt, command, brief = command, began: found = time }) =>
    withStep(node, step, ({ n, name, side }) => {
      // A node's clock may be ahead of this one.
      const began = Math.min(Date.parse(found), Date.parse(time))
      return { n, name, side, status: 'RUNNING', began, attempt, command: brief, printed: [], warnings: [] }
    }),
  printed: (node, { step, lines }) =>
    withStep(node, step, (before) => ({
      ...before,
      printed: [...before.printed, ...lines.map(short)].slice(-mostLines),
    })),
  progress: (node, { step, done, total, files, allFiles, rate, remaining }) => {
    const known = Object.entries({ files, allFiles, rate, remaining }).filter(([, value]) => value !== undefined)
    const transfer = { done, total, ...Object.fromEntries(known) }
    return withStep(node, step, (before) => ({ ...before, transfer }))
  },
  'step-end': (node, { step, status, ms, time, exit, signal, why }) => {
    const ended = withStep({ ...node, latest: Date.parse(time) }, step, ({ transfer: _, ...before }) => ({
      ...before,
      status,
      ms,
      ...(exit === undefined ? {} : { exit }),
      ...(signal === undefined ? {} : { signal }),
      ...(why === undefined ? {} : { why }),
      printed: status === 'OK' ? [] : before.printed,
    }))
    return status === 'OK' ? ended : { ...ended, failed: step }
  },
  'step-skip': (node, { step, why, byHand }) =>
    withStep(node, step, (before) => ({ ...before, status: 'SKIPPED', why, ...(byHand ? { byHand } : {}) })),
  'step-done': (node, { step, byHand }) =>
    withStep(node, step, (before) => ({ ...before, status: 'OK', ...(byHand ? { byHand } : { before: true }) })),
  'step-waits': (node, { step, status, exit, signal, why }) =>
    withStep({ ...node, failed: step }, step, (before) => ({
      ...before,
      status,
      ...(exit === undefined ? {} : { exit }),
      ...(signal === undefined ? {} : { signal }),
      ...(why === undefined ? {} : { why }),
    })),
  note: (node, { level, message, step }) => {
    const text = visible(message).trim().replaceAll('\n', ' ')
    if (step === undefined || level === 'info')
      return {
        ...node,
        notes: [...node.notes, { level, text: step === undefined ? text : `${step}: ${text}` }].slice(-mostNotes),
      }
    return withStep(node, step, (before) => ({ ...before, warnings: [...before.warnings, text].slice(-mostNotes) }))
  },
  'run-end': (node, end) => ({ ...node, end, steps: node.steps.map(left) }),
}

function withStep<Node extends NodeView>(node: Node, name: string, to: (step: StepView) => StepView): Node {
  return { ...node, steps: node.steps.map((step) => (step.name === name ? to(step) : step)) }
}

function short({ stream, text }: StepView['printed'][number]): StepView['printed'][number] {
  return { stream, text: text.slice(0, longest) }
}

/** A step that nobody said ended has an end that is not known. */
function left(step: StepView): StepView {
  return step.status === 'RUNNING' ? { ...step, status: 'UNKNOWN' } : step
}
