import type { RunEvent } from '../run/events.ts'
import type { Fold, Folds } from './ci/folds.ts'
import { githubFolds } from './ci/github.ts'
import { gitlabFolds } from './ci/gitlab.ts'
import { visible, visibleLine } from './clean.ts'
import type { Reporter } from './reporter.ts'

/** The folds of the CI system in whose environment conc runs; undefined outside of one. */
export function foldsOf(env: Readonly<Record<string, string | undefined>>): Folds | undefined {
  if (env.GITHUB_ACTIONS === 'true') return githubFolds
  return env.GITLAB_CI === 'true' ? gitlabFolds : undefined
}

/** What a step printed, as it may stand in the log of a CI system. */
export function harmlessOutput(folds: Folds, bytes: Buffer): Buffer {
  return Buffer.from(harmlessLines(folds, visible(bytes.toString('utf8'))))
}

function harmlessLines(folds: Folds, lines: string): string {
  return lines.split('\n').map(folds.harmless).join('\n')
}

/**
 * Folds what steps print. How a step failed stands below its fold, not in it. Where nodes are told in turns a fold is
 * closed for another node's line and opened again: nothing waits.
 * @param inner makes the reporter whose lines are folded.
 */
export function foldingReporter(
  folds: Folds,
  write: (line: string) => void,
  inner: (write: (line: string) => void) => Reporter,
): Reporter {
  const reporter = inner((lines) => write(harmlessLines(folds, lines)))
  let open: (Fold & { readonly of: string }) | undefined
  let count = 0
  const close = (time: number) => {
    if (open !== undefined) write(folds.close({ ...open, time }))
    open = undefined
  }
  const enter = (event: InStep) => {
    const of = `${event.node} ${event.step}`
    if (open?.of === of) return
    close(timeOf(event))
    count += 1
    const title = visibleLine(`${event.node}: ${event.n}. ${event.step} (${event.side})`)
    open = { of, title, id: `conc_${count}`, time: timeOf(event) }
    write(folds.open(open))
  }
  return {
    event(event) {
      if (isInStep(event)) enter(event)
      else if (event.event !== 'note' || open?.of !== `${event.node} ${event.step}`) close(timeOf(event))
      reporter.event(event)
      if (event.event === 'step-end') close(timeOf(event))
      const problem = problemOf(event)
      if (problem !== undefined && folds.problem) write(folds.problem(problem.title, problem.text))
    },
  }
}

type InStep = Extract<RunEvent, { event: 'step-start' | 'output' | 'progress' | 'step-end' }>

/** What is told within a step's fold: also its end, where that is OK. */
function isInStep(event: RunEvent): event is InStep {
  const { event: kind } = event
  return (
    kind === 'step-start' || kind === 'output' || kind === 'progress' || (kind === 'step-end' && event.status === 'OK')
  )
}

/** What went wrong on a node. What is halted on purpose is nothing wrong. */
function problemOf(event: RunEvent): { readonly title: string; readonly text: string } | undefined {
  if (event.event !== 'run-end' || event.nodes !== undefined) return undefined
  if (event.status === 'OK' || event.status === 'STOPPED') return undefined
  return { title: visibleLine(`${event.node}: ${event.status}`), text: visibleLine(event.message) }
}

function timeOf({ time }: RunEvent): number {
  return Math.floor(Date.parse(time) / 1000)
}
