import type { PlannedStep } from '../plan/types.ts'
import { BrokenError } from '../words/errors.ts'
import { attemptOf } from './attempt.ts'
import { whyHalted } from './halt.ts'
import { keepOutput } from './keep.ts'
import { asRecorded } from './onrecord.ts'
import { Progress } from './progress.ts'
import { remoteLine } from './remotestep.ts'
import type { Passed, Run, WalkEnd } from './types.ts'

/**
 * Runs consecutive remote commands in one write. The node starts each only after OK, and halts between any two.
 * @param before how the step before ended: its record goes out ahead of them, and the node takes them only after it.
 */
export async function runBatch(run: Run, steps: readonly PlannedStep[], before: Promise<WalkEnd>): Promise<Passed> {
  const progress = new Progress(run, steps)
  const lines = await linesOf(run, steps, before)
  // A long script takes its time to get there.
  if (whyHalted(run.ports) !== undefined) return asRecorded(await endAfter(before, () => progress.end('halted')))
  const forget = obey(run)
  try {
    const working = run.link.session.work(lines, progress.listeners())
    working.catch(() => {})
    const end = await before
    if (end.status !== 'OK') return asRecorded(end)
    progress.goOn()
    const reason = await working
    const [first] = steps
    if (first?.options.secrets !== undefined) await keepOutput(run, first, attemptOf(run, first), progress.kept)
    return asRecorded(progress.end(reason))
  } catch (cause) {
    return asRecorded(progress.lost(cause))
  } finally {
    forget()
  }
}

async function endAfter(before: Promise<WalkEnd>, end: () => WalkEnd): Promise<WalkEnd> {
  return (await before).status === 'OK' ? end() : before
}

/** What the agent is to do, a line each. */
async function linesOf(run: Run, steps: readonly PlannedStep[], before: Promise<WalkEnd>): Promise<readonly string[]> {
  const lines = followsLock(run, steps) ? ['in_bundle'] : []
  for (const step of steps) {
    const { line, script } = remoteLine(step, attemptOf(run, step), run)
    if (script !== undefined && (await before).status === 'OK') await sendScript(run, script.file, script.text)
    lines.push(line)
  }
  return endsRun(run, steps) ? [...lines, 'retire'] : lines
}

/** Whether the step before these takes the lock: they may go out before its answer is there. */
function followsLock({ plan }: Run, [first]: readonly PlannedStep[]): boolean {
  return first !== undefined && plan.steps[first.n - 2]?.action.kind === 'open-bundle'
}

/** Whether nothing more is asked of the node after these steps. */
function endsRun({ plan }: Run, steps: readonly PlannedStep[]): boolean {
  const last = steps.at(-1)
  return last === plan.steps.at(-1) && last?.action.kind === 'close-bundle'
}

async function sendScript(run: Run, file: string, text: string): Promise<void> {
  const answer = await run.link.session.put(file, 0, Buffer.from(text))
  if (answer.words[0] !== '0') throw new BrokenError(`${file} can't be written on the node`)
}

/** Passes the operator's wish to halt or to stop on to the node while a worker runs there. Returns how to end that. */
function obey(run: Run): () => void {
  const { halt, stop } = run.ports
  const onHalt = () => run.link.session.send('halt_here')
  const onStop = () => run.link.session.send('stop_here')
  halt?.addEventListener('abort', onHalt)
  stop?.addEventListener('abort', onStop)
  return () => {
    halt?.removeEventListener('abort', onHalt)
    stop?.removeEventListener('abort', onStop)
  }
}
