import type { Problem } from '../../deployfile/types.ts'
import { checkDeploy, type Deploy, ProblemsError } from '../../operations/deploy.ts'
import { jsonLine } from '../../report/json.ts'
import { problemLines } from '../../report/problems.ts'
import { exitCodes } from '../../words/status.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import type { World } from '../world.ts'

/** `conc check`: everything that is wrong with the deploy file, at once. */
export async function check(_words: readonly string[], options: CommonOptions, world: World): Promise<number> {
  const { deploy, problems } = await examine(options)
  if (options.json)
    for (const { severity, place, message } of problems) world.out(`${jsonLine({ severity, ...place, message })}\n`)
  else world.out(`${problemLines(problems, deploy?.deployFile, world).join('\n')}\n`)
  return problems.some(({ severity }) => severity === 'error') ? exitCodes.usage.code : 0
}

async function examine(options: CommonOptions): Promise<{ deploy?: Deploy; problems: readonly Problem[] }> {
  try {
    const deploy = await readDeploy(options)
    return { deploy, problems: checkDeploy(deploy) }
  } catch (error) {
    if (error instanceof ProblemsError) return { problems: error.problems }
    throw error
  }
}
