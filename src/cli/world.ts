import type { Stream } from '../agent/hearing.ts'
import { type Workplace, workplace } from '../operations/workplace.ts'
import { visible } from '../report/clean.ts'
import { exitCodes } from '../words/status.ts'
import { drainOf } from './drain.ts'
import { untilItFails } from './results.ts'
import { type LocalTerminal, localTerminal } from './terminal.ts'

/** What the commands know of the process they run in. Only the CLI reads argv, environment and terminal. */
export interface World extends Workplace {
  /** Results. */
  readonly out: (text: string) => void
  /** Resolves when stdout has taken what was written; undefined when it need not be waited for. */
  readonly drained: () => Promise<void> | undefined
  /** Resolves when all results are out: with false when stdout could not be written, which was said. */
  readonly flushed: () => Promise<boolean>
  /** A command's own output, as it is, or made visible where it would reach a terminal. Resolves as `drained` does. */
  readonly write: (stream: Stream, bytes: Buffer) => Promise<void> | undefined
  /** Talk. */
  readonly say: (text: string) => void
  readonly color: boolean
  /** Present where stdin and stdout are one. */
  readonly terminal?: LocalTerminal
  /** Aborted by the first Ctrl-C. */
  readonly halt: AbortSignal
  /** Aborted by the second. */
  readonly stop: AbortSignal
}

/** The world as this process finds it. */
export async function processWorld(): Promise<World> {
  const { env, stdin, stdout, stderr } = process
  const { halt, stop } = listenToSignals((text) => stderr.write(text))
  stderr.on('error', () => {})
  const results = untilItFails(stdout, (why) => stderr.write(`conc: stdout is no longer written: ${why}\n`))
  const drained = { stdout: drainOf(stdout), stderr: drainOf(stderr) }
  const person = stdin.isTTY && stderr.isTTY ? await import('./person.ts') : undefined
  return {
    ...workplace(env),
    out: results.write,
    say: (text) => void stderr.write(text),
    drained: drained.stdout,
    flushed: async () => {
      await written(stdout)
      return !results.failed()
    },
    write: (stream, bytes) => {
      const to = stream === 'stdout' ? stdout : stderr
      const shown = to.isTTY ? visible(bytes.toString('utf8')) : bytes
      if (stream === 'stdout') results.write(shown)
      else stderr.write(shown)
      return drained[stream]()
    },
    color: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    ...(person === undefined ? {} : { prompts: { ...person.prompts, kept: new Map() }, operator: person.operator }),
    ...(stdin.isTTY && stdout.isTTY ? { terminal: localTerminal(stdin, stdout, env.TERM ?? 'dumb') } : {}),
    halt,
    stop,
  }
}

/** Resolves when all that was written to a stream is out, or its reader is gone. */
export function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    // A write that failed at once is told a tick later.
    if (stream.destroyed || stream.writableLength === 0) return void setImmediate(resolve)
    stream.once('error', () => resolve())
    stream.write('', () => resolve())
  })
}

function listenToSignals(say: (text: string) => void): { halt: AbortSignal; stop: AbortSignal } {
  const halt = new AbortController()
  const stop = new AbortController()
  const onSignal = (signal: NodeJS.Signals) => {
    if (!halt.signal.aborted) {
      say('\nconc: halting after this step. Once more ends the step itself.\n')
      halt.abort()
    } else if (!stop.signal.aborted && signal !== 'SIGHUP') {
      // Of a terminal that is closed SIGHUP may come twice, from the kernel and from the shell: that is no second wish.
      say('\nconc: ending the step. Once more ends conc without waiting for that.\n')
      stop.abort()
    } else if (signal !== 'SIGHUP') {
      say('\nconc: waits no longer, and does not know how the step ends: see conc status.\n')
      process.exit(exitCodes.error.code)
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  return { halt: halt.signal, stop: stop.signal }
}
