import type { Deploy } from '../../operations/deploy.ts'
import { watch } from '../../operations/watch.ts'
import { followJson, followLines } from '../../report/follow.ts'
import { exitCodeOfRun } from '../../report/standing.ts'
import { exitCodes } from '../../words/status.ts'
import type { World } from '../world.ts'

/** Watches a run live until it is over. The exit code is that of the run; of one that goes on after Ctrl-C nothing is known. */
export async function follow(deploy: Deploy, node: string, json: boolean, world: World): Promise<number> {
  const write = (line: string) => world.out(`${line}\n`)
  const reporter = json ? followJson(node, write) : followLines(node, write, world)
  // Nothing of the run is ours to halt.
  const leave = world.leave()
  const left = new Promise<undefined>((resolve) => leave.addEventListener('abort', () => resolve(undefined)))
  const watcher = {
    ...reporter,
    leave,
    tell: (sight: Parameters<typeof reporter.tell>[0]) => {
      reporter.tell(sight)
      return world.drained()
    },
  }
  // An answer that is still awaited must hold nobody who leaves.
  const report = await Promise.race([watch(deploy, node, world, watcher), left])
  if (report !== undefined) {
    reporter.end(report)
    return exitCodeOfRun(report)
  }
  world.say(`\nconc: left; how the run goes on is not known here: see conc status ${node}.\n`)
  return exitCodes.error.code
}
