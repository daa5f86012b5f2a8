import type { AnyAuthMethod, AuthenticationType, NextAuthHandler } from 'ssh2'
import type { Attempt } from './attempt.ts'
import type { Prompts } from './types.ts'

/** What was tried for a login, and what the machine would take. */
export interface Tried {
  readonly labels: readonly string[]
  readonly accepted: readonly string[]
}

type Accepted = readonly AuthenticationType[] | null

/** Goes through the attempts in order, leaving out what the machine does not accept; `refused` is called once none is left. */
export function authenticator(
  attempts: readonly Attempt[],
  username: string,
  prompts: Prompts | undefined,
  refused: (tried: Tried) => void,
): (accepted: Accepted, partial: boolean, next: NextAuthHandler) => void {
  const left = [...attempts]
  const labels: string[] = []
  let last: Attempt | undefined
  const nextMethod = async (accepted: Accepted): Promise<AnyAuthMethod | undefined> => {
    // Only an answer tells what the machine accepts: ask with `none` before a person is asked.
    if (accepted === null && left[0]?.method !== 'publickey') return { type: 'none', username }
    for (let attempt = left.shift(); attempt; attempt = left.shift()) {
      if (accepted && !fits(attempt, accepted)) continue
      const method = await attempt.prepare(accepted ?? [], prompts)
      if (!method) continue
      labels.push(attempt.label)
      last = attempt
      return method
    }
    return undefined
  }
  return (accepted, partial, next) => {
    if (!partial) last?.refused?.()
    const giveUp = (): void => refused({ labels, accepted: accepted ?? [] })
    nextMethod(accepted).then((method) => (method ? next(method) : giveUp()), giveUp)
  }
}

function fits(attempt: Attempt, accepted: readonly string[]): boolean {
  if (attempt.method === 'publickey') return accepted.includes('publickey')
  return accepted.includes('password') || accepted.includes('keyboard-interactive')
}
