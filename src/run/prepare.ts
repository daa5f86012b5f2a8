import type { PlannedStep } from '../plan/types.ts'
import { tooShort } from '../secrets/redact.ts'
import { selects } from './selection.ts'
import { readySudo, trustsSudo } from './sudo.ts'
import type { Run } from './types.ts'

/**
 * Asks for what the steps ahead need that nobody else may know, before anything is changed: the password of sudo, tried
 * once, and the secrets. Throws UnreachableError when sudo refuses, UsageError for a secret that can't be had.
 */
export async function prepare(run: Run, settled: ReadonlySet<string>): Promise<void> {
  const { until } = run.selection
  const ahead = run.plan.steps.filter(
    (step) => !settled.has(step.name) && selects(run.selection, step) && (until === undefined || step.n < until),
  )
  await askForPassword(run, ahead)
  await askForSecrets(run, ahead)
  run.vault.handTo(run.link.session)
}

async function askForPassword({ plan, ports, vault, link }: Run, ahead: readonly PlannedStep[]): Promise<void> {
  const step = ahead.find(({ side, options }) => side === 'remote' && options.as !== undefined)
  if (step === undefined) return
  const who = `${plan.node}: step ${step.name} runs as ${step.options.as}`
  await readySudo({ session: link.session, vault, ports, trusted: trustsSudo(plan.attributes), who })
}

async function askForSecrets({ ports, vault, emit }: Run, ahead: readonly PlannedStep[]): Promise<void> {
  for (const name of new Set(ahead.flatMap(({ options }) => options.secrets ?? []))) {
    if (vault.has(name)) continue
    const secret = await ports.readSecret(name)
    vault.keep(secret)
    if (tooShort(secret)) {
      emit({
        event: 'note',
        level: 'warning',
        message: `the secret ${name} is too short to be hidden in what steps print`,
      })
    }
  }
}
