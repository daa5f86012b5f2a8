import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { evaluateAttributes } from '../deployfile/evaluate.ts'
import { formatProblem } from '../deployfile/format.ts'
import { readDeployFile } from '../deployfile/read.ts'
import { selectNodes } from '../deployfile/select.ts'
import type { Attributes, DeployFile, Problem } from '../deployfile/types.ts'
import { listOps } from '../ops/find.ts'
import { type LoadedOps, loadOps } from '../ops/load.ts'
import { buildPlan } from '../plan/build.ts'
import type { Plan } from '../plan/types.ts'
import { UsageError } from '../words/errors.ts'

/** The options that every command has. */
export interface CommonOptions {
  readonly file?: string
  readonly set?: readonly string[]
  readonly json?: boolean
  readonly verbose?: boolean
  readonly quiet?: boolean
}

/** The deploy file at hand, with the `--set` values and the ops it names. */
export interface Deploy extends LoadedOps {
  readonly deployFile: DeployFile
  readonly overrides: ReadonlyMap<string, string>
  readonly opNames: readonly string[]
  readonly warnings: readonly Problem[]
}

/** Raised with every problem of the deploy file at once; each is a line. */
export class ProblemsError extends UsageError {
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'))
  }
}

/** Reads the deploy file and the ops it names. Throws ProblemsError with all that is wrong with the file. */
export async function readDeploy(options: CommonOptions): Promise<Deploy> {
  const { deploy, problems } = await tryDeploy(options)
  if (deploy === undefined) throw new ProblemsError(problems)
  return deploy
}

/** As `readDeploy`, with the problems given back. */
export async function tryDeploy(options: CommonOptions): Promise<{ deploy?: Deploy; problems: readonly Problem[] }> {
  const overrides = parseSet(options.set ?? [])
  const { deployFile, problems } = await readDeployFile(options.file ?? 'deploy.ini', overrides)
  if (deployFile === undefined) return { problems }
  const names = [...deployFile.jobs.values()].flatMap(({ steps }) => steps.map(({ op }) => op))
  const loaded = await loadOps(names, deployFile.folder)
  const opNames = await listOps(deployFile.folder)
  return { deploy: { deployFile, overrides, opNames, warnings: problems, ...loaded }, problems }
}

function parseSet(words: readonly string[]): ReadonlyMap<string, string> {
  const set = new Map<string, string>()
  for (const word of words) {
    const at = word.indexOf('=')
    if (at < 1) throw new UsageError(`--set ${word}: it is no KEY=VALUE.`)
    set.set(word.slice(0, at), word.slice(at + 1))
  }
  return set
}

/** The nodes that the patterns name. Throws UsageError for a pattern that names none. */
export function chooseNodes({ deployFile }: Deploy, patterns: readonly string[]): readonly string[] {
  const { names, problems } = selectNodes(deployFile, patterns)
  if (problems.length > 0) throw new ProblemsError(problems)
  return names
}

/** The one node that a word names. */
export function chooseNode(deploy: Deploy, pattern: string): string {
  const names = chooseNodes(deploy, [pattern])
  if (names.length !== 1) throw new UsageError(`${pattern} is ${names.length} nodes: ${names.join(', ')}. Name one.`)
  return names[0] ?? ''
}

/** A node's evaluated attributes. Throws ProblemsError. */
export function attributesOf({ deployFile, overrides }: Deploy, node: string): Attributes {
  const { attributes, problems } = evaluateAttributes(deployFile, node, overrides)
  if (problems.some(({ severity }) => severity === 'error')) throw new ProblemsError(problems)
  return attributes
}

/** A job's plan for a node, and what to be warned of. Throws ProblemsError with everything that stands in its way. */
export function planFor(
  deploy: Deploy,
  job: string,
  node: string,
  overrides = deploy.overrides,
): { plan: Plan; warnings: readonly Problem[] } {
  const { deployFile, ops, problems: opProblems, opNames } = deploy
  const files = textFiles(deployFile.folder)
  const { plan, problems } = buildPlan({ deployFile, job, node, overrides, ops, opProblems, opNames, files })
  if (plan === undefined) throw new ProblemsError(problems)
  const secret = plan.steps.find(({ options }) => options.secrets !== undefined)
  if (secret !== undefined) {
    throw new ProblemsError([
      {
        severity: 'error',
        place: secret.place,
        message: 'secrets are checked but not yet given to steps. Take secrets= away.',
      },
    ])
  }
  return { plan, warnings: problems }
}

/** The texts of files in a folder; undefined for what can't be read. */
export function textFiles(folder: string): (name: string) => string | undefined {
  return (name) => {
    try {
      return readFileSync(join(folder, name), 'utf8')
    } catch {
      return undefined
    }
  }
}
