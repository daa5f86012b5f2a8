import type { Session } from '../agent/session.ts'

/** Sessions beside the first: sshd lets in ten by default (MaxSessions), and a delivery wants three more. */
const mostExtra = 5

/** How something is done with a session. */
export interface Use {
  /** It may take long: it leaves a session to what does not, where the server lets in more than one. */
  readonly isLong?: boolean
  /** Called when it has its session. */
  readonly onBegin?: (() => void) | undefined
}

/** The sessions of one connection: commands run side by side, as many as the server lets in. */
export class Sessions {
  /** The one that was there before, and stays. */
  readonly first: Session
  readonly #more: () => Promise<Session>
  readonly #idle: Session[]
  readonly #extra: Session[] = []
  readonly #waiting: ((session: Session) => void)[] = []
  readonly #waitingLong: (() => void)[] = []
  #room = mostExtra
  #long = 0

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
  async use<T>(act: (session: Session) => Promise<T>, { isLong = false, onBegin }: Use = {}): Promise<T> {
    if (isLong) await this.#leaveOne()
    const session = this.#idle.shift() ?? (await this.#another()) ?? this.#idle.shift() ?? (await this.#next())
    try {
      onBegin?.()
      return await act(session)
    } finally {
      if (isLong) this.#long -= 1
      this.#give(session)
      this.#wakeLong()
    }
  }

  /** Ends the sessions that were started. */
  async close(): Promise<void> {
    this.#room = 0
    await Promise.all(this.#extra.splice(0).map((session) => session.close().catch(() => {})))
  }

  /** Waits until there is a session beside those for all that takes long, or nothing else does. */
  async #leaveOne(): Promise<void> {
    for (let lack = this.#lack(); lack > 0; lack = this.#lack()) {
      const added = await Promise.all(Array.from({ length: lack }, () => this.#add()))
      // Whoever would have woken it may have ended meanwhile.
      const waits = !added.includes(true) && this.#lack() > 0
      if (waits) await new Promise<void>((resolve) => this.#waitingLong.push(resolve))
    }
    this.#long += 1
  }

  #lack(): number {
    return this.#long === 0 ? 0 : this.#long + 2 - (1 + this.#extra.length)
  }

  async #add(): Promise<boolean> {
    const session = await this.#another()
    if (session === undefined) return false
    this.#give(session)
    this.#wakeLong()
    return true
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

  /** Each looks anew whether it is its turn. */
  #wakeLong(): void {
    for (const wake of this.#waitingLong.splice(0)) wake()
  }
}
