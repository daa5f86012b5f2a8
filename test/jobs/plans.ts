import { parseDeployFile } from '../../src/deployfile/parse.ts'
import { loadOps } from '../../src/ops/load.ts'
import { buildPlan } from '../../src/plan/build.ts'
import type { PlannedStep } from '../../src/plan/types.ts'

export interface Given {
  readonly attributes?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  /** What the node has instead of its address and its admin. */
  readonly node?: readonly string[]
}

/** Plans step lines as a job of their own. Gives the messages of what is wrong with them too. */
export async function plan(
  lines: readonly string[],
  { attributes = [], files = {}, node = ['sshd.ip = 192.0.2.11', 'admin = ops'] }: Given = {},
) {
  const text = [
    '[deploy]',
    'app = shop',
    'release = 1.4.2',
    ...attributes,
    '[node:web1]',
    ...node,
    '[job:release]',
    ...lines.map((line, index) => `s${index + 1}_ = ${line}`),
  ].join('\n')
  const { deployFile, problems } = parseDeployFile(text, 'deploy.ini', '/nowhere')
  if (!deployFile) throw new Error(problems.map(({ message }) => message).join('\n'))
  const names = [...(deployFile.jobs.get('release')?.steps ?? [])].map(({ op }) => op)
  const built = buildPlan({
    deployFile,
    job: 'release',
    node: 'web1',
    ...(await loadOps(names, '/nowhere')),
    files: (name) => files[name],
  })
  return {
    steps: built.plan?.steps ?? [],
    errors: built.problems.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    warnings: built.problems.filter(({ severity }) => severity === 'warning').map(({ message }) => message),
  }
}

/** The one step of a line that is right. */
export async function planned(line: string, given: Given = {}): Promise<PlannedStep> {
  const { steps, errors } = await plan([line], given)
  const [step] = steps
  if (!step) throw new Error(errors.join('\n'))
  return step
}
