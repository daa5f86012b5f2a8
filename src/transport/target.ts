import type { Address } from './address.ts'
import type { KeyFile } from './key-files.ts'
import type { HostKeyPolicy } from './policy.ts'

/** What to log in with, in this order: keys in memory, then agent and key files. */
export interface Login {
  readonly privateKeys: readonly string[]
  readonly keyFiles: readonly KeyFile[]
  readonly agentSocket?: string
  /** True when of the agent's keys only those of `keyFiles` may be tried. */
  readonly onlyTheseKeys: boolean
}

/** What carries a connection: the library in this process, or the system's own ssh program. */
export const transports = ['ssh2', 'ssh'] as const
export type Transport = (typeof transports)[number]

/** What only the system's own ssh can make use of. */
export interface SystemSsh {
  /** Another configuration file than the user's own; `none` for no configuration at all. */
  readonly config?: string
  /** Options of ssh_config(5), `key=value`. */
  readonly options: readonly string[]
  /** What of it the other transport can't do. */
  readonly why?: string
}

/** A machine to connect to, with all that is needed to recognise it and to log in. */
export interface Target extends Address {
  /** The node's name, which begins every message about it. */
  readonly name: string
  readonly user: string
  readonly login: Login
  readonly hostKey: HostKeyPolicy
  /** The hosts to go through, the nearest to the workstation first. */
  readonly jumps?: readonly Target[]
  /** Absent where it is chosen by what the machine needs. */
  readonly transport?: Transport
  readonly system?: SystemSsh
}
