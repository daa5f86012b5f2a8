import { plainLine, runPlain } from '../../hosts/remote.ts'
import { chooseNodes } from '../../operations/deploy.ts'
import { atNode } from '../../operations/node.ts'
import { parseOutcome } from '../../run/outcome.ts'
import { UsageError } from '../../words/errors.ts'
import { exitCodeOf } from '../../words/status.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import type { FleetCommandOptions } from '../fleet.ts'
import type { World } from '../world.ts'

export interface ExecOptions extends CommonOptions, Pick<FleetCommandOptions, 'limit'> {
  /** What stands after `--`. */
  readonly command: readonly string[]
}

/** `conc exec NODE… -- CMD`: a command on the node, outside any run. Its output is exact when it goes to no terminal. */
export async function exec(patterns: readonly string[], options: ExecOptions, world: World): Promise<number> {
  const { command } = options
  if (command.length === 0) throw new UsageError('exec runs what stands after --: conc exec NODE -- CMD.')
  if (patterns.length === 0) throw new UsageError('exec needs a node: conc exec NODE -- CMD.')
  const deploy = await readDeploy(options)
  let worst = 0
  for (const node of chooseNodes(deploy, patterns, options.limit)) {
    const outcome = await atNode(deploy, node, world, async ({ link: { session } }) => {
      const words = await runPlain(session, plainLine('c', command), 'c', { data: world.write }, world.halt)
      return parseOutcome(words)
    })
    if (outcome.status !== 'OK')
      world.say(`conc: ${node}: ${outcome.status}${outcome.why === undefined ? '' : `, ${outcome.why}`}\n`)
    worst = Math.max(worst, exitCodeOf(outcome.status))
  }
  return worst
}
