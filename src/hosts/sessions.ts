import type { Session } from '../agent/session.ts'

/** Sessions beside the first: sshd lets in ten by default (MaxSessions), and a delivery wants three more. */
const mostExtra = 5

/** The sessions of one connection: commands run side by side, as many as the server lets in. */
export class Sessions {
  /** The one that was there before, and stays. */
  readonly first: Session
  readonly #more: () => Promise<Session>
  readonly #idle: Session[]
  readonly #extra: Session[] = []
  readonly #waiting: ((session: Session) => void)[] = []
  #room = mostExtra

  /** @param more starts another session on the same connection. */
  constructor(first: Session, more: () => Promise<Session>) {
    this.first = first
    this.#more = more
    this.#idle = [first]
  }

  /** Another session, for who ends it himself. */
  start(): Promise<Session> {
    return this.#more()
  }

  /** Does something with a session that nobody else uses meanwhile. */
  async use<T>(act: (session: Session) => Promise<T>): Promise<T> {
    const session = this.#idle.shift() ?? (await this.#another()) ?? this.#idle.shift() ?? (await this.#next())
    try {
      return await act(session)
    } finally {
      this.#give(session)
    }
  }

  /** Ends the sessions that were started. */
  async close(): Promise<void> {
    this.#room = 0
    await Promise.all(this.#extra.splice(0).map((session) => session.close().catch(() => {})))
  }

  /** A server that lets in no more has to do with less. */
  async #another(): Promise<Session | undefined> {
    if (this.#room === 0) return undefined
    this.#room -= 1
    try {
      const session = await this.#more()
      this.#extra.push(session)
      return session
    } catch {
      this.#room = 0
      return undefined
    }
  }

  #next(): Promise<Session> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #give(session: Session): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#idle.push(session)
    else next(session)
  }
}
