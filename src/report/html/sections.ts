import type { KeptOutput } from '../../bundle/outputs.ts'
import type { StepState } from '../../journal/state.ts'
import { reasonOf } from '../marks.ts'
import { between, span } from '../span.ts'
import { type Attempt, attemptsOf } from './attempts.ts'
import type { PageFacts } from './facts.ts'
import { html, type Markup } from './markup.ts'
import { outputBlock } from './output.ts'
import { anchor, byHand, statusWords, time } from './words.ts'

/** A section for each step: its command, its tries, and what each printed. */
export function stepSections(facts: PageFacts): Markup {
  const { report, outputs } = facts
  const attempts = attemptsOf(report)
  const sections = report.steps.map((step) => {
    const isOfStep = (one: { readonly step: string }) => one.step === step.name
    return section(step, facts, attempts.filter(isOfStep), outputs.filter(isOfStep))
  })
  return sections.length === 0
    ? html``
    : html`<section aria-labelledby="each"><h2 id="each">What each step did</h2>${sections}</section>`
}

function section(
  step: StepState,
  { report, now, node }: PageFacts,
  attempts: readonly Attempt[],
  printed: readonly KeptOutput[],
): Markup {
  const planned = report.plan?.steps.find(({ name }) => name === step.name)
  const whole = `conc log ${node} ${step.name} --id ${report.run}`
  const tries = attempts.map((attempt) => {
    const own = printed.filter((output) => output.attempt === attempt.attempt)
    const isOpen = attempt.attempt === step.attempt && attempt.status !== 'OK'
    return html`<p>${tryWords(attempt, attempts.length > 1, now)}</p>${own.map((output) => outputBlock(output, { isOpen, whole }))}`
  })
  return html`<article id="${anchor(step.n)}" aria-labelledby="${anchor(step.n)}-name">
<h3 id="${anchor(step.n)}-name">${step.n}. ${step.name} <span class="dim">${step.side}${planned === undefined ? '' : ` ${planned.op}`}</span></h3>
<p>${statusWords(step.status)}${byHand(step)}${step.byHand && step.why ? html` <span class="remark">${step.why}</span>` : ''}</p>
${planned === undefined ? '' : html`<pre class="command" aria-label="Command">${planned.command}</pre>`}
${tries}</article>
`
}

function tryWords({ attempt, began, ended, status, by, ...end }: Attempt, isOneOfMany: boolean, now: string): Markup {
  const took = between(began, ended ?? (status === 'RUNNING' ? now : undefined))
  const who = by === '' ? '' : ` by ${by}`
  const head = isOneOfMany ? html`Attempt ${attempt}: ${statusWords(status)}. ` : html``
  const until = ended === undefined ? html`` : html`, ended ${time(ended)}`
  const length = took === undefined ? '' : `, ${span(took)}${ended === undefined ? ' so far' : ''}`
  const why = status === 'OK' ? undefined : reasonOf({ ...end, why: end.why ?? '' })
  return html`${head}Began ${time(began)}${who}${until}${length}.${why === undefined ? '' : ` ${why}.`}`
}
