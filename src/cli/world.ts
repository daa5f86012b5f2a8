import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Stream } from '../agent/session.ts'
import { visible } from '../report/clean.ts'
import type { Operator } from '../run/operator.ts'
import type { Prompts } from '../transport/types.ts'
import { type LocalTerminal, localTerminal } from './terminal.ts'

/** What the commands know of the process they run in. Only the CLI reads argv, environment and terminal. */
export interface World {
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  readonly home: string
  readonly stateFolder: string
  /** user@workstation */
  readonly who: string
  readonly version: string
  readonly now: () => Date
  readonly newRunId: () => string
  /** Results. */
  readonly out: (text: string) => void
  /** A command's own output, as it is, or made visible where it would reach a terminal. */
  readonly write: (stream: Stream, bytes: Buffer) => void
  /** Talk. */
  readonly say: (text: string) => void
  readonly color: boolean
  readonly columns: number
  /** Present where stdin and stdout are one. */
  readonly terminal?: LocalTerminal
  /** Present where a person can answer. */
  readonly prompts?: Prompts
  readonly operator?: Operator
  /** Aborted by the first Ctrl-C. */
  readonly halt: AbortSignal
  /** Aborted by the second. */
  readonly stop: AbortSignal
}

/** The world as this process finds it. */
export async function processWorld(): Promise<World> {
  const { env, stdin, stdout, stderr } = process
  const home = env.HOME ?? userInfo().homedir
  const { halt, stop } = listenToSignals((text) => stderr.write(text))
  stdout.on('error', () => {})
  stderr.on('error', () => {})
  const person = stdin.isTTY && stderr.isTTY ? await import('./person.ts') : undefined
  const now = () => new Date()
  return {
    env,
    cwd: process.cwd(),
    home,
    stateFolder: env.XDG_STATE_HOME || join(home, '.local', 'state'),
    who: `${userInfo().username}@${hostname()}`.replace(/[^\w.@-]/g, '_'),
    version: packageVersion(),
    now,
    newRunId: () =>
      `${now()
        .toISOString()
        .replace(/[-:]|\.\d+/g, '')}-${randomBytes(4).toString('hex')}`,
    out: (text) => void stdout.write(text),
    say: (text) => void stderr.write(text),
    write: (stream, bytes) => {
      const to = stream === 'stdout' ? stdout : stderr
      to.write(to.isTTY ? visible(bytes.toString('utf8')) : bytes)
    },
    color: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    columns: stdout.columns ?? 80,
    ...(person === undefined ? {} : { prompts: person.prompts, operator: person.operator }),
    ...(stdin.isTTY && stdout.isTTY ? { terminal: localTerminal(stdin, stdout, env.TERM ?? 'dumb') } : {}),
    halt,
    stop,
  }
}

/** From src/cli as from dist/src/cli, package.json is the nearest one above. */
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

function listenToSignals(say: (text: string) => void): { halt: AbortSignal; stop: AbortSignal } {
  const halt = new AbortController()
  const stop = new AbortController()
  const onSignal = () => {
    if (!halt.signal.aborted) {
      say('\nconc: halting after this step. Once more ends the step itself.\n')
      halt.abort()
    } else if (!stop.signal.aborted) {
      say('\nconc: ending the step.\n')
      stop.abort()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  return { halt: halt.signal, stop: stop.signal }
}
