import type { PlannedStep } from '../plan/types.ts'
import { visible } from '../report/clean.ts'
import type { Operator, StepAnswer } from '../run/operator.ts'
import type { Prompts } from '../transport/types.ts'

/** Questions are talk: they go to stderr, so that results can be piped on. */
const output = process.stderr

export const prompts: Prompts = {
  async secret(question) {
    const { isCancel, password } = await import('@clack/prompts')
    const answer = await password({ message: visible(question), output })
    return isCancel(answer) ? undefined : answer
  },
  async confirm(question) {
    const { confirm, isCancel } = await import('@clack/prompts')
    const answer = await confirm({ message: visible(question), initialValue: false, output })
    return !isCancel(answer) && answer
  },
}

export const operator: Operator = {
  async pause(step, message) {
    const { confirm, isCancel } = await import('@clack/prompts')
    const question = `${step.name}: ${message === '' ? 'paused' : message}`
    const answer = await confirm({ message: visible(question), active: 'Go on', inactive: 'Halt here', output })
    return !isCancel(answer) && answer
  },
  before: ask,
}

async function ask(step: PlannedStep): Promise<StepAnswer> {
  const { isCancel, select } = await import('@clack/prompts')
  const answer = await select({
    message: visible(`${step.n}. ${step.name} (${step.side}): ${step.command}`),
    output,
    options: [
      { value: 'run', label: 'Run it' },
      { value: 'skip', label: 'Skip it', hint: 'with a reason' },
      { value: 'done', label: 'It is done by hand', hint: 'with a reason' },
      { value: 'rest', label: 'Run it and all the rest' },
      { value: 'halt', label: 'Halt here' },
    ] as const,
  })
  if (isCancel(answer) || answer === 'halt') return { kind: 'halt' }
  if (answer === 'run' || answer === 'rest') return { kind: answer }
  const why = await reason()
  return why === undefined ? { kind: 'halt' } : { kind: answer, why }
}

async function reason(): Promise<string | undefined> {
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await text({
    message: 'Why?',
    output,
    validate: (value) => (value ? undefined : 'A reason is recorded.'),
  })
  return isCancel(answer) ? undefined : answer
}
