import { quote, quoteAll } from '../plan/quote.ts'
import { toRecord } from '../plan/record.ts'
import type { PlannedStep } from '../plan/types.ts'
import { rangeOf, selects } from './selection.ts'
import type { Run } from './types.ts'

/** What a person could type for a step of this run: the id is known now. */
export function shownCommand(step: PlannedStep, { id }: Pick<Run, 'id'>): string {
  return step.action.kind === 'close-bundle' ? step.command.replace(/RUN$/, quote(id)) : step.command
}

/** The step in one line, where its command is the text of a file. Absent of any other: that is shown itself. */
export function briefOf({ op, words, action }: PlannedStep): { readonly brief?: string } {
  if (op !== 'script' || action.kind !== 'command' || !('script' in action.command)) return {}
  const lines = action.command.script.trimEnd().split('\n')
  const first = lines.find((line) => /^\s*[^#\s]/.test(line))
  if (first === undefined || lines.length === 1) return {}
  return { brief: `script ${quoteAll(words)}  (${lines.length} lines, from: ${first.trim()})` }
}

/** The plain text in the bundle from which a person with ssh and cat can finish the run. */
export function commandsText({ id, plan, ports, selection }: Run): string {
  const { job, node, app, release, bundle } = plan
  const lines = [
    `# Run ${id}: job ${job} of ${app} ${release} on ${node}, by ${ports.who}.`,
    '# Every step in order. What is done stands in the file journal beside this one, as `end N … OK`, and at each stop',
    '# what remains is written into the file remaining.',
    `# remote: in the home of the login user on ${node}. local: on the workstation, in the folder of the deploy file.`,
    '# Attributes that a step uses are in its command.',
    '',
    ...plan.steps.flatMap((step) => {
      const text = selects(selection, step)
        ? shownCommand(step, { id })
        : '# It is left out: the run was begun without it.'
      return [`# ${step.n}. ${step.name} (${step.side})`, text, '']
    }),
    `# The lock is this folder, ${bundle}: the last step removes it.`,
  ]
  return `${lines.join('\n')}\n`
}

/** The plan as it lies in the bundle, with the `--set` values it was made with, so that a resume makes the same one, the nodes it was begun on together, and which steps were asked for. */
export function planText({ plan, ports, fleet, selection }: Run): string {
  const set = [...plan.attributes].filter(([, { from }]) => from === '--set').map(([key, { value }]) => [key, value])
  const together = fleet === undefined ? {} : { nodes: fleet }
  const range = rangeOf(selection, plan)
  const kept = { ...toRecord(plan, ports.version), set: Object.fromEntries(set), ...together, ...(range && { range }) }
  return `${JSON.stringify(kept)}\n`
}
