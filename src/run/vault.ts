import type { Session } from '../agent/session.ts'
import { quote } from '../plan/quote.ts'
import type { PlannedStep } from '../plan/types.ts'
import type { Secret } from '../secrets/secret.ts'

/** What a run holds in confidence: the password of sudo on its node, and the secrets that its steps ask for. */
export class Vault {
  readonly #secrets = new Map<string, Secret>()
  #password: Secret | undefined
  /** What each agent has been given already. */
  readonly #handed = new WeakMap<Session, Set<Secret>>()
  /** sudo was asked on the node, and serves the login user. */
  sudoIsReady = false

  keepPassword(password: Secret): void {
    this.#password = password
  }

  keep(secret: Secret): void {
    this.#secrets.set(secret.name, secret)
  }

  has(name: string): boolean {
    return this.#secrets.has(name)
  }

  /** Everything that no output may show. */
  all(): readonly Secret[] {
    return [...(this.#password === undefined ? [] : [this.#password]), ...this.#secrets.values()]
  }

  /** The secrets that a step asks for, as its environment. */
  environmentOf({ options }: PlannedStep): Readonly<Record<string, string>> {
    const asked = [...this.#secrets].filter(([name]) => options.secrets?.includes(name))
    return Object.fromEntries(asked.map(([name, secret]) => [name, secret.reveal()]))
  }

  /** Hands to an agent, which keeps it in memory, what it has not got yet. */
  handTo(session: Session): void {
    const has = this.#handed.get(session) ?? new Set()
    this.#handed.set(session, has)
    for (const secret of this.all().filter((each) => !has.has(each))) {
      session.send(secret === this.#password ? `keep_password ${quote(secret.reveal())}` : keepSecret(secret))
      has.add(secret)
    }
  }
}

function keepSecret(secret: Secret): string {
  const value = secret.reveal()
  return `keep_secret ${secret.name} ${quote(value)} ${quote(assignment(secret.name, value))}`
}

/** A line for a shell of another user, which sudo gives no environment. */
export function assignment(name: string, value: string): string {
  return `${name}=${quote(value)}; export ${name}`
}
