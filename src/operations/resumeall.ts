import { readBundle } from '../bundle/read.ts'
import { takenBack } from '../journal/changes.ts'
import { resumption } from '../journal/resume.ts'
import { resumeOptions } from '../run/again.ts'
import { eachOf } from '../run/bounded.ts'
import type { RunEvent } from '../run/events.ts'
import { type InTurn, inTurns, mostLogins } from '../run/fleet.ts'
import { resumedSelection } from '../run/selection.ts'
import { isDurable } from '../run/start.ts'
import { failed } from '../run/thrown.ts'
import { type Ended, notBegun, Told } from '../run/told.ts'
import { BlockedError, messageOf, UnreachableError, UsageError } from '../words/errors.ts'
import { type Deploy, ProblemsError } from './deploy.ts'
import { checkParallel, namingNode, once, tellAll } from './fleet.ts'
import { atNode, portsOf } from './node.ts'
import { askingInTurn } from './reach.ts'
import {
  type Around,
  consider,
  lookAt,
  PlanChangedError,
  type Resumable,
  type ResumeOptions,
  resume,
  resumeNode,
} from './resume.ts'
import { stream } from './run.ts'
import { type Workplace, workplace } from './workplace.ts'

export interface ResumeAllOptions extends ResumeOptions {
  /** The most nodes at a time; one after the other when absent. */
  readonly parallel?: number
  /** Told the nodes that no run holds: they are passed over. */
  readonly onFree?: (nodes: readonly string[]) => void
}

/**
 * Goes on with the runs that hold these nodes' bundles, in the order in which they were first to come; nodes that no run
 * holds are passed over. All are looked at before the first is changed. Throws as `resume` does, for any of them.
 */
export function resumeAll(
  deploy: Deploy,
  nodes: readonly string[],
  options: ResumeAllOptions = {},
): AsyncIterable<RunEvent> {
  checkParallel(options)
  const [first] = nodes
  if (first === undefined) throw new UsageError('no node is named.')
  if (nodes.length === 1) return resume(deploy, first, options)
  return stream(options, (onEvent, wishes, drained) => {
    const place = askingInTurn(options.workplace ?? workplace())
    const readSecret = once(portsOf(deploy, first, place).readSecret)
    return resumeInTurns(deploy, nodes, { ...options, ...wishes }, place, { onEvent, drained, readSecret })
  })
}

async function resumeInTurns(
  deploy: Deploy,
  nodes: readonly string[],
  options: ResumeAllOptions,
  place: Workplace,
  around: Around,
): Promise<void> {
  const { parallel = 1, onFree } = options
  const looks = await eachOf(nodes, mostLogins, (node) => lookFirst(deploy, node, place))
  const found = inFirstOrder(looks.filter((look) => look !== undefined))
  const [first] = found
  if (first === undefined) throw new UsageError(`nothing to resume: no run holds ${nodes.join(', ')}.`)
  await agreeToAll(found, options)
  const free = nodes.filter((_, index) => looks[index] === undefined)
  if (free.length > 0) onFree?.(free)
  const turns = found.map((one) => {
    const own = { ...options, agree: async () => true, workplace: namingNode(place, one.node) }
    return turnOf(deploy, one, own, around)
  })
  const job = [...new Set(found.map(({ plan }) => plan.job))].join(', ')
  const durable = found.every(({ plan }) => isDurable(plan))
  const again = resumeOptions(first.plan, selectionOf(first, options))
  const about = { job, conc: place.conc, parallel, durable, resumeOptions: again }
  await tellAll(about, around.onEvent, place, () => inTurns(turns, { ...options, parallel }))
}

function selectionOf({ plan, report }: Resumable, options: ResumeOptions) {
  return resumedSelection(options, report, plan)
}

/** What is to be resumed on a node; undefined where no run holds it. Throws what stands in the way, with the node's name. */
async function lookFirst(deploy: Deploy, node: string, place: Workplace): Promise<Resumable | undefined> {
  try {
    return await atNode(deploy, node, place, async ({ link, bundle }) => {
      const report = await readBundle(link.session, bundle)
      return report.evidence.bundle === 'none' ? undefined : lookAt(deploy, node, place, report)
    })
  } catch (cause) {
    throw withNode(node, cause)
  }
}

function withNode(node: string, cause: unknown): unknown {
  const why = messageOf(cause).replace(/ Nothing was changed\.$/, '')
  const message = `${why.startsWith(`${node}: `) ? '' : `${node}: `}${why} No node was changed.`
  if (cause instanceof ProblemsError || cause instanceof PlanChangedError) return cause
  if (cause instanceof BlockedError) return new BlockedError(message)
  if (cause instanceof UnreachableError) return new UnreachableError(message)
  return cause instanceof UsageError ? new UsageError(message) : cause
}

/** Asks once about all that has changed in the deploy file. */
async function agreeToAll(found: readonly Resumable[], options: ResumeAllOptions): Promise<void> {
  for (const one of found) selectionOf(one, options)
  for (const { node, differences, report } of found) {
    await consider([], takenBack(differences, report.steps), node, options)
  }
  const all = new Map(found.flatMap(({ differences }) => differences.map((one) => [JSON.stringify(one), one])))
  await consider([...all.values()], [], '', options)
}

/** Those of one run in the order that it had; what it does not name comes after, as it was named now. */
function inFirstOrder(found: readonly Resumable[]): readonly Resumable[] {
  const order = [...new Set(found.flatMap(({ report }) => report.plan?.nodes ?? []))]
  const place = ({ node }: Resumable) => (order.includes(node) ? order.indexOf(node) : order.length)
  return found.toSorted((a, b) => place(a) - place(b))
}

function turnOf(deploy: Deploy, one: Resumable, options: ResumeOptions, around: Around): InTurn {
  const { node } = one
  return {
    node,
    goOn: (halt) =>
      resumeNode(deploy, node, { ...options, halt }, around).catch((cause) => ended(one, options, around, cause)),
    pass: async () => untouched(one),
  }
}

/** What came between the first look and the turn ends this node's run before it begins. */
function ended(
  { plan, report }: Resumable,
  { workplace: place }: ResumeOptions,
  { onEvent }: Around,
  cause: unknown,
): Ended {
  const told = new Told({ plan, onEvent, ports: place ?? workplace() }, report.holder?.run ?? '', true)
  return told.end(failed(cause), { holding: false, durable: isDurable(plan) })
}

/** A node whose turn did not come is as it was. */
function untouched({ node, plan, report }: Resumable): Ended {
  const pauses = new Set(plan.steps.filter(({ action }) => action.kind === 'pause').map(({ name }) => name))
  const needsWord = resumption(report.steps, false, pauses).kind === 'ask'
  return { ...notBegun(node), run: report.holder?.run ?? '', holding: true, needsWord }
}
