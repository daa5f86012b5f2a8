import { localHost } from '../hosts/local.ts'
import { type CodeContext, type CodeOp, type Host, type OpContext, OpFailed } from '../ops/types.ts'
import type { Secret } from '../secrets/secret.ts'
import { LostError, messageOf } from '../words/errors.ts'
import type { Outcome } from './outcome.ts'
import type { Testing } from './types.ts'

export interface CodeSurroundings {
  /** Absent without a connection. */
  readonly remote: Host | undefined
  readonly folder: string
  /** Of what the op runs on the workstation. */
  readonly env: NodeJS.ProcessEnv
  readonly stop: AbortSignal | undefined
  /** Milliseconds. */
  readonly timeout: number | undefined
  readonly log: CodeContext['log']
  readonly progress: CodeContext['progress']
  readonly keep: CodeContext['keep']
  /** What the run holds in confidence, and who runs node tests; absent where nobody can. */
  readonly secrets: () => readonly Secret[]
  readonly testing?: Testing | undefined
}

/** Runs a code op. What it throws decides: OpFailed is FAILED, all else is ERROR. */
export async function runCodeStep(op: CodeOp, context: OpContext, around: CodeSurroundings): Promise<Outcome> {
  const { remote } = around
  const local = localHost(around.folder, around.env)
  const here = context.side === 'local'
  const host = here ? local : remote
  if (host === undefined) return { status: 'ERROR', why: 'there is no connection to the node' }
  const peer = here ? remote : local
  const late = around.timeout === undefined ? undefined : AbortSignal.timeout(around.timeout)
  const signal = AbortSignal.any([around.stop, late].filter((one) => one !== undefined))
  try {
    const { log, progress, keep, testing, secrets } = around
    const done = op.run({
      ...context,
      ...{ host, signal, log, progress, keep },
      ...(peer && { peer }),
      ...(testing &&
        remote && {
          tests: (request, onEvent) =>
            testing({ host: remote, attributes: context.attributes, secrets }, request, onEvent, signal),
        }),
    })
    await Promise.race([done, ignored(signal)])
    return { status: 'OK' }
  } catch (thrown) {
    if (thrown instanceof LostError) throw thrown
    if (thrown instanceof StillRunning) return { status: 'ERROR', why: thrown.message }
    if (late?.aborted) return { status: 'TIMED OUT' }
    if (around.stop?.aborted) return { status: 'STOPPED', why: 'ended by the operator' }
    return { status: thrown instanceof OpFailed ? 'FAILED' : 'ERROR', why: messageOf(thrown) }
  }
}

/** As long as an op may take to end once it is asked to, in milliseconds. */
const patience = 10_000

/** Rejects when an op goes on though it was asked to end: it can't be stopped from outside. */
function ignored(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const wait = () =>
      setTimeout(() => reject(new StillRunning('the op did not end when it was asked to')), patience).unref()
    if (signal.aborted) wait()
    else signal.addEventListener('abort', wait, { once: true })
  })
}

class StillRunning extends Error {
  override readonly name = 'StillRunning'
}
