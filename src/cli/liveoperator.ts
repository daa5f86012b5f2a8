import type { PlannedStep } from '../plan/types.ts'
import { visible } from '../report/clean.ts'
import type { Choice, Question } from '../report/live/foot.ts'
import { briefOf } from '../run/commands.ts'
import type { Before, Operator, StepAnswer } from '../run/operator.ts'
import type { Stage } from './stage.ts'

const goOnOrHalt: readonly Choice[] = [
  { key: 'g', label: 'go on' },
  { key: 'h', label: 'halt here' },
]

const beforeStep: readonly Choice[] = [
  { key: 'r', label: 'run it', short: 'run' },
  { key: 's', label: 'skip it', short: 'skip' },
  { key: 'd', label: 'it is done by hand', short: 'by hand' },
  { key: 'c', label: 'show the command', short: 'command' },
  { key: 'a', label: 'run it and all the rest', short: 'all the rest' },
  { key: 'h', label: 'halt here', short: 'halt' },
]

const shell: Choice = { key: '!', label: 'shell' }

/** A view in whose place a person can be asked. */
export interface Asker {
  /** Writes text above the list, where it stays in sight until the next answer. */
  tell(text: string): void
  /** Whether the person wishes the run to end. */
  readonly isHalted: boolean
  /** Asks for one of some keys; undefined when the run is halted meanwhile. */
  choose(question: Question): Promise<string | undefined>
  /** Asks for a line of text; undefined on Escape. */
  write(question: string): Promise<string | undefined>
}

/** The person at a live view: asked below the list, answers by single keys. */
export function liveOperator(view: Asker, stage: Stage): Operator {
  return {
    pause: (step, message) =>
      stage.turn(async () => {
        const question = `${step.name}: ${message === '' ? 'paused' : message}`
        return !view.isHalted && (await view.choose({ question, choices: goOnOrHalt })) === 'g'
      }),
    before: (step, about) => stage.turn(() => ask(view, step, about)),
  }
}

async function ask(view: Asker, step: PlannedStep, about: Before): Promise<StepAnswer> {
  const offered = about.bound === undefined ? beforeStep : beforeStep.filter(({ key }) => key !== 's' && key !== 'd')
  const choices = about.shell ? [...offered, shell] : offered
  const { brief = firstLine(step.command) } = briefOf(step)
  const detail = [brief, ...(about.bound === undefined ? [] : [about.bound])].join('\n')
  const question = `${step.n}. ${step.name} on ${about.node} (${step.side})`
  const command = `# ${visible(question)}\n${visible(step.command)}\n`
  while (!view.isHalted) {
    const key = await view.choose({ question, choices, detail, step: step.name })
    switch (key) {
      case 'r':
        return { kind: 'run' }
      case 'a':
        return { kind: 'rest' }
      case '!':
        return { kind: 'shell' }
      case 'c':
        view.tell(command)
        break
      case 's':
      case 'd': {
        const kind = key === 's' ? 'skip' : 'done'
        const why = await view.write(kind === 'skip' ? 'Why is it skipped?' : 'What was done by hand?')
        if (why !== undefined) return { kind, why }
        break
      }
      default:
        return { kind: 'halt' }
    }
  }
  return { kind: 'halt' }
}

function firstLine(command: string): string {
  const [first = '', ...more] = command.split('\n')
  return more.length > 0 ? `${first} …` : first
}
