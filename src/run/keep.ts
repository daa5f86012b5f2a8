import type { Kept } from '../hosts/kept.ts'
import type { PlannedStep } from '../plan/types.ts'
import type { Run } from './types.ts'

/** As much of a stream as the agent keeps of a remote step, in bytes. */
export const keptOutput = 1024 * 1024

/** Keeps in the bundle what a step printed that the node did not keep by itself. */
export async function keepOutput(run: Run, step: PlannedStep, attempt: number, kept: Kept): Promise<void> {
  if (!run.log.open) return
  const { stdout, stderr } = kept.streams()
  const file = `${run.plan.bundle}/output/${step.n}-${step.name}.${attempt}`
  if (stdout.length > 0) await run.link.session.put(`${file}.out`, 0, stdout)
  if (stderr.length > 0) await run.link.session.put(`${file}.err`, 0, stderr)
}
