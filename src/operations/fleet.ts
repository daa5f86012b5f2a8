import { resolve } from 'node:path'
import type { Plan } from '../plan/types.ts'
import { resumeOptions, runOptions } from '../run/again.ts'
import type { RunEvent } from '../run/events.ts'
import { type InTurn, inTurns, lockAll, type Turns } from '../run/fleet.ts'
import { type FleetEnding, fleetEnd } from '../run/fleetend.ts'
import { lockStep } from '../run/lock.ts'
import type { Operator } from '../run/operator.ts'
import { resolveSelection } from '../run/selection.ts'
import { isDurable, type StartInput, startRun } from '../run/start.ts'
import { type Ended, notBegun } from '../run/told.ts'
import type { Ports, Selection } from '../run/types.ts'
import { WaitingRun } from '../run/waiting.ts'
import { UsageError } from '../words/errors.ts'
import type { Deploy } from './deploy.ts'
import { portsOf } from './node.ts'
import { askingInTurn } from './reach.ts'
import { type RunOptions, run, stream } from './run.ts'
import { runPorts } from './runports.ts'
import { type Workplace, workplace } from './workplace.ts'

export interface FleetOptions extends RunOptions {
  /** The most nodes at a time; one after the other when absent. */
  readonly parallel?: number
  /** The most connections that are kept while nodes wait for their turn; 256 when absent. */
  readonly links?: number
}

const mostLinks = 256

/**
 * Runs plans of one job, each on its node: all locks are taken first, then the nodes come in this order. Gives all that
 * happens, each event with its node; after the `run-end` of each node the last one is about all. Throws as `run` does.
 */
export function runAll(deploy: Deploy, plans: readonly Plan[], options: FleetOptions = {}): AsyncIterable<RunEvent> {
  const [first] = plans
  const { parallel = 1, links = mostLinks } = options
  checkParallel(options)
  if (first === undefined) throw new UsageError('no node is named.')
  if (plans.length === 1) return run(deploy, first, options)
  checkLocalBundles(plans, parallel, options.workplace ?? workplace())
  const chosen = plans.map((plan) => ({ plan, selection: resolveSelection(options, plan) }))
  return stream(options, async (onEvent, wishes, drained) => {
    const place = askingInTurn(options.workplace ?? workplace())
    const readSecret = once(portsOf(deploy, first.node, place).readSecret)
    const inputs = chosen.map(({ plan, selection }): StartInput => {
      const ports = {
        ...runPorts(deploy, plan.node, namingNode(place, plan.node), wishes),
        readSecret,
        drained,
      }
      return { plan, ports, onEvent, selection }
    })
    await tellAll({ ...about(first, plans, place, chosen[0]?.selection), parallel }, onEvent, place, () =>
      lockStep(first) < 0
        ? inTurns(inputs.map(unlocked), { ...wishes, parallel })
        : lockedRuns(inputs, links, { ...wishes, parallel }),
    )
  })
}

async function lockedRuns(inputs: readonly StartInput[], links: number, turns: Turns): Promise<readonly Ended[]> {
  const fleet = inputs.map(({ plan }) => plan.node)
  const runs = inputs.map((input) => new WaitingRun({ ...input, fleet }))
  return (await lockAll(runs, links)) ?? inTurns(runs, turns)
}

/** A run that takes no lock: nothing is known of it before its turn. */
function unlocked(input: StartInput): InTurn {
  const { node } = input.plan
  return {
    node,
    goOn: (halt) => startRun({ ...input, ports: { ...input.ports, halt } }),
    pass: async () => notBegun(node),
  }
}

/** Runs all, and tells as the last event how it ended on each node. */
export async function tellAll(
  about: Omit<FleetEnding, 'ms'>,
  onEvent: (event: RunEvent) => void,
  { now }: Workplace,
  runs: () => Promise<readonly Ended[]>,
): Promise<void> {
  const began = performance.now()
  const ends = await runs()
  const last = fleetEnd(ends, { ...about, ms: Math.round(performance.now() - began) })
  const together = (of: 'node' | 'run') => ends.map((ended) => ended[of]).join(',')
  onEvent({ ...last, time: now().toISOString(), node: together('node'), run: together('run') })
}

function about(first: Plan, plans: readonly Plan[], { conc }: Workplace, selection: Selection = {}) {
  const { job } = first
  return {
    ...{ job, conc, durable: plans.every(isDurable), again: `run ${job}` },
    ...{ runOptions: runOptions(first, selection), resumeOptions: resumeOptions(first, selection) },
  }
}

/** Throws UsageError for a number of nodes at a time that is none, or where a person could not follow. */
export function checkParallel({ parallel = 1, step }: Pick<FleetOptions, 'parallel' | 'step'>): void {
  if (!Number.isInteger(parallel) || parallel < 1)
    throw new UsageError('--parallel takes the number of nodes at a time, from 1.')
  if (parallel > 1 && step)
    throw new UsageError('--step asks before each step, one node at a time: leave --parallel away.')
}

/** The workstation's own bundle lies at one path: of nodes that would hold it at the same time only one gets it. */
function checkLocalBundles(plans: readonly Plan[], parallel: number, { home }: Workplace): void {
  const taken = new Map<string, string>()
  for (const plan of plans) {
    const local = plan.steps.findIndex(({ action, side }) => action.kind === 'open-bundle' && side === 'local')
    if (local < 0 || (parallel === 1 && local > lockStep(plan))) continue
    const path = resolve(home, plan.bundle)
    const other = taken.get(path)
    if (other !== undefined) {
      throw new UsageError(
        `${other} and ${plan.node} have the same bundle on this workstation, ${path}: one at a time can hold it. Give each its own, as bundle = .conc/\${app}-\${name}, or run them one after the other.`,
      )
    }
    taken.set(path, plan.node)
  }
}

/** Of several nodes a person is told which one waits at a pause. */
export function namingNode(place: Workplace, node: string): Workplace {
  const { operator } = place
  if (operator === undefined) return place
  const pause: Operator['pause'] = (step, message) => operator.pause(step, `${node}: ${message || 'paused'}`)
  return { ...place, operator: { ...operator, pause } }
}

/** Each secret is had once for all nodes. */
export function once(read: Ports['readSecret']): Ports['readSecret'] {
  const known = new Map<string, ReturnType<Ports['readSecret']>>()
  return (name) => {
    const found = known.get(name) ?? read(name)
    known.set(name, found)
    return found
  }
}
