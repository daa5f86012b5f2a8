import type { Outcome } from '../../ops/tests.ts'
import { count } from '../amounts.ts'
import { visible, visibleLine } from '../clean.ts'
import { marks } from '../marks.ts'
import type { ScanEventOf, TestEventOf } from './reporter.ts'

/** How each outcome looks: its mark and colour, and the word for several tests that ended so. */
export const outcomes: Readonly<
  Record<Outcome | 'unreachable', { readonly word: string } & (typeof marks)[keyof typeof marks]>
> = {
  fail: { ...marks.FAILED, word: 'failed' },
  unknown: { ...marks.UNKNOWN, word: 'unknown' },
  interrupted: { ...marks.STOPPED, word: 'interrupted' },
  pass: { ...marks.OK, word: 'passed' },
  skip: { ...marks.SKIPPED, word: 'skipped' },
  unreachable: { ...marks.ERROR, word: 'unreachable' },
}

const order = ['fail', 'interrupted', 'unknown', 'pass', 'skip'] as const

/** `1 failed, 12 passed`: the worst first, what there is none of left away. */
export function countsText(counts: Readonly<Record<Outcome, number>>, waived = 0): string {
  const parts = order.map((outcome) => [counts[outcome] - (outcome === 'skip' ? waived : 0), outcomes[outcome].word])
  const there = [...parts, [waived, 'waived']].filter(([n]) => n !== 0)
  return there.map(([n, word]) => `${n} ${word}`).join(', ') || 'no tests'
}

/** What a node's tests cost: `4 round trips, 0.8 s`, the time as it is shown. */
export function tripsText(roundTrips: number, time: string): string {
  return `${count(roundTrips, 'round trip')}, ${time}`
}

/** Why a test ended as it did, line by line; of a waived one also until when that is put up with. */
export function whyLines({ waived, why }: Pick<ScanEventOf<'test-end'>, 'waived' | 'why'>): string[] {
  const lead = waived === undefined ? [] : [visibleLine(`waived until ${waived.until}: ${waived.reason}`)]
  return [...lead, ...linesOf(why ?? '')]
}

/** What an `.only` that somebody forgot hides: `nodetests/shop.nodetest.ts:12: …`. */
export function onlyText({ file, line }: TestEventOf<'file-only'>): string {
  return `${file}:${line}: \`.only\` leaves out the other tests of its file. Remove it.`
}

/** A text of the node or of a test as lines that may be shown. */
export function linesOf(text: string): string[] {
  const shown = visible(text).trimEnd()
  return shown === '' ? [] : shown.split('\n')
}
