import type { Piece } from './timeline.ts'

/** A piece with its place, in percent of the timeline's width. */
export type Placed = Piece & { readonly left: number; readonly width: number }

// What is too short to be seen is drawn wider, and a halt of days as wide as one of a minute.
const leastShare = 1 / 150
const widestHalt = 6
const mostHalted = 40

/** Gives each piece its place. What was done by hand in a halt stands in it. */
export function placed(pieces: readonly Piece[]): readonly Placed[] {
  const halts = pieces.filter(({ kind }) => kind === 'halt').length
  const haltWidth = Math.min(widestHalt, mostHalted / Math.max(1, halts))
  const steps = pieces.flatMap((piece) => (piece.kind === 'attempt' ? [piece.ms] : []))
  const least = Math.max(1, sum(steps) * leastShare)
  const scale = (100 - halts * haltWidth) / Math.max(1, sum(steps.map((ms) => Math.max(ms, least))))
  let edge = 0
  let halt: { readonly left: number; readonly actions: number; done: number } | undefined
  return pieces.map((piece, index) => {
    const left = edge
    if (piece.kind === 'by hand') {
      if (halt === undefined) return { ...piece, left, width: 0 }
      halt.done += 1
      return { ...piece, left: halt.left + (haltWidth * halt.done) / (halt.actions + 1), width: 0 }
    }
    const width = piece.kind === 'halt' ? haltWidth : Math.max(piece.ms, least) * scale
    halt = piece.kind === 'halt' ? { left, actions: actionsAfter(pieces, index), done: 0 } : undefined
    edge += width
    return { ...piece, left, width }
  })
}

function actionsAfter(pieces: readonly Piece[], at: number): number {
  const next = pieces.findIndex(({ kind }, index) => index > at && kind !== 'by hand')
  return (next < 0 ? pieces.length : next) - at - 1
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
