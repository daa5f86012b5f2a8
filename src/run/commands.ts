import { quote } from '../plan/quote.ts'
import { toRecord } from '../plan/record.ts'
import type { PlannedStep } from '../plan/types.ts'
import type { Run } from './types.ts'

/** What a person could type for a step of this run: the id is known now. */
export function shownCommand(step: PlannedStep, { id }: Pick<Run, 'id'>): string {
  return step.action.kind === 'close-bundle' ? step.command.replace(/RUN$/, quote(id)) : step.command
}

/** The plain text in the bundle from which a person with ssh and cat can finish the run. */
export function commandsText({ id, plan, ports }: Run): string {
  const { job, node, app, release, bundle } = plan
  const lines = [
    `# Run ${id}: job ${job} of ${app} ${release} on ${node}, by ${ports.who}.`,
    '# Every step in order. What is done stands in the file journal beside this one, as `end N … OK`, and at each stop',
    '# what remains is written into the file remaining.',
    `# remote: in the home of the login user on ${node}. local: on the workstation, in the folder of the deploy file.`,
    '# Attributes that a step uses are in its command.',
    '',
    ...plan.steps.flatMap((step) => [`# ${step.n}. ${step.name} (${step.side})`, shownCommand(step, { id }), '']),
    `# The lock is this folder, ${bundle}: the last step removes it.`,
  ]
  return `${lines.join('\n')}\n`
}

/** The plan as it lies in the bundle, with the `--set` values it was made with, so that a resume makes the same one, and the nodes it was begun on together. */
export function planText({ plan, ports, fleet }: Run): string {
  const set = [...plan.attributes].filter(([, { from }]) => from === '--set').map(([key, { value }]) => [key, value])
  const together = fleet === undefined ? {} : { nodes: fleet }
  return `${JSON.stringify({ ...toRecord(plan, ports.version), set: Object.fromEntries(set), ...together })}\n`
}
