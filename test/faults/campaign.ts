import type { Sshd } from '../fixtures/sshd.ts'
import type { Fault } from './fault.ts'
import { randomFrom } from './random.ts'

/** What a fault did in all its trials. */
export interface Row {
  readonly fault: string
  readonly trials: number
  /** Trials in which something was wrong, each with what it was. */
  readonly violations: readonly { readonly trial: number; readonly found: readonly string[] }[]
  readonly tally: ReadonlyMap<string, number>
  readonly seconds: number
}

export interface CampaignOptions {
  readonly seed: number
  /** How many trials of a fault. */
  readonly trials: (fault: Fault) => number
  /** How many at a time. */
  readonly width: number
  readonly onTrial?: (fault: Fault, done: number, of: number) => void
}

/** Runs the faults' trials. Each trial has random numbers of its own, so it can be repeated by its seed and number. */
export async function campaign(
  sshd: Sshd,
  faults: readonly Fault[],
  options: CampaignOptions,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const fault of faults) rows.push(await row(sshd, fault, options))
  return rows
}

async function row(sshd: Sshd, fault: Fault, { seed, trials, width, onTrial }: CampaignOptions): Promise<Row> {
  const began = performance.now()
  const most = trials(fault)
  const tally = new Map<string, number>()
  const violations: { trial: number; found: readonly string[] }[] = []
  let next = 0
  let done = 0
  const lanes = fault.alone ? 1 : width
  const lane = async () => {
    for (let trial = next++; trial < most; trial = next++) {
      const found = await fault.trial({ sshd, tally, random: randomFrom(seed * 100_003 + trial) })
      if (found.length > 0) violations.push({ trial, found })
      onTrial?.(fault, ++done, most)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return { fault: fault.name, trials: most, violations, tally, seconds: (performance.now() - began) / 1000 }
}

/** The table of a campaign, as it stands in the manual. */
export function table(rows: readonly Row[]): string {
  const of = ({ fault, trials, violations, tally, seconds }: Row) => {
    const happened = [...tally].map(([what, times]) => `${what} ${times}`).join(', ')
    return `| ${fault} | ${trials} | ${violations.length} | ${happened || '–'} | ${Math.round(seconds)} |`
  }
  return [
    '| fault | trials | violations | what happened | seconds |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(of),
  ].join('\n')
}
