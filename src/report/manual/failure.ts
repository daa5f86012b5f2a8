import type { Manual } from '../../operations/manual.ts'
import type { Plan, PlannedStep } from '../../plan/types.ts'
import { duration } from '../../words/clock.ts'
import { callOf, concOf, type PageFacts } from './facts.ts'
import { isHeld } from './lock.ts'
import { fence } from './markdown.ts'

type Way = readonly [command: string, what: string]

/** What it means when a step fails, and the commands that lead on. */
export function failureParts(step: PlannedStep, plan: Plan, facts: PageFacts): readonly string[] {
  const ways = waysOf(step, plan, facts.manual)
  const width = Math.max(...ways.map(([command]) => command.length))
  const lines = ways.map(([command, what]) => `${command.padEnd(width)}  # ${what}`)
  return [
    `**When it fails:** ${meaningOf(step, plan)} See [the states](${facts.states}).`,
    fence('sh', lines.join('\n')),
  ]
}

function meaningOf(step: PlannedStep, plan: Plan): string {
  const { action, side } = step
  const where = side === 'remote' ? 'the node' : 'the workstation'
  if (action.kind === 'open-bundle')
    return `somebody holds the bundle on ${where}: the run is BLOCKED, and nothing was changed by this step. It is never removed for its age.`
  if (action.kind === 'close-bundle') return 'the lock stays, and nobody else can begin.'
  if (action.kind === 'pause') return 'it can not: halted here, the run is STOPPED, and the bundle stays.'
  return [refusal(step, plan), ...lateness(step), loss(step, plan)].join(' ')
}

function loss(step: PlannedStep, plan: Plan): string {
  const gone = step.side === 'remote' ? 'the node is restarted' : 'conc itself is killed'
  const left = isHeld(step, plan) ? ': it is UNKNOWN, and waits for a word' : ', and no record says that it began'
  return `If ${gone} meanwhile nobody knows how it ended${left}.`
}

function refusal(step: PlannedStep, plan: Plan): string {
  const held = isHeld(step, plan) ? 'the bundle stays' : 'no bundle is there that could be resumed'
  return `an exit status other than 0 is FAILED: no step after it begins, and ${held}.`
}

function lateness({ options: { timeout } }: PlannedStep): readonly string[] {
  if (timeout === undefined) return []
  return [`After ${duration(timeout)} conc ends it with all its processes: TIMED OUT.`]
}

function waysOf(step: PlannedStep, plan: Plan, manual: Manual): readonly Way[] {
  const conc = concOf(manual)
  const run = callOf(manual, 'run', plan)
  const { kind } = step.action
  const { node } = plan
  const status = [`${conc} status ${node}`, 'who holds the node, and where the run stands'] as const
  const resume = [`${conc} resume ${node}`, 'goes on'] as const
  if (kind === 'open-bundle') return [status, [run, 'once it is free']]
  if (kind === 'pause') return [status, resume]
  if (!isHeld(step, plan)) return [[run, 'all of it again, once the cause is mended']]
  const retry = [`${conc} resume ${node} --retry`, 'this step again, once the cause is mended'] as const
  if (kind === 'close-bundle') return [status, retry]
  const done = [`${conc} mark ${node} ${step.name} --done -m WHY`, 'it was done by hand; then:'] as const
  return [[`${conc} log ${node} ${step.name}`, 'what it printed'], retry, done, resume]
}
