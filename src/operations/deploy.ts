import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { evaluateAttributes } from '../deployfile/evaluate.ts'
import { formatProblem, shown } from '../deployfile/format.ts'
import { readDeployFile } from '../deployfile/read.ts'
import { inLineOrder } from '../deployfile/report.ts'
import { limitNodes, selectNodes } from '../deployfile/select.ts'
import type { Attributes, DeployFile, Problem } from '../deployfile/types.ts'
import { listOps } from '../ops/find.ts'
import { type LoadedOps, loadOps } from '../ops/load.ts'
import { buildPlan } from '../plan/build.ts'
import { checkJobs } from '../plan/check.ts'
import type { Plan } from '../plan/types.ts'
import { UsageError } from '../words/errors.ts'
import { fileFault, isMissing } from '../words/filefault.ts'

/** A deploy file that was read, with the `--set` values and the ops it names. */
export interface Deploy extends LoadedOps {
  readonly deployFile: DeployFile
  readonly overrides: ReadonlyMap<string, string>
  readonly opNames: readonly string[]
  readonly warnings: readonly Problem[]
}

/** Raised with every problem of a deploy file at once; each is a line of the message. */
export class ProblemsError extends UsageError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.problems = problems
  }
}

/** Reads a deploy file and loads the ops it names. Throws ProblemsError with all that is wrong with the file, UsageError when there is none. */
export async function openDeploy(path: string, overrides: ReadonlyMap<string, string> = new Map()): Promise<Deploy> {
  const { deployFile, sound, problems } = await readDeployFile(path, overrides)
  const names = [...deployFile.jobs.values()].flatMap(({ steps }) => steps.map(({ op }) => op))
  const [loaded, opNames] = await Promise.all([loadOps(names, deployFile.folder), listOps(deployFile.folder)])
  const deploy = { deployFile, overrides, opNames, warnings: problems, ...loaded }
  if (!sound) throw new ProblemsError(checkDeploy(deploy))
  return deploy
}

/** Everything that is wrong with a deploy file and its jobs, in line order. */
export function checkDeploy(deploy: Deploy): readonly Problem[] {
  const { deployFile, ops, problems: opProblems, opNames, overrides, warnings } = deploy
  const jobs = checkJobs({ deployFile, overrides, ops, opProblems, opNames, files: textFiles(deployFile.folder) })
  return inLineOrder([...warnings, ...jobs])
}

/** The nodes that patterns name, of them only those of `limit`. Throws ProblemsError for a pattern that names none. */
export function chooseNodes({ deployFile }: Deploy, patterns: readonly string[], limit?: string): readonly string[] {
  const { names, problems } =
    limit === undefined ? selectNodes(deployFile, patterns) : limitNodes(deployFile, patterns, limit)
  if (problems.length > 0) throw new ProblemsError(problems)
  return names
}

/** The one node that a pattern names. Throws UsageError when it is not one. */
export function chooseNode(deploy: Deploy, pattern: string): string {
  const names = chooseNodes(deploy, [pattern])
  const [name] = names
  if (name === undefined || names.length > 1)
    throw new UsageError(`${pattern} is ${names.length} nodes: ${names.join(', ')}. Name one.`)
  return name
}

/** A node's evaluated attributes. Throws ProblemsError. */
export function attributesOf(
  { deployFile, overrides: own }: Deploy,
  node: string,
  overrides: ReadonlyMap<string, string> = own,
): Attributes {
  const { attributes, problems } = evaluateAttributes(deployFile, node, overrides)
  if (problems.some(({ severity }) => severity === 'error')) throw new ProblemsError(problems)
  return attributes
}

/** The path of a node's bundle, as its attributes say. */
export function bundleOf(deploy: Deploy, node: string): string {
  return attributesOf(deploy, node).get('bundle')?.value ?? ''
}

/** A job's plan for a node, and what to be warned of. Throws ProblemsError. */
export function planJob(
  deploy: Deploy,
  job: string,
  node: string,
  overrides: ReadonlyMap<string, string> = deploy.overrides,
): { readonly plan: Plan; readonly warnings: readonly Problem[] } {
  const { deployFile, ops, problems: opProblems, opNames } = deploy
  const files = textFiles(deployFile.folder)
  const { plan, problems } = buildPlan({ deployFile, job, node, overrides, ops, opProblems, opNames, files })
  if (plan === undefined) throw new ProblemsError(problems)
  return { plan, warnings: problems }
}

/** The texts of files in a folder; undefined for one that is not there. Throws UsageError for what can't be read. */
function textFiles(folder: string): (name: string) => string | undefined {
  return (name) => {
    try {
      return readFileSync(join(folder, name), 'utf8')
    } catch (error) {
      if (isMissing(error)) return undefined
      throw new UsageError(`${shown(name)} can't be read: ${fileFault(error)}. Name a file that you may read.`)
    }
  }
}
