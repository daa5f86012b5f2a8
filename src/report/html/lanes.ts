import { sayingOf } from '../log.ts'
import { span } from '../span.ts'
import type { PageFacts } from './facts.ts'
import { html, type Markup } from './markup.ts'
import { type Placed, placed } from './places.ts'
import { piecesOf } from './timeline.ts'
import { marks, time } from './words.ts'

const laneHeight = 44
const barHeight = 24
const tops = { local: 0, remote: laneHeight, 'by hand': 2 * laneHeight } as const

/** The run from left to right: a lane for each side and one for what people did, halts as gaps; the same in words below. */
export function timelineSection({ report, now }: PageFacts): Markup {
  const pieces = placed(piecesOf(report, now))
  if (pieces.length === 0) return html``
  const halts = pieces.filter(({ kind }) => kind === 'halt')
  const drawn = pieces.map((piece) => draw(piece, halts.indexOf(piece) + 1))
  const [first, last] = [report.journal.records[0]?.time, report.current ? now : report.journal.records.at(-1)?.time]
  return html`<section aria-labelledby="timeline">
<h2 id="timeline">Timeline</h2>
<div class="lanes"><div class="names" aria-hidden="true"><span>local</span><span>remote</span><span>by hand</span></div>
<svg role="img" aria-label="${inWords(pieces)}" width="100%" height="${3 * laneHeight}"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="6"/></pattern></defs>${laneLines()}${drawn}</svg>
<div class="ends">${first === undefined ? '' : time(first)}${last === undefined ? '' : time(last)}</div></div>
<p class="dim note">A bar is a step, as wide as it took; what was too short to be seen is drawn wider. A hatched gap is a halt, or a time of which nothing is known, of whatever length. A diamond is something done by hand.</p>
${events(pieces)}</section>`
}

function laneLines(): readonly Markup[] {
  return [1, 2].map((at) => html`<line class="rule" x1="0" x2="100%" y1="${at * laneHeight}" y2="${at * laneHeight}"/>`)
}

function draw(piece: Placed, halt: number): Markup {
  switch (piece.kind) {
    case 'attempt':
      return drawAttempt(piece)
    case 'halt':
      return html`<g><title>${haltWords(piece, halt)}</title><rect class="halt" x="${percent(piece.left)}" width="${percent(piece.width)}" y="0" height="100%"/><text class="label" x="${percent(piece.left + piece.width / 2)}" y="${laneHeight + 26}">H${halt}</text></g>`
    case 'by hand':
      return html`<svg class="mark" x="${percent(Math.min(piece.left, 99.3))}" y="${tops['by hand']}" overflow="visible"><title>${sayingOf(piece.record)}</title><path d="M-7 22 L0 15 L7 22 L0 29 Z"/></svg>`
  }
}

function drawAttempt({ attempt, ms, left, width }: Extract<Placed, { kind: 'attempt' }>): Markup {
  const { n, step, side, status } = attempt
  const { mark, paint } = marks[status]
  const top = tops[side] + laneHeight - barHeight - 4
  const middle = percent(left + width / 2)
  const number = width < 3 ? html`` : html`<text class="number" x="${middle}" y="${top + 17}">${n}</text>`
  const flag = status === 'OK' ? html`` : html`<text class="label ${paint}" x="${middle}" y="${top - 4}">${mark}</text>`
  return html`<g><title>${`${n} ${step}, ${side}: ${status}, ${span(ms)}`}</title><rect class="${width < 0.8 ? 'thin ' : ''}bar ${paint}" x="${percent(left)}" width="${percent(width)}" y="${top}" height="${barHeight}"/>${number}${flag}</g>`
}

function percent(share: number): string {
  return `${Number(share.toFixed(2))}%`
}

function inWords(pieces: readonly Placed[]): string {
  const count = (kind: Placed['kind']) => pieces.filter((piece) => piece.kind === kind).length
  return `${count('attempt')} tries of steps, ${count('halt')} halts, ${count('by hand')} records of what was done by hand; the tables below tell each`
}

function haltWords(piece: Extract<Placed, { kind: 'halt' }>, halt: number): string {
  return `H${halt}, ${lengthOf(piece)}: ${piece.why}`
}

function lengthOf({ isSilent, ms }: Extract<Placed, { kind: 'halt' }>): string {
  return `${isSilent ? 'nothing recorded' : 'halted'} for ${span(ms)}`
}

/** Halts and what was done by hand, as a list. */
function events(pieces: readonly Placed[]): Markup {
  let halt = 0
  const items = pieces.flatMap((piece) => {
    if (piece.kind === 'attempt') return []
    if (piece.kind === 'by hand') return [html`<li>${time(piece.record.time)} ◆ ${sayingOf(piece.record)}</li>`]
    halt += 1
    const until = piece.ended === undefined ? html` and still is` : html` until ${time(piece.ended)}`
    return [html`<li>${time(piece.began)}${until}: <strong>H${halt}</strong>, ${lengthOf(piece)}: ${piece.why}</li>`]
  })
  return items.length === 0
    ? html``
    : html`<ul class="events" aria-label="Halts, and what was done by hand">${items}</ul>`
}
