import type { KeptOutput } from '../../bundle/outputs.ts'
import { size } from '../amounts.ts'
import { decode } from '../decode.ts'
import { html, type Markup } from './markup.ts'

/** How an output is shown. */
export interface OutputOptions {
  readonly isOpen: boolean
  /** The command that prints all of it. */
  readonly whole: string
}

/** What an attempt printed on one stream, folded away; of a long one its beginning and its end. */
export function outputBlock(output: KeptOutput, { isOpen, whole }: OutputOptions): Markup {
  const { stream, head, tail } = output
  const left = output.size - head.length - tail.length
  const name = stream === 'stdout' ? 'Output' : 'Errors (stderr)'
  const cut = left > 0 ? html`<p class="cut">${cutWords(left, whole)}</p><pre>${decode(tail)}</pre>` : html``
  const inside = html`<summary>${name}, ${size(output.size)}</summary><pre>${decode(head)}</pre>${cut}`
  return isOpen ? html`<details open>${inside}</details>` : html`<details>${inside}</details>`
}

function cutWords(left: number, whole: string): string {
  return `${size(left)} are left out here: ${whole} prints all that is kept of the last attempt.`
}
