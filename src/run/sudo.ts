import type { Session } from '../agent/session.ts'
import type { Attributes } from '../deployfile/types.ts'
import { plainLine } from '../transport/plain.ts'
import { UnreachableError } from '../words/errors.ts'
import type { Ports, Run } from './types.ts'
import type { Vault } from './vault.ts'

export interface SudoInput {
  readonly session: Session
  readonly vault: Vault
  readonly ports: Pick<Ports, 'sudoPassword'>
  /** The node's rules let these commands run without a password: the attribute `sudo = nopasswd`. */
  readonly trusted: boolean
  /** Who needs it, for messages: `web1: step migrate runs as root`. */
  readonly who: string
}

/** Whether the node's rules let commands of other users run without a password. */
export function trustsSudo(attributes: Attributes): boolean {
  return attributes.get('sudo')?.value === 'nopasswd'
}

/** What a step's op needs to run commands of other users. */
export function sudoOf(
  { plan, ports, vault }: Pick<Run, 'plan' | 'ports' | 'vault'>,
  step: string,
): Omit<SudoInput, 'session'> {
  const who = `${plan.node}: step ${step} runs a command as another user`
  return { vault, ports, trusted: trustsSudo(plan.attributes), who }
}

/**
 * Makes an agent ready for commands of other users: the password of sudo is asked for where it wants one, and tried
 * once. Throws UnreachableError when sudo refuses.
 */
export async function readySudo({ session, vault, ports, trusted, who }: SudoInput): Promise<void> {
  if (trusted || vault.sudoIsReady) return
  const probe = await session.ask('needs_no_password')
  if (probe.words[0] === '127') throw new UnreachableError(`${who}, and there is no sudo. Install it on the node.`)
  if (probe.words[0] !== '0') await askForPassword({ session, vault, ports, who }, lastLine(probe.stderr))
  vault.sudoIsReady = true
}

async function askForPassword({ session, vault, ports, who }: Omit<SudoInput, 'trusted'>, said: string): Promise<void> {
  const password = await ports.sudoPassword?.(said)
  if (password === undefined) {
    throw new UnreachableError(
      `${who}, and sudo wants a password that nobody gives. It says: ${said}. Give --sudo-password-command, or set sudo = nopasswd where its rules let this run without one.`,
    )
  }
  if ((await session.ask('can_feed')).words[0] !== '0') {
    throw new UnreachableError(
      `${who}, and the node's /bin/sh can't keep a password from ps. Use dash, bash or busybox.`,
    )
  }
  vault.keepPassword(password)
  vault.handTo(session)
  const check = await session.ask('check_password')
  if (check.words[0] !== '0')
    throw new UnreachableError(`${who}, and sudo refuses. It says: ${lastLine(check.stderr)}.`)
}

/** sudo's last words: those before them may be its lecture. */
function lastLine(text: Buffer): string {
  const lines = text.toString('utf8').trim().split('\n')
  return plainLine(lines.at(-1) ?? '').replace(/^sudo: |\.$/g, '') || 'nothing'
}
