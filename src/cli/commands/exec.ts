import type { Session } from '../../agent/session.ts'
import { plainLine, runPlain } from '../../hosts/remote.ts'
import { chooseNodes } from '../../operations/deploy.ts'
import { atNode } from '../../operations/node.ts'
import { visibleLine } from '../../report/clean.ts'
import { type Outcome, parseOutcome } from '../../run/outcome.ts'
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

/**
 * `conc exec NODE… -- CMD`: a command on the node, outside any run. Its output is exact when it goes to no terminal and into
 * no CI system's log. The command is ended by a Ctrl-C, and when nobody reads its output any more; the nodes after it are left out.
 */
export async function exec(patterns: readonly string[], options: ExecOptions, world: World): Promise<number> {
  const { command } = options
  if (command.length === 0) throw new UsageError('exec runs what stands after --: conc exec NODE -- CMD.')
  const deploy = await readDeploy(options)
  const over = AbortSignal.any([world.halt, world.unread])
  const nodes = chooseNodes(deploy, patterns, options.limit)
  let worst = 0
  for (const [index, node] of nodes.entries()) {
    const { status, why } = await atNode(deploy, node, world, ({ link: { session } }) =>
      execAt(session, command, world, over),
    )
    if (status !== 'OK') world.say(`conc: ${node}: ${status}${why === undefined ? '' : `, ${visibleLine(why)}`}\n`)
    worst = Math.max(worst, exitCodeOf(status))
    if (!over.aborted || index === nodes.length - 1) continue
    world.say(`conc: the command was not run on ${nodes.slice(index + 1).join(', ')}\n`)
    return Math.max(worst, exitCodeOf('STOPPED'))
  }
  return worst
}

async function execAt(session: Session, command: readonly string[], world: World, over: AbortSignal): Promise<Outcome> {
  if (over.aborted) return { status: 'STOPPED', why: 'the command was not run' }
  const output = forLog(world)
  const words = await runPlain(session, plainLine('c', command), 'c', { data: output.write }, over)
  await output.end()
  return parseOutcome(words)
}
