import { basename } from 'node:path'
import { groupsOf } from '../deployfile/groups.ts'
import type { Attribute, Attributes, Problem } from '../deployfile/types.ts'
import type { Plan } from '../plan/types.ts'
import { attributesOf, checkDeploy, type Deploy, ProblemsError, planJob } from './deploy.ts'

/** All that a manual of a deploy file is made of. It is the same wherever that lies. */
export interface Manual extends Pick<Deploy, 'deployFile' | 'ops' | 'overrides'> {
  /** The deploy file's own name, without its folder. */
  readonly file: string
  readonly warnings: readonly Problem[]
  readonly about: (node: string) => NodeFacts
  readonly node: (name: string) => NodeManual
}

/** What a deploy file says of a node. */
interface NodeFacts {
  readonly name: string
  /** Each once; a group's own groups come before it. */
  readonly groups: readonly string[]
  readonly attributes: Attributes
}

/** What a manual says of a node. */
export interface NodeManual extends NodeFacts {
  readonly plans: readonly Plan[]
  /** The jobs that no plan can be made of for this node, and why. */
  readonly unfit: readonly UnfitJob[]
}

export interface UnfitJob {
  readonly job: string
  readonly problems: readonly Problem[]
}

/** What the manual of a deploy file is made of; a node is planned when it is asked for. Throws ProblemsError with all that is wrong with the file. */
export function manualOf(deploy: Deploy): Manual {
  const { deployFile, ops, overrides } = deploy
  const problems = checkDeploy(deploy)
  if (problems.some(({ severity }) => severity === 'error')) throw new ProblemsError(problems)
  const file = basename(deployFile.path)
  const about = (name: string) => factsOf(deploy, name, file)
  const node = (name: string) => ({ ...about(name), ...plansOf(deploy, name) })
  return { file, deployFile, ops, overrides, warnings: problems, about, node }
}

function factsOf(deploy: Deploy, name: string, file: string): NodeFacts {
  const { nodes, groups, path } = deploy.deployFile
  const section = nodes.get(name)
  return {
    name,
    groups: section === undefined ? [] : groupsOf(section, groups).map((group) => group.name),
    attributes: new Map(Array.from(attributesOf(deploy, name), ([key, one]) => [key, named(one, path, file)])),
  }
}

function plansOf(deploy: Deploy, node: string): Pick<NodeManual, 'plans' | 'unfit'> {
  const planned = Array.from(deploy.deployFile.jobs.keys(), (job) => planOrProblems(deploy, job, node))
  return {
    plans: planned.flatMap((one) => ('plan' in one ? [one.plan] : [])),
    unfit: planned.flatMap((one) => ('plan' in one ? [] : [one])),
  }
}

/** An attribute whose place is in the file of this name, from wherever conc was called. */
function named(attribute: Attribute, path: string, file: string): Attribute {
  const { from } = attribute
  return from.startsWith(`${path}:`) ? { ...attribute, from: file + from.slice(path.length) } : attribute
}

/** A job may be for other nodes: then it needs what this one lacks. */
function planOrProblems(deploy: Deploy, job: string, node: string): { readonly plan: Plan } | UnfitJob {
  try {
    return { plan: planJob(deploy, job, node).plan }
  } catch (error) {
    if (error instanceof ProblemsError) return { job, problems: error.problems }
    throw error
  }
}
