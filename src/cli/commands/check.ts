import { inLineOrder } from '../../deployfile/report.ts'
import { checkJobs } from '../../plan/check.ts'
import { problemLines } from '../../report/problems.ts'
import { exitCodes } from '../../words/status.ts'
import { type CommonOptions, textFiles, tryDeploy } from '../deploy.ts'
import type { World } from '../world.ts'

/** `conc check`: everything that is wrong with the deploy file, at once. */
export async function check(_words: readonly string[], options: CommonOptions, world: World): Promise<number> {
  const { deploy, problems } = await tryDeploy(options)
  const jobProblems =
    deploy === undefined
      ? []
      : checkJobs({ ...deploy, opProblems: deploy.problems, files: textFiles(deploy.deployFile.folder) })
  const all = inLineOrder([...problems, ...jobProblems])
  const wrong = all.some(({ severity }) => severity === 'error')
  if (options.json)
    for (const { severity, place, message } of all) world.out(`${JSON.stringify({ severity, ...place, message })}\n`)
  else world.out(`${problemLines(all, deploy?.deployFile).join('\n')}\n`)
  return wrong ? exitCodes.usage.code : 0
}
