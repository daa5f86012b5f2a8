import { evaluateAttributes } from '../deployfile/evaluate.ts'
import { shown } from '../deployfile/format.ts'
import { substitute } from '../deployfile/substitute.ts'
import type { Attributes, DeployFile, Problem } from '../deployfile/types.ts'
import { didYouMean } from '../words/suggest.ts'
import { bundleProblems } from './bundle.ts'
import { type KnownOps, readCall } from './call.ts'
import { planStep, type Scene, sceneOf } from './step.ts'
import type { Plan, PlannedStep } from './types.ts'

export interface PlanInput extends KnownOps {
  readonly deployFile: DeployFile
  readonly job: string
  readonly node: string
  /** From `--set`. */
  readonly overrides?: ReadonlyMap<string, string>
  /** The text of a file in the deploy file's folder; undefined when there is none. */
  readonly files: Scene['files']
}

/** Resolves a job for a node. Pure; the plan is there when no problem is an error, and all problems come at once. */
export function buildPlan(input: PlanInput): { readonly plan?: Plan; readonly problems: readonly Problem[] } {
  const { deployFile, node } = input
  const job = deployFile.jobs.get(input.job)
  if (job === undefined) return { problems: [noJob(input.job, deployFile)] }
  const { attributes, problems: evaluation } = evaluateAttributes(deployFile, node, input.overrides)
  const evaluated = !evaluation.some(isError)
  const problems: Problem[] = [...evaluation, ...bundleProblems(job, input.ops)]
  const scene = sceneOf(node, attributes, input.files)
  const steps: PlannedStep[] = []
  for (const [index, step] of job.steps.entries()) {
    const read = readCall(step, input)
    problems.push(...read.problems)
    // Each attribute that is missing was told of already.
    if (!read.call || !evaluated) continue
    const planned = planStep(step, read.call, index + 1, scene)
    problems.push(...planned.problems)
    if (planned.step) steps.push(planned.step)
  }
  const probes = evaluated ? fillProbes(deployFile, job.name, attributes, problems) : new Map()
  if (problems.some(isError)) return { problems }
  const { app = '', release = '' } = scene.values
  const { bundle } = scene
  const plan = { job: job.name, node, app, release, attributes, bundle, folder: deployFile.folder, steps, probes }
  return { plan, problems }
}

/** The job's probes with their words substituted. */
function fillProbes(
  { probes }: DeployFile,
  job: string,
  attributes: Attributes,
  problems: Problem[],
): ReadonlyMap<string, readonly string[]> {
  const filled = new Map<string, readonly string[]>()
  for (const { step, argv, place } of probes.get(job)?.values() ?? []) {
    const words = argv.map((word) => substitute(word, attributes, place))
    problems.push(...words.flatMap((word) => word.problems))
    filled.set(
      step,
      words.map(({ text }) => text),
    )
  }
  return filled
}

function noJob(name: string, { jobs }: DeployFile): Problem {
  const advice = jobs.size > 0 ? `Jobs are ${[...jobs.keys()].join(', ')}.` : 'Add [job:NAME].'
  return { severity: 'error', message: `there is no job ${shown(name)}. ${advice}${didYouMean(name, jobs.keys())}` }
}

function isError({ severity }: Problem): boolean {
  return severity === 'error'
}
