import type { Paper } from './block.ts'

/** What help is written on: the terminal's width, as far as lines of it are read with ease; 80 columns elsewhere. */
export function paper({ columns = 80 }: { readonly columns?: number }, color: boolean): Paper {
  return { width: Math.min(Math.max(columns, 20), 100), color }
}
