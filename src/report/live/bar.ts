import { rate, size } from '../amounts.ts'
import { elapsed } from './elapsed.ts'
import { widthOf } from './fit.ts'
import type { Transfer } from './state.ts'

const widest = 30
const narrowest = 8

/** A transfer as a bar with percent, bytes, rate and what remains; on a narrow terminal the least of them goes first. */
export function barLine(transfer: Transfer, columns: number): string {
  const { done, total } = transfer
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0
  const parts = [`${String(Math.floor(share * 100)).padStart(3)} %`, ...amounts(transfer)]
  while (parts.length > 1 && widthOf(parts.join('  ')) + narrowest + 2 > columns) parts.pop()
  const text = parts.join('  ')
  const width = Math.min(widest, columns - widthOf(text) - 2)
  if (width < 1) return text
  const filled = Math.floor(share * width)
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}  ${text}`
}

/** In the order of their worth. */
function amounts({ done, total, rate: speed, remaining, files, allFiles }: Transfer): readonly string[] {
  const fast = speed === undefined ? undefined : rate(speed, 1000)
  const left = remaining === undefined || done >= total ? '' : elapsed(remaining + 999)
  return [
    `${size(done)} of ${size(total)}`,
    ...(fast === undefined ? [] : [fast]),
    ...(left === '' ? [] : [`${left} left`]),
    ...(files === undefined || allFiles === undefined ? [] : [`${files} of ${allFiles} files`]),
  ]
}
