import { plainLine, runPlain } from '../../hosts/remote.ts'
import { chooseNodes } from '../../operations/deploy.ts'
import { atNode } from '../../operations/node.ts'
import { visibleLine } from '../../report/clean.ts'
import { parseOutcome } from '../../run/outcome.ts'
import { UsageError } from '../../words/errors.ts'
import { exitCodeOf } from '../../words/status.ts'
import { forLog } from '../cilog.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import type { FleetCommandOptions } from '../fleet.ts'
import type { World } from '../world.ts'

export interface ExecOptions extends CommonOptions, Pick<FleetCommandOptions, 'limit'> {
  /** What stands after `--`. */
  readonly command: readonly string[]
}

/** `conc exec NODE… -- CMD`: a command on the node, outside any run. Its output is exact when it goes to no terminal and into no CI system's log. */
export async function exec(patterns: readonly string[], options: ExecOptions, world: World): Promise<number> {
  const { command } = options
  if (command.length === 0) throw new UsageError('exec runs what stands after --: conc exec NODE -- CMD.')
  if (patterns.length === 0) throw new UsageError('exec needs a node: conc exec NODE -- CMD.')
  const deploy = await readDeploy(options)
  let worst = 0
  for (const node of chooseNodes(deploy, patterns, options.limit)) {
    const outcome = await atNode(deploy, node, world, async ({ link: { session } }) => {
      const output = forLog(world)
      const words = await runPlain(session, plainLine('c', command), 'c', { data: output.write }, world.halt)
      await output.end()
      return parseOutcome(words)
    })
    if (outcome.status !== 'OK')
      world.say(`conc: ${node}: ${outcome.status}${outcome.why === undefined ? '' : `, ${visibleLine(outcome.why)}`}\n`)
    worst = Math.max(worst, exitCodeOf(outcome.status))
  }
  return worst
}
