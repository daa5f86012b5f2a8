import { leave, noteShell, takeOver } from '../../bundle/hold.ts'
import { type BundleReport, readBundle } from '../../bundle/read.ts'
import { resumption } from '../../journal/resume.ts'
import type { StepState } from '../../journal/state.ts'
import { mark } from '../../operations/control.ts'
import { attributesOf, chooseNode, type Deploy } from '../../operations/deploy.ts'
import { atNode } from '../../operations/node.ts'
import { overridesOf } from '../../operations/resume.ts'
import { visibleLine } from '../../report/clean.ts'
import type { Link } from '../../run/link.ts'
import { whyNotResumable } from '../../run/resumable.ts'
import { readyShell } from '../../run/shell.ts'
import { UsageError } from '../../words/errors.ts'
import { type CommonOptions, called, readDeploy } from '../deploy.ts'
import type { World } from '../world.ts'

/** `conc shell NODE`: an interactive login in the bundle of a halted run, its attributes in the environment; recorded. */
export async function shell([pattern = '']: readonly string[], options: CommonOptions, world: World): Promise<number> {
  const { terminal } = world
  if (terminal === undefined)
    throw new UsageError('shell is for a person at a terminal, and there is none. conc exec runs a command.')
  const deploy = await readDeploy(options)
  const node = chooseNode(deploy, pattern)
  const { run, after } = await atNode(deploy, node, world, async ({ link, bundle }) => {
    const report = await enter(link, bundle, node, world)
    const run = report.holder?.run ?? ''
    const attributes = attributesOf(deploy, node, overridesOf(deploy, report.plan))
    const command = await readyShell(link.session, { bundle, attributes, run })
    world.say(`conc: ${node}, in ${bundle}. Exit to come back.\n`)
    await terminal.connect(await link.connection.openTerminal(command, terminal.kind, terminal.size()))
    return { run, after: await comeBack(link, bundle, run, world) }
  })
  world.say(`conc: back from ${node}.\n`)
  if (after.holder?.run !== run) {
    world.say(
      `Run ${visibleLine(run)} is no longer there: it was given up or ended meanwhile. Nothing is to be resumed.\n`,
    )
    return 0
  }
  const isMarked = await offerMark(deploy, node, nextStep(after), world)
  const { conc } = called(world, options)
  world.say(`To go on: ${isMarked ? `${conc} resume ${node}` : wayOn(after, node, conc)}\n`)
  return 0
}

/** The step that a mark would be about: the first that is not settled, where it is known not to run. */
function nextStep({ steps, plan }: BundleReport): StepState | undefined {
  const step = steps.find(({ status }) => status !== 'OK' && status !== 'SKIPPED')
  return step?.status === 'RUNNING' || isLock(step, plan) ? undefined : step
}

/** Whether a step is about the lock itself, which nobody marks. */
function isLock(step: StepState | undefined, plan: BundleReport['plan']): boolean {
  const op = plan?.steps.find(({ name }) => name === step?.name)?.op
  return op === 'open-bundle' || op === 'close-bundle'
}

/** The command that goes on: a step that waits for a word is tried again, or marked. */
function wayOn({ steps, plan }: BundleReport, node: string, conc: string): string {
  const pauses = new Set(plan?.steps.filter(({ op }) => op === 'pause').map(({ name }) => name))
  const next = resumption(steps, false, pauses)
  const resume = `${conc} resume ${node}`
  if (next.kind !== 'ask') return resume
  if (isLock(next.step, plan)) return `${resume} --retry`
  return `${resume} --retry, or ${conc} mark ${node} ${visibleLine(next.step.name)} --done -m WHY`
}

/** Lets the person say at once what became of the step, as `conc mark` does. Gives whether they did. */
async function offerMark(deploy: Deploy, node: string, step: StepState | undefined, world: World): Promise<boolean> {
  if (step === undefined || world.operator === undefined) return false
  const { askMark } = await import('../person.ts')
  const said = await askMark(`${step.name} (${step.status}) on ${node}`)
  if (said === undefined) return false
  await mark(deploy, node, { step: step.name, ...said }, world)
  const what = said.as === 'done' ? 'done by hand' : 'skipped'
  world.say(`${node}: ${visibleLine(step.name)} is marked ${what} by ${world.who}: ${visibleLine(said.why)}\n`)
  return true
}

/** Writes into the journal that a person goes into the bundle; refused while a run is in progress. */
async function enter({ session }: Link, bundle: string, node: string, world: World): Promise<BundleReport> {
  const report = await readBundle(session, bundle)
  const obstacle = whyNotResumable(report, bundle, node, world.now())
  if (obstacle !== undefined) throw obstacle
  await takeOver(session, bundle, report, { by: world.who })
  await noteShell(session, 'entered', world.who)
  return report
}

/** Writes that the person came out, where the run is still there. Gives what the bundle says then. */
async function comeBack({ session }: Link, bundle: string, run: string, world: World): Promise<BundleReport> {
  const report = await readBundle(session, bundle)
  if (report.holder?.run !== run) return report
  if (!report.evidence.attended) await takeOver(session, bundle, report, { by: world.who })
  await noteShell(session, 'left', world.who)
  await leave(session, world.who, 'after a shell')
  return report
}
