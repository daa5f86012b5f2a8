import type { PlannedStep } from '../plan/types.ts'
import { visible } from '../report/clean.ts'
import { briefOf } from '../run/commands.ts'
import type { Before, Operator, StepAnswer } from '../run/operator.ts'
import type { Prompts } from '../transport/types.ts'
import { dropTyped } from './keys.ts'
import type { Stage } from './stage.ts'
import type { LocalTerminal } from './terminal.ts'

/** Questions are talk: they go to stderr, so that results can be piped on. */
const output = process.stderr

/** The person at this terminal, asked one thing at a time. */
export function personAt(stage: Stage, terminal: LocalTerminal | undefined): { prompts: Prompts; operator: Operator } {
  const asked = <T>(ask: () => Promise<T>) =>
    stage.aside(async () => {
      await dropTyped(process.stdin)
      return ask()
    })
  return {
    prompts: {
      secret: (question) => asked(() => askSecret(question)),
      confirm: (question) => asked(() => confirm(question)),
      kept: new Map(),
    },
    operator: {
      pause: (step, message) => stage.operator?.pause(step, message) ?? asked(() => pause(step, message)),
      before: (step, about) => stage.operator?.before(step, about) ?? asked(() => askBefore(step, about)),
      ...(terminal === undefined
        ? {}
        : {
            terminal: (open) =>
              stage.aside(async () => {
                await terminal.connect(await open(terminal.kind, terminal.size()))
              }),
          }),
    },
  }
}

async function askSecret(question: string): Promise<string | undefined> {
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message: visible(question), output })
  return isCancel(answer) ? undefined : answer
}

async function confirm(question: string): Promise<boolean> {
  const { confirm: ask, isCancel } = await import('@clack/prompts')
  const answer = await ask({ message: visible(question), initialValue: false, output })
  return !isCancel(answer) && answer
}

async function pause(step: PlannedStep, message: string): Promise<boolean> {
  const { confirm: ask, isCancel } = await import('@clack/prompts')
  const question = `${step.name}: ${message === '' ? 'paused' : message}`
  const answer = await ask({ message: visible(question), active: 'Go on', inactive: 'Halt here', output })
  return !isCancel(answer) && answer
}

/** Answers in the place of running a step. */
const settling = [
  { value: 'skip', label: 'Skip it', hint: 'with a reason' },
  { value: 'done', label: 'It is done by hand', hint: 'with a reason' },
] as const

async function askBefore(step: PlannedStep, about: Before): Promise<StepAnswer> {
  for (;;) {
    const answer = await chooseBefore(step, about)
    if (answer === 'run' || answer === 'rest' || answer === 'shell' || answer === 'halt') return { kind: answer }
    if (answer === 'command') output.write(`${visible(step.command)}\n`)
    else {
      const why = await askReason()
      // Who gives no reason has not answered yet.
      if (why !== undefined) return { kind: answer, why }
    }
  }
}

async function chooseBefore(step: PlannedStep, { node, shell, bound }: Before) {
  const { isCancel, select } = await import('@clack/prompts')
  const { brief } = briefOf(step)
  const answer = await select({
    message: visible(`${step.n}. ${step.name} on ${node} (${step.side}): ${brief ?? step.command}`),
    output,
    options: [
      { value: 'run', label: 'Run it', ...(bound === undefined ? {} : { hint: visible(bound) }) },
      ...(bound === undefined ? settling : []),
      ...(brief === undefined ? [] : ([{ value: 'command', label: 'Show the exact command' }] as const)),
      ...(shell ? ([{ value: 'shell', label: 'Shell', hint: 'in the bundle' }] as const) : []),
      { value: 'rest', label: 'Run it and all the rest' },
      { value: 'halt', label: 'Halt here' },
    ] as const,
  })
  return isCancel(answer) ? 'halt' : answer
}

/** What became of a step that a person looked at, and why; undefined when there is nothing to record. */
export async function askMark(step: string): Promise<{ as: 'done' | 'skip'; why: string } | undefined> {
  const { isCancel, select } = await import('@clack/prompts')
  const as = await select({
    message: visible(`What is to be recorded of ${step}?`),
    output,
    options: [
      { value: 'leave', label: 'Nothing', hint: 'it stays as it is' },
      { value: 'done', label: 'It is done by hand', hint: 'with a reason' },
      { value: 'skip', label: 'It is not to be done', hint: 'with a reason' },
    ] as const,
  })
  if (isCancel(as) || as === 'leave') return undefined
  const why = await askReason()
  return why === undefined ? undefined : { as, why }
}

async function askReason(): Promise<string | undefined> {
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await text({
    message: 'Why?',
    output,
    validate: (value) => (value?.trim() ? undefined : 'A reason is recorded.'),
  })
  return isCancel(answer) ? undefined : answer
}
