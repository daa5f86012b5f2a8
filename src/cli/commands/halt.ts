import { askHalt, describeHolder } from '../../bundle/hold.ts'
import { readBundle } from '../../bundle/read.ts'
import { UsageError } from '../../words/errors.ts'
import { type CommonOptions, chooseNode, readDeploy } from '../deploy.ts'
import { atNode } from '../link.ts'
import type { World } from '../world.ts'

/** `conc halt NODE`: asks a run in progress, anyone's, to halt after its current step. */
export async function halt([pattern = '']: readonly string[], options: CommonOptions, world: World): Promise<number> {
  const deploy = await readDeploy(options)
  const node = chooseNode(deploy, pattern)
  return atNode(deploy, node, world, async ({ link, bundle }) => {
    const report = await readBundle(link.session, bundle)
    if (report.state !== 'RUNNING') {
      throw new UsageError(
        report.state === 'FREE'
          ? `no run on ${node} to halt.`
          : `nothing to halt on ${node}: ${describeHolder(report, bundle)}`,
      )
    }
    await askHalt(link.session, bundle, world.who)
    const step = report.steps.find(({ status }) => status === 'RUNNING')
    world.out(
      `${node}: run ${report.holder?.run} will halt after ${step === undefined ? 'its current step' : step.name}.\n`,
    )
    return 0
  })
}
