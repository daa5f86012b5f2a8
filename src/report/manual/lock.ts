import { bundleFormat, byHand } from '../../journal/holder.ts'
import { quote } from '../../plan/quote.ts'
import type { Plan, PlannedStep } from '../../plan/types.ts'
import { concOf, heading, type PageFacts } from './facts.ts'
import { code, fence } from './markdown.ts'

/** How the lock is looked at, taken, marked and released by hand. Empty where no job takes it. */
export function lockParts(facts: PageFacts): readonly string[] {
  const { node, manual } = facts
  const plan = node.plans.find((one) => remoteStep(one, 'open-bundle') && remoteStep(one, 'close-bundle'))
  const [open, close] = [plan && remoteStep(plan, 'open-bundle'), plan && remoteStep(plan, 'close-bundle')]
  if (plan === undefined || open === undefined || close === undefined) return []
  const bundle = quote(plan.bundle)
  return [
    heading(facts, 1, 'The lock'),
    `The lock is the folder ${code(plan.bundle)} on the node, the bundle: whoever makes it has the node. conc takes it with \`open-bundle\` and releases it with \`close-bundle\`. Who has it says ${code(`${concOf(manual)} status ${node.name}`)}, and without conc:`,
    fence('sh', `cat ${bundle}/holder ${bundle}/remaining`),
    'It is held as long as it is there, however old it is. To take it by hand, and to mark whose it is:',
    fence('sh', takeCommand(open, { ...plan, job: byHand })),
    `If it says that the folder exists, somebody else has it: nothing was changed. What was done by hand is noted in the journal, for all who look later, with the step's number and name; while conc runs nothing there, as it reads that when it begins:`,
    fence('sh', noteCommand(bundle)),
    'To release it, once all is done or put back:',
    fence('sh', releaseCommand(close, plan)),
  ]
}

/** The step of the node's side that opens or closes the bundle. */
function remoteStep({ steps }: Plan, kind: 'open-bundle' | 'close-bundle'): PlannedStep | undefined {
  return steps.find(({ action, side }) => action.kind === kind && side === 'remote')
}

/** Whether the bundle is there when a step begins: then a run that ends there is on record, and can be resumed. */
export function isHeld({ n }: PlannedStep, plan: Plan): boolean {
  return (remoteStep(plan, 'open-bundle')?.n ?? Number.POSITIVE_INFINITY) < n
}

/** Takes the lock and marks it, so that conc and a person with `cat` see whose it is. */
export function takeCommand({ command }: PlannedStep, plan: Pick<Plan, 'job' | 'node' | 'app' | 'release' | 'bundle'>) {
  const bundle = quote(plan.bundle)
  const known = (['job', 'node', 'app', 'release'] as const).map((key) => quote(`${key}: ${plan[key]}`))
  const holder = [
    '"run: $run"',
    ...known,
    '"by: $(id -un)@$(uname -n)" "since: $now"',
    ...[`conc: ${byHand}`, `format: ${bundleFormat}`].map(quote),
  ]
  return [
    command,
    'now=$(date -u +%Y-%m-%dT%H:%M:%SZ) run=$(date -u +%Y%m%dT%H%M%SZ)-by-hand',
    `printf '%s\\n' ${holder.join(' ')} >${bundle}/holder`,
    // Left on purpose: else the run would look as if its runner were lost.
    `printf '%s\\n' "$now open $run" "$now halt $(id -un)@$(uname -n) ${byHand}" >${bundle}/journal`,
  ].join(' &&\n')
}

/** Releases it: the run's id stands in the bundle, whoever took it. */
export function releaseCommand({ command }: PlannedStep, { bundle }: Pick<Plan, 'bundle'>): string {
  return command.replace(/RUN$/, () => `"$(sed -n 's/^run: //p' ${quote(bundle)}/holder)"`)
}

function noteCommand(bundle: string): string {
  return `echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) mark N STEP done $(id -un)@$(uname -n) WHY" >>${bundle}/journal`
}
