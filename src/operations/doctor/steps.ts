import { argvOf } from '../../plan/commandline.ts'
import type { Plan, PlannedStep } from '../../plan/types.ts'
import { type Deploy, ProblemsError, planJob } from '../deploy.ts'

/** The steps that a node may be asked for: those of each job that can be planned for it. */
export function stepsFor(deploy: Deploy, node: string): readonly PlannedStep[] {
  return [...deploy.deployFile.jobs.keys()].flatMap((job) => planOf(deploy, job, node)?.steps ?? [])
}

/** A job may be meant for other nodes: what is wrong with it is for `conc check` to say. */
function planOf(deploy: Deploy, job: string, node: string): Plan | undefined {
  try {
    return planJob(deploy, job, node).plan
  } catch (error) {
    if (error instanceof ProblemsError) return undefined
    throw error
  }
}

/** The programs that the ops of these steps call on the node, each with the ops that do. */
export function toolsOf(steps: readonly PlannedStep[], { ops }: Deploy): ReadonlyMap<string, readonly string[]> {
  const tools = new Map<string, readonly string[]>()
  for (const { op, side, action } of steps) {
    // A command runs where its step stands; a code op on the workstation works on the node too.
    if (side === 'local' && action.kind !== 'code') continue
    for (const tool of ops.get(op)?.tools ?? []) tools.set(tool, [...new Set([...(tools.get(tool) ?? []), op])])
  }
  return tools
}

/** What a step runs as another user. */
export interface AsOther {
  readonly name: string
  readonly user: string
  /** As sudo gets it. */
  readonly argv: readonly string[]
}

/** The remote steps that run as another user, which are commands; one with secrets is read by a shell of that user. */
export function asOthers(steps: readonly PlannedStep[]): readonly AsOther[] {
  return steps.flatMap(({ name, side, action, options: { as: user, secrets } }) => {
    if (side === 'local' || action.kind !== 'command' || user === undefined) return []
    return [{ name, user, argv: secrets === undefined ? argvOf(action.command) : ['/bin/sh'] }]
  })
}
