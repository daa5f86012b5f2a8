import type { Answer, Session } from '../../agent/session.ts'
import { quote, quoteAll } from '../../plan/quote.ts'
import type { Ports } from '../../run/types.ts'
import { Vault } from '../../run/vault.ts'
import type { Secret } from '../../secrets/secret.ts'
import { plainLine } from '../../transport/plain.ts'
import { UsageError } from '../../words/errors.ts'
import { type Finding, good, wrong } from './finding.ts'
import { ask } from './script.ts'
import type { AsOther } from './steps.ts'

interface SudoFor {
  readonly session: Session
  readonly steps: readonly AsOther[]
  /** The attribute `sudo = nopasswd`. */
  readonly trusted: boolean
  /** Asks for the password, telling what sudo said; undefined when nobody gives it. */
  readonly password: Ports['sudoPassword']
}

/** Whether these steps can run as the users they name. A password that sudo wants is tried, once, where somebody gives it. */
export async function sudoFor(asked: SudoFor): Promise<readonly Finding[]> {
  const { session, steps } = asked
  if (steps.length === 0) return []
  const [users, sudo] = await Promise.all([usersThere(session, steps), rights(asked)])
  return [...users, ...sudo]
}

async function usersThere(session: Session, steps: readonly AsOther[]): Promise<readonly Finding[]> {
  const users = [...new Set(steps.map(({ user }) => user))]
  const { lines } = await ask(session, 'for u; do id "$u" >/dev/null 2>&1 || echo "$u"; done', ...users)
  return users
    .filter((user) => lines.includes(user))
    .map((user) => {
      const names = namesOf(steps.filter((step) => step.user === user))
      return wrong('sudo', `there is no user ${user}, as whom ${names} would run`, `useradd ${quote(user)}`)
    })
}

/** sudo(8), in the locale C, of a user whom it will not serve whatever password is given. */
const refusal = /may not run sudo|not in the sudoers|not allowed to|you must have a tty/

async function rights({ session, steps, trusted, password }: SudoFor): Promise<readonly Finding[]> {
  if ((await ask(session, 'command -v sudo')).code !== '0')
    return [wrong('sudo', `there is no sudo, and ${namesOf(steps)} would run by it`, 'apt-get install sudo')]
  const probe = trusted ? undefined : await session.ask('needs_no_password')
  if (probe === undefined || probe.words[0] === '0') return allowed(session, steps, ['sudo', '-n'])
  const said = lastLine(probe)
  if (refusal.test(said)) return [wrong('sudo', `sudo refuses. It says: ${said}`, 'visudo -f /etc/sudoers.d/conc')]
  if ((await session.ask('can_feed')).words[0] !== '0') {
    const text = "sudo wants a password, and the node's /bin/sh can't keep it from ps"
    return [wrong('sudo', text, 'make /bin/sh dash, bash or busybox')]
  }
  try {
    return await tried(session, steps, await password?.(said), said)
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause
    return [wrong('sudo', `its password can't be had: ${cause.message}`)]
  }
}

/** sudo(8) gets the password as it gets it in a run. */
async function tried(session: Session, steps: readonly AsOther[], password: Secret | undefined, said: string) {
  if (password === undefined) {
    const untried = 'it was not tried: give it with -K or --sudo-password-command'
    return [good('sudo', `a password will be asked for (${said}); ${untried}`)]
  }
  const vault = new Vault()
  vault.keepPassword(password)
  vault.handTo(session)
  const check = await session.ask('check_password')
  if (check.words[0] === '0') return allowed(session, steps, ['by_sudo'])
  return [wrong('sudo', `sudo refuses the password. It says: ${lastLine(check)}`, 'try it on the node: sudo -k -v')]
}

/** What sudo would let run is asked step by step: a rule may name a user, a program, and its words. */
async function allowed(
  session: Session,
  steps: readonly AsOther[],
  sudo: readonly string[],
): Promise<readonly Finding[]> {
  const answers = await Promise.all(
    steps.map(({ user, argv }) => session.ask(...sudo, '-l', '-u', user, '--', ...argv)),
  )
  const refused = steps.filter((_, index) => answers[index]?.words[0] !== '0')
  const byPassword = sudo.includes('by_sudo')
  if (refused.length === 0) return [good('sudo', byPassword ? 'the password is right' : 'wants no password')]
  return refused.map(({ name, user, argv }) => {
    const how = byPassword ? 'with the password, which is right' : 'without a password'
    const text = `sudo does not let ${name} run as ${user} ${how}: ${quoteAll(argv)}`
    return wrong('sudo', text, 'visudo -f /etc/sudoers.d/conc')
  })
}

function namesOf(steps: readonly AsOther[]): string {
  return [...new Set(steps.map(({ name }) => name))].join(', ')
}

function lastLine({ stderr }: Answer): string {
  const last = stderr.toString('utf8').trim().replace(/^.*\n/s, '')
  return plainLine(last).replace(/^sudo: |\.$/g, '') || 'it gave no reason'
}
