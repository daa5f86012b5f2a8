import { exitCodes } from '../../words/status.ts'
import { worstFirst } from '../../words/worst.ts'
import type { Block } from './block.ts'
import { exitRows } from './command.ts'

/** What conc exits with. */
export function exitsPage(): readonly Block[] {
  const order = worstFirst.map((name) => exitCodes[name].code).join(', ')
  return [
    {
      text: 'Each code has one meaning, for every command. A run goes on only after OK: whatever else ends it keeps the bundle.',
    },
    { title: 'Exit codes', rows: exitRows() },
    { text: `Of several nodes it is the code of the one that ended worst, in this order: ${order}.` },
    { title: 'See also', lines: ['conc help run', 'conc help resume', 'conc help status'] },
  ]
}
