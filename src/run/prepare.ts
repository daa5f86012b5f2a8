import type { PlannedStep } from '../plan/types.ts'
import { tooShort } from '../secrets/redact.ts'
import { plainLine } from '../transport/plain.ts'
import { UnreachableError } from '../words/errors.ts'
import { selects } from './selection.ts'
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

async function askForPassword(run: Run, ahead: readonly PlannedStep[]): Promise<void> {
  const { plan, ports, vault, link } = run
  const step = ahead.find(({ side, options }) => side === 'remote' && options.as !== undefined)
  if (step === undefined || plan.attributes.get('sudo')?.value === 'nopasswd') return
  const probe = await link.session.ask('needs_no_password')
  if (probe.words[0] === '0') return
  const where = `${plan.node}: step ${step.name} runs as ${step.options.as}, and`
  if (probe.words[0] === '127') throw new UnreachableError(`${where} there is no sudo. Install it on the node.`)
  const said = lastLine(probe.stderr)
  const password = await ports.sudoPassword?.(said)
  if (password === undefined) {
    throw new UnreachableError(
      `${where} sudo wants a password that nobody gives. It says: ${said}. Give --sudo-password-command, or set sudo = nopasswd where its rules let these steps run without one.`,
    )
  }
  vault.keepPassword(password)
  if ((await link.session.ask('can_feed')).words[0] !== '0') {
    throw new UnreachableError(`${where} the node's /bin/sh can't keep a password from ps. Use dash, bash or busybox.`)
  }
  vault.handTo(link.session)
  const check = await link.session.ask('check_password')
  if (check.words[0] !== '0') {
    throw new UnreachableError(`${where} sudo refuses. It says: ${lastLine(check.stderr)}.`)
  }
}

/** sudo's last words: those before them may be its lecture. */
function lastLine(text: Buffer): string {
  const lines = text.toString('utf8').trim().split('\n')
  return plainLine(lines.at(-1) ?? '').replace(/^sudo: |\.$/g, '') || 'nothing'
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
