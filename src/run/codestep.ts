import type { Session } from '../agent/session.ts'
import { localHost } from '../hosts/local.ts'
import { remoteHost } from '../hosts/remote.ts'
import { type CodeOp, type OpContext, OpFailed } from '../ops/types.ts'
import { LostError, messageOf } from '../words/errors.ts'
import type { Outcome } from './outcome.ts'

export interface CodeSurroundings {
  readonly session: Session | undefined
  readonly folder: string
  readonly stop: AbortSignal | undefined
  /** Milliseconds. */
  readonly timeout: number | undefined
  readonly log: (text: string) => void
  readonly progress: (done: number, total: number) => void
}

/** Runs a code op. What it throws decides: OpFailed is FAILED, all else is ERROR. */
export async function runCodeStep(op: CodeOp, context: OpContext, around: CodeSurroundings): Promise<Outcome> {
  const local = localHost(around.folder)
  const remote = around.session === undefined ? undefined : remoteHost(around.session)
  const here = context.side === 'local'
  const host = here ? local : remote
  if (host === undefined) return { status: 'ERROR', why: 'there is no connection to the node' }
  const peer = here ? remote : local
  const late = around.timeout === undefined ? undefined : AbortSignal.timeout(around.timeout)
  const signal = AbortSignal.any([around.stop, late].filter((one) => one !== undefined))
  try {
    await op.run({
      ...context,
      host,
      ...(peer === undefined ? {} : { peer }),
      signal,
      log: around.log,
      progress: around.progress,
    })
    return { status: 'OK' }
  } catch (thrown) {
    if (thrown instanceof LostError) throw thrown
    if (late?.aborted) return { status: 'TIMED OUT' }
    if (around.stop?.aborted) return { status: 'STOPPED', why: 'ended by the operator' }
    return { status: thrown instanceof OpFailed ? 'FAILED' : 'ERROR', why: messageOf(thrown) }
  }
}
