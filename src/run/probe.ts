import { localHost } from '../hosts/local.ts'
import type { StepState } from '../journal/state.ts'
import { quoteAll } from '../plan/quote.ts'
import { LostError } from '../words/errors.ts'
import { openNode } from './opennode.ts'
import { sudoOf } from './sudo.ts'
import type { Run } from './types.ts'

/**
 * Asks the probe of a step whose outcome is unknown, and writes its answer into the journal.
 * Exit 0 is done, 1 not done; anything else, or a probe that can't run, leaves it unknown.
 */
export async function askProbe(run: Run, { n, name, side }: StepState): Promise<void> {
  const argv = run.plan.probes.get(name)
  if (argv === undefined) return
  const says = await answerOf(run, name, argv, side)
  await run.log.probe({ n, name }, says)
  run.emit({ event: 'note', level: 'info', step: name, message: `its probe says ${says}: ${quoteAll(argv)}` })
}

async function answerOf(run: Run, name: string, argv: readonly string[], side: 'local' | 'remote') {
  const node = openNode(run.link, sudoOf(run, name))
  const host = side === 'remote' ? node.host : localHost(run.plan.folder, run.ports.env)
  try {
    const { exit } = await host.run(argv)
    return exit === 0 ? 'done' : exit === 1 ? 'not-done' : 'unknown'
  } catch (cause) {
    if (cause instanceof LostError) throw cause
    return 'unknown'
  } finally {
    await node.close()
  }
}
