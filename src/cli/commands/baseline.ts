import { recordBaseline } from '../../operations/baselines.ts'
import type { Deploy } from '../../operations/deploy.ts'
import { askingInTurn } from '../../operations/reach.ts'
import { visible } from '../../report/clean.ts'
import { jsonLine } from '../../report/json.ts'
import { baselineJson, baselineLines } from '../../report/tests/baseline.ts'
import { messageOf, UnreachableError, UsageError } from '../../words/errors.ts'
import { withSudo } from '../sudo.ts'
import type { TestCommandOptions } from '../testoptions.ts'
import type { World } from '../world.ts'

type Options = TestCommandOptions & { readonly files: readonly string[] }

/** `conc test NODE… --baseline`: records what the nodes are like now, on all at the same time. */
export async function recordBaselines(
  deploy: Deploy,
  nodes: readonly string[],
  options: Options,
  world: World,
): Promise<number> {
  refuseOthers(options)
  const place = askingInTurn(await withSudo(world, options))
  const wantsRoot = place.sudoPassword !== undefined
  const results = nodes.map(async (node) => {
    const recorded = await recordBaseline(deploy, node, place, wantsRoot)
    const lines = options.json === undefined ? baselineLines(recorded, world) : [jsonLine(baselineJson(recorded))]
    for (const line of lines) world.out(`${line}\n`)
  })
  const exits = (await Promise.allSettled(results)).map((result) => {
    if (result.status === 'fulfilled') return 0
    if (!(result.reason instanceof UnreachableError)) throw result.reason
    world.say(`conc: ${visible(messageOf(result.reason))}\n`)
    return result.reason.exitCode
  })
  return Math.max(0, ...exits)
}

/** Of what chooses and reports tests nothing makes sense here. */
function refuseOthers(options: Options): void {
  const { files, name, tag, builtin, junit, tap, json, log, changesOnly, timeout } = options
  const others = [
    ['FILES', files[0]],
    ['-t', name],
    ['--tag', tag],
    ['--builtin', builtin],
    ['--junit', junit],
    ['--tap', tap],
    ['--json FILE', typeof json === 'string' ? json || undefined : undefined],
    ['--log', log],
    ['--timeout', timeout],
    ['--changes-only', changesOnly],
  ]
  const given = others.find(([, value]) => value !== undefined)
  if (given !== undefined) throw new UsageError(`--baseline records, and runs no test. Leave ${given[0]} away.`)
}
