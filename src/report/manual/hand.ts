import type { Plan, PlannedOptions, PlannedStep } from '../../plan/types.ts'
import { visible } from '../clean.ts'
import { callOf, type PageFacts } from './facts.ts'
import { releaseCommand, takeCommand } from './lock.ts'
import { code, fence } from './markdown.ts'
import { withSecrets } from './secrets.ts'

/** What a person types to do a step, and where. */
export function handParts(step: PlannedStep, plan: Plan, facts: PageFacts): readonly string[] {
  const { side, options, action } = step
  if (action.kind === 'pause') return ['**By hand:** nothing to type. Look, and go on when it is as it should be.']
  const where = side === 'remote' ? '**On the node:**' : '**On the workstation:**'
  const lines = typedLines(step, plan)
  const typed = options.secrets === undefined ? [fence('sh', lines)] : withSecrets(step, options.secrets, facts)
  return [where, ...typed, ...hiddenNote(lines, plan, facts), ...folderNote(options)]
}

/** As the plan has it; the lock is marked too, and released under the id that stands in it. */
function typedLines(step: PlannedStep, plan: Plan): string {
  const { action, side, command } = step
  if (side === 'local') return command
  if (action.kind === 'open-bundle') return takeCommand(step, plan)
  return action.kind === 'close-bundle' ? releaseCommand(step, plan) : command
}

/** What could not be seen on the page is not what is typed. */
function hiddenNote(lines: string, plan: Plan, { manual }: PageFacts): readonly string[] {
  if (visible(lines) === lines) return []
  return [
    `Characters of it that can not be seen stand here as escapes, such as \`\\x1b\`: ${code(`${callOf(manual, 'plan', plan)} --json`)} has them as they are.`,
  ]
}

/** With secrets it is typed in a shell of its own. */
function folderNote({ cd, secrets }: PlannedOptions): readonly string[] {
  if (cd === undefined || secrets !== undefined) return []
  return ['It changes the folder: `cd -` goes back to where the next one starts.']
}
