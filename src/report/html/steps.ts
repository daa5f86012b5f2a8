import type { StepState } from '../../journal/state.ts'
import { reasonOf } from '../marks.ts'
import { between, span, took } from '../span.ts'
import { chart, seriesOf } from './chart.ts'
import type { PageFacts } from './facts.ts'
import { html, type Markup } from './markup.ts'
import { anchor, byHand, statusWords, time } from './words.ts'

/** The steps in order: where each stands, when it began, how long it took, now and in past runs. */
export function stepTable(facts: PageFacts): Markup {
  const { steps } = facts.report
  if (steps.length === 0) return html`<p>The plan of this run can't be read: which steps it has is not known.</p>`
  return html`<section aria-labelledby="steps">
<h2 id="steps">Steps</h2>
<table>
<caption>Each step in order. The bars are how long it took in past runs of this job, the last with a dot being this one; beside them the median.</caption>
<thead><tr><th scope="col">Step</th><th scope="col">Status</th><th scope="col" class="wide">Began</th><th scope="col">Took</th><th scope="col">Past runs</th></tr></thead>
<tbody>${steps.map((step) => row(step, facts))}</tbody>
</table></section>`
}

function row(step: StepState, { report, before, now }: PageFacts): Markup {
  const ms = step.status === 'RUNNING' ? between(step.began, now) : took(step)
  const remark = remarkOf(step, report.state === 'OK')
  return html`<tr><th scope="row"><span class="n">${step.n}</span> <a href="#${anchor(step.n)}">${step.name}</a> <span class="dim">${step.side}</span></th>
<td>${statusWords(step.status)}${byHand(step)}${remark === '' ? '' : html` <span class="remark">${remark}</span>`}</td>
<td class="wide">${step.began === undefined ? '' : time(step.began)}</td>
<td class="took">${ms === undefined ? '' : span(ms)}${step.status === 'RUNNING' ? ' so far' : ''}</td>
<td class="past">${chart(seriesOf(step.name, report, before))}</td></tr>
`
}

/** What there is to say of a step beside its status. */
function remarkOf(step: StepState, isClosed: boolean): string {
  if (step.status === 'PENDING' && isClosed) return 'not recorded: the bundle was closed before it'
  const again = step.attempt > 1 ? `attempt ${step.attempt}` : undefined
  const why = step.status === 'OK' && !step.byHand ? undefined : reasonOf(step)
  return [again, why].filter(Boolean).join(', ')
}
