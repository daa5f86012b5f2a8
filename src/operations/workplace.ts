import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { homedir, hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Operator } from '../run/operator.ts'
import type { Secret } from '../secrets/secret.ts'
import type { SshAnswers } from '../transport/ssh-config.ts'
import type { Prompts } from '../transport/types.ts'

/** The workstation, as far as operations need it: who works there, where, and who can answer. */
export interface Workplace {
  /** The environment of local steps. */
  readonly env: NodeJS.ProcessEnv
  readonly home: string
  /** Where embedded nodes are kept, such as ~/.local/state. */
  readonly stateFolder: string
  /** user@workstation, as journals name it. */
  readonly who: string
  /** The version of conc. */
  readonly version: string
  /** How conc is called, for the commands that lead on. */
  readonly conc: string
  readonly now: () => Date
  /** A new run's id: ids sort by time, and no two are the same. */
  readonly newRunId: () => string
  /**
   * What ssh has said of its configuration so far; each login asks anew when absent.
   * @internal
   */
  readonly sshAnswers?: SshAnswers
  /** Present where a person can answer. */
  readonly prompts?: Prompts
  readonly operator?: Operator
  /** Gives the password of sudo on a node, or asks for it with this question; a person is asked when absent. */
  readonly sudoPassword?: (node: string, question: string) => Promise<Secret | undefined>
}

/** The workplace of this process, with nobody to ask. */
export function workplace(env: NodeJS.ProcessEnv = process.env): Workplace {
  const home = env.HOME || homedir()
  const now = () => new Date()
  return {
    env,
    home,
    stateFolder: env.XDG_STATE_HOME || join(home, '.local', 'state'),
    who: `${userName(env)}@${hostname()}`.replace(/[^\w.@-]/g, '_'),
    version: packageVersion(),
    conc: 'conc',
    now,
    newRunId: () => runId(now()),
    sshAnswers: new Map(),
  }
}

/** The second, then three digits of the millisecond and five of chance: the names of past runs stand in the order of their beginnings. */
function runId(time: Date): string {
  const second = time.toISOString().replace(/[-:]|\.\d+/g, '')
  const millisecond = time.getUTCMilliseconds().toString(16).padStart(3, '0')
  return `${second}-${millisecond}${randomBytes(3).toString('hex').slice(1)}`
}

/** A user without an entry in passwd, as in some containers, goes by the number. */
function userName({ USER, LOGNAME }: NodeJS.ProcessEnv): string {
  try {
    return userInfo().username
  } catch {
    return USER || LOGNAME || `uid${process.getuid?.() ?? ''}`
  }
}

/** From src/operations as from dist/src/operations, package.json is the nearest one above. */
export function packageVersion(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const found: unknown = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8'))
      if (typeof found === 'object' && found !== null && 'version' in found) return String(found.version)
    } catch {
      // Not there: one folder further up.
    }
  }
  return '0.0.0'
}
