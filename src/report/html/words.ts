import type { StepState, StepStatus } from '../../journal/state.ts'
import { marks as ofTerminal } from '../marks.ts'
import { html, type Markup } from './markup.ts'

/** A time as the journal has it, with its zone. */
export function time(iso: string): Markup {
  return html`<time datetime="${iso}">${iso}</time>`
}

/** The marks of the terminal; what many fonts lack is drawn with another character. */
export const marks = { ...ofTerminal, STOPPED: { ...ofTerminal.STOPPED, mark: '‖' } }

/** A status: its mark, which says the same for the eye, and its word. */
export function statusWords(status: StepStatus): Markup {
  const { mark, paint } = marks[status]
  return html`<span class="status ${paint}"><span aria-hidden="true">${mark}</span> ${status}</span>`
}

/** That a person did it, and who. */
export function byHand({ byHand: isByHand, by }: Pick<StepState, 'byHand' | 'by'>): Markup {
  return isByHand ? html` <span class="hand">by hand${by === undefined ? '' : `: ${by}`}</span>` : html``
}

/** Where a step's section is on the page. */
export function anchor(n: number): string {
  return `step-${n}`
}
