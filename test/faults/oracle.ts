import type { RunEvent } from '../../src/index.ts'
import type { Status } from '../run/scene.ts'

/** What a trial is judged by. */
export interface Evidence {
  /** The steps that leave a trace, in the order of the plan. */
  readonly steps: readonly string[]
  /** Lines `begin NAME` and `end NAME`, in the order in which steps wrote them. */
  readonly trace: readonly string[]
  /** How often an operator let a step run again. */
  readonly retries: ReadonlyMap<string, number>
  /** What runners told as done, as `RUN STEP`. */
  readonly told: ReadonlySet<string>
}

/** Steps run in the written order, none more often than somebody said, and none before the one before it has ended. */
export function orderFaults({ steps, trace, retries }: Evidence): string[] {
  const faults: string[] = []
  const begun = new Map<string, number>()
  const ended = new Set<string>()
  for (const line of trace) {
    const [what = '', step = ''] = line.split(' ')
    const position = steps.indexOf(step)
    if (position < 0) faults.push(`the trace has a line that no step wrote: ${line}`)
    else if (what === 'end') ended.add(step)
    else {
      begun.set(step, (begun.get(step) ?? 0) + 1)
      const missing = steps.slice(0, position).filter((before) => !ended.has(before))
      if (missing.length > 0) faults.push(`(f) ${step} began before ${missing.join(', ')} had ended`)
    }
  }
  for (const [step, times] of begun) {
    const allowed = 1 + (retries.get(step) ?? 0)
    if (times > allowed) faults.push(`(a) ${step} ran ${times} times, and ${allowed} were asked for`)
  }
  return faults
}

/** What a node says of a run that is not over agrees with what its steps did. */
export function statusFaults(status: Status, { steps, trace }: Evidence): string[] {
  const faults: string[] = []
  if (status.state === 'FREE') return faults
  for (const { name, status: stands } of status.steps) {
    if (!steps.includes(name)) continue
    const has = (what: string) => trace.includes(`${what} ${name}`)
    if (stands === 'OK' && !has('end')) faults.push(`(c) ${name} is told OK and never ended`)
    if (stands === 'PENDING' && has('begin')) faults.push(`(b) ${name} began and is told PENDING`)
  }
  const first = status.steps.findIndex(({ status: stands }) => stands !== 'OK' && stands !== 'SKIPPED')
  const ahead = status.steps.slice(first + 1).filter(({ status: stands }) => stands !== 'PENDING')
  if (first >= 0 && ahead.length > 0) {
    const at = status.steps[first]
    faults.push(`(b) ${at?.name} is told ${at?.status}, and later ${ahead.map(({ name }) => name).join(', ')} is not`)
  }
  return faults
}

/** The steps that a runner told as done, as `RUN STEP`. */
export function toldDone(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => {
    const isDone = event.event === 'step-done' || (event.event === 'step-end' && event.status === 'OK')
    return isDone ? [`${event.run} ${event.step}`] : []
  })
}

/** What a runner told as done stands, and the lock of a run that is not over is there. */
export function toldFaults(status: Status, { steps, trace, told }: Evidence): string[] {
  if (status.state === 'FREE') {
    const missing = steps.filter((name) => !trace.includes(`end ${name}`))
    const wasHeld = told.size > 0 || trace.length > 0
    return wasHeld && missing.length > 0 ? [`(d) the lock is gone, without an end: ${missing.join(', ')}`] : []
  }
  if (status.run === null && told.size > 0) return ['(d) the bundle names no run, and a runner told it as open']
  return status.steps
    .filter(({ name, status: stands }) => stands !== 'OK' && told.has(`${status.run} ${name}`))
    .map(({ name, status: stands }) => `(b) ${name} was told OK and stands ${stands}`)
}

/** An exit code of 0 means that every step has ended and the bundle is gone; no other means that. */
export function exitFaults(exit: number, status: Status, { steps, trace }: Evidence): string[] {
  const missing = steps.filter((name) => !trace.includes(`end ${name}`))
  const done = missing.length === 0 && status.state === 'FREE'
  if (exit === 0 && !done)
    return [`(g) exit 0, but ${status.state} and without an end: ${missing.join(', ') || 'none'}`]
  return []
}
