import { type RunReport, spanOf } from '../bundle/run.ts'
import type { Runs } from '../operations/runs.ts'
import { ago } from '../words/clock.ts'
import { count } from './amounts.ts'
import { visibleLine } from './clean.ts'
import { between, span } from './span.ts'
import { exitCodeOfRun, runPaints, standing } from './standing.ts'
import { paints, type Style } from './style.ts'
import { wallTime } from './time.ts'

/** The runs that a node knows of, newest first: when, how long, how it ended, whose, and under which id. */
export function runLines(node: string, { app, runs, now }: Runs, style: Style = {}): readonly string[] {
  const colors = paints(style)
  const { bold, dim } = colors
  const title = `${bold(visibleLine(node))}: ${count(runs.length, 'run')} of ${visibleLine(app)}`
  const rows = runs.map((run) => cellsOf(run, now))
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const lines = runs.flatMap((run, index) => {
    const cells = rows[index] ?? []
    const [state = '', ...others] = cells.map((cell, at) => cell.padEnd(widths[at] ?? 0))
    const said = visibleLine(standing(run))
    const row = `  ${colors[runPaints[run.state]](state)}  ${others.join('  ')}`.trimEnd()
    return [row, ...(said === '' ? [] : [`    ${said}`]), dim(`    ${idLine(run)}`)]
  })
  return [title, ...lines.map((line) => line.trimEnd())]
}

function cellsOf(report: RunReport, now: string): readonly string[] {
  const { began, ended } = spanOf(report)
  const passed = began === undefined ? undefined : ago(began, new Date(now))
  const took = between(began, ended ?? now)
  const when = began === undefined ? '?' : `${wallTime(began)}${passed === undefined ? '' : `, ${passed}`}`
  const { job = '?', release = '?' } = report.holder ?? {}
  return [report.state, when, took === undefined ? '?' : span(took), visibleLine(`${job} ${release}`)]
}

function idLine({ run, holder }: RunReport): string {
  return visibleLine(`${run}${holder === undefined ? '' : ` by ${holder.by}`}`)
}

/** A run as `conc log --runs --json` prints it; what its files don't tell is null. */
export function runJson(node: string, report: RunReport, now: string) {
  const { job = null, release = null, by = null } = report.holder ?? {}
  const { began = null, ended = null } = spanOf(report)
  const ms = between(began ?? undefined, ended ?? now) ?? null
  const { run, state, current } = report
  const exitCode = state === 'RUNNING' ? null : exitCodeOfRun(report)
  return { node, run, job, release, by, state, current, began, ended, ms, why: standing(report), exitCode }
}
