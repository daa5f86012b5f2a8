import type { RunReport } from '../../bundle/run.ts'
import { span, took } from '../span.ts'
import { html, type Markup } from './markup.ts'

/** How long a step took in the runs of a job, oldest first, in milliseconds: only where it ran and was OK. */
export interface Series {
  readonly past: readonly number[]
  readonly now?: number
}

/** @param before the runs before this one, newest first; those of other jobs don't count. */
export function seriesOf(step: string, report: RunReport, before: readonly RunReport[]): Series {
  const same = before.filter(({ holder }) => holder?.job === report.holder?.job)
  const past = same.flatMap((run) => tookIn(run, step) ?? []).reverse()
  const now = tookIn(report, step)
  return now === undefined ? { past } : { past, now }
}

function tookIn({ steps }: RunReport, step: string): number | undefined {
  const state = steps.find(({ name }) => name === step)
  return state?.status === 'OK' ? took(state) : undefined
}

const barWidth = 6
const height = 26

/** A bar for each run, this one's last and in another colour and shape. Empty where no past run tells. */
export function chart({ past, now }: Series): Markup {
  if (past.length === 0) return html``
  const all = now === undefined ? past : [...past, now]
  // Times go by the second: half of one is what `under 1 s` is drawn as.
  const tallest = Math.max(500, ...all)
  const bars = all.map((ms, index) => {
    const tall = Math.max(2, Math.round((Math.max(ms, 500) / tallest) * (height - 6)))
    const isNow = now !== undefined && index === all.length - 1
    const bar = html`<rect x="${index * barWidth}" y="${height - tall}" width="${barWidth - 2}" height="${tall}" class="${isNow ? 'now' : 'past'}"/>`
    const tip = html`<circle cx="${index * barWidth + 2}" cy="${height - tall - 3}" r="2" class="now"/>`
    return isNow ? html`${bar}${tip}` : bar
  })
  return html`<svg class="chart" role="img" aria-label="${said({ past, ...(now === undefined ? {} : { now }) })}" width="${all.length * barWidth}" height="${height}">${bars}</svg> <span class="dim">${span(median(past))}</span>`
}

function said({ past, now }: Series): string {
  const before = `in past runs, oldest first: ${past.map(span).join(', ')}; median ${span(median(past))}`
  return now === undefined ? before : `${before}; in this one ${span(now)}`
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}
