import type { BundleReport } from '../bundle/read.ts'
import { isTakenByHand } from '../bundle/readable.ts'
import { decisiveStep } from '../journal/ending.ts'

type Ways = readonly (readonly [what: string, command: string])[]

/** What a person may do next about a run that holds a node: commands, each with what it does. */
export function waysFrom(
  report: Pick<BundleReport, 'state' | 'steps' | 'plan' | 'holder'>,
  node: string,
  conc: string,
): Ways {
  const { state, steps, plan, holder } = report
  const step = decisiveStep(steps)
  const resume = ['go on', `${conc} resume ${node}`] as const
  if (state === 'FREE') return []
  if (state === 'RUNNING') {
    return [
      ['watch', `${conc} log ${node} --follow`],
      ['halt', `${conc} halt ${node}`],
    ]
  }
  if (isTakenByHand(report)) return [['give up', `${conc} unlock ${node} --id ${holder?.run} -m WHY`]]
  const op = plan?.steps.find(({ name }) => name === step?.name)?.op
  if (step === undefined || op === 'pause') return [resume]
  const said = ['what it said', `${conc} log ${node} ${step.name}`] as const
  const retry = ['try again', `${conc} resume ${node} --retry`] as const
  // What is about the lock itself can't be marked.
  if (op === 'open-bundle' || op === 'close-bundle') return [said, retry]
  return [said, retry, ['by hand', `${conc} mark ${node} ${step.name} --done -m WHY`]]
}

/** The same where a bundle names no run. What is no bundle is for a person to look at. */
export function waysUnnamed({ state, evidence }: BundleReport, node: string, conc: string): Ways {
  const isBundle = state !== 'RUNNING' && evidence.bundle === 'there'
  return isBundle ? [['give up', `${conc} unlock ${node} --id unnamed -m WHY`]] : []
}
