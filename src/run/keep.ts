import type { Kept } from '../hosts/kept.ts'
import { writeText } from '../hosts/remote.ts'
import type { PlannedStep } from '../plan/types.ts'
import type { Run } from './types.ts'

/** As much of a stream as the agent keeps of a remote step, in bytes. */
export const keptOutput = 1024 * 1024

/** The beginning of the names of a step's files in the bundle. */
function fileOf({ plan }: Run, { n, name }: PlannedStep, attempt: number): string {
  return `${plan.bundle}/output/${n}-${name}.${attempt}`
}

/** Keeps in the bundle what a step printed that the node did not keep by itself. */
export async function keepOutput(run: Run, step: PlannedStep, attempt: number, kept: Kept): Promise<void> {
  if (!run.log.open) return
  const { stdout, stderr } = kept.streams()
  const file = fileOf(run, step, attempt)
  const streams = [
    { name: `${file}.out`, bytes: stdout },
    { name: `${file}.err`, bytes: stderr },
  ].filter(({ bytes }) => bytes.length > 0)
  await Promise.all(streams.map(({ name, bytes }) => run.link.session.put(name, 0, bytes)))
}

/**
 * Keeps a report of a step's op beside what it printed. Without a bundle there is no place for it.
 * @param name ends the file's name: `junit.xml`.
 */
export async function keepFile(
  run: Run,
  step: PlannedStep,
  attempt: number,
  name: string,
  text: string,
): Promise<void> {
  if (!run.log.open) return
  if (!/^[a-z][\w.-]*$/.test(name) || /^(out|err)\b/.test(name)) throw new TypeError(`${name} is no name for a report`)
  await writeText(run.link.session, `${fileOf(run, step, attempt)}.${name}`, text)
}
