import type { Attributes } from '../deployfile/types.ts'
import { UsageError } from '../words/errors.ts'
import type { Address } from './address.ts'
import { lookUpNames } from './known-hosts.ts'
import type { SshConfig } from './ssh-config.ts'

/** `yes` takes known keys only, `ask` asks a person about a new one, `accept-new` takes and remembers it. */
export const hostKeyModes = ['yes', 'ask', 'accept-new'] as const
export type HostKeyMode = (typeof hostKeyModes)[number]

/** How a machine's host key is judged. */
export type HostKeyPolicy =
  | { readonly kind: 'pinned'; readonly key: Buffer }
  | {
      readonly kind: 'known-hosts'
      readonly mode: HostKeyMode
      /** What to look up, the best name first. */
      readonly names: readonly string[]
      /** New keys go into the first one. */
      readonly userFiles: readonly string[]
      readonly globalFiles: readonly string[]
      /** Whether new lines hide the name behind a hash. */
      readonly hashed: boolean
    }

interface Surroundings extends Address {
  readonly home: string
  readonly mode: HostKeyMode
}

/** The known_hosts files and names for a host, as its ssh configuration has them. */
export function hostKeyPolicy(config: SshConfig, { home, mode, host, port }: Surroundings): HostKeyPolicy {
  const own = [`${home}/.ssh/known_hosts`, `${home}/.ssh/known_hosts2`]
  const global = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']
  return {
    kind: 'known-hosts',
    mode,
    names: lookUpNames(host, port, config.get('hostkeyalias')?.[0]),
    userFiles: filesOf(config.get('userknownhostsfile')) ?? own,
    globalFiles: filesOf(config.get('globalknownhostsfile')) ?? global,
    hashed: config.get('hashknownhosts')?.[0] === 'yes',
  }
}

function filesOf(value: readonly string[] | undefined): readonly string[] | undefined {
  return value?.flatMap((line) => line.split(' ')).filter((path) => path !== '' && path !== 'none')
}

// StrictHostKeyChecking no would take changed keys as well: conc goes no further than accept-new.
const modeOfWord: Readonly<Record<string, HostKeyMode>> = {
  yes: 'yes',
  true: 'yes',
  ask: 'ask',
  'accept-new': 'accept-new',
  no: 'accept-new',
  off: 'accept-new',
  false: 'accept-new',
}

/** The mode that the ssh configuration asks for. */
export function configuredMode(config: SshConfig): HostKeyMode | undefined {
  return modeOfWord[config.get('stricthostkeychecking')?.[0] ?? '']
}

/** The mode that the attribute `hostkeys` asks for. Throws UsageError for a word that is none. */
export function writtenMode(attributes: Attributes): HostKeyMode | undefined {
  const written = attributes.get('hostkeys')
  if (!written) return undefined
  const mode = hostKeyModes.find((known) => known === written.value)
  if (mode) return mode
  throw new UsageError(
    `${written.from}: hostkeys = ${written.value} is not known. Use one of ${hostKeyModes.join(', ')}.`,
  )
}
