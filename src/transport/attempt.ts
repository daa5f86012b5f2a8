import type { AnyAuthMethod } from 'ssh2'
import type { Prompts } from './types.ts'

/** One way to log in. `prepare` may ask a person; undefined when the way turns out to be none. */
export interface Attempt {
  /** For people: `key ~/.ssh/id_ed25519`, `agent (2 keys)`, `password`. */
  readonly label: string
  readonly method: 'publickey' | 'interactive'
  prepare(accepted: readonly string[], prompts: Prompts | undefined): Promise<AnyAuthMethod | undefined>
  /** Told when it was not accepted. */
  refused?(): void
}
