import type { Stream } from '../agent/hearing.ts'
import { type Workplace, workplace } from '../operations/workplace.ts'
import { visible } from '../report/clean.ts'
import { drainOf } from './drain.ts'
import { untilItFails } from './results.ts'
import type { Seat } from './seat.ts'
import { Stage } from './stage.ts'
import { type LocalTerminal, localTerminal, screenOf } from './terminal.ts'
import { listenToWishes } from './wishes.ts'

/** What the commands know of the process they run in. Only the CLI reads argv, environment and terminal. */
export interface World extends Workplace {
  /** Results. */
  readonly out: (text: string | Buffer) => void
  /** Resolves when stdout has taken what was written; undefined when it need not be waited for. */
  readonly drained: () => Promise<void> | undefined
  /** Resolves when all results are out: with false when stdout could not be written, which was said. */
  readonly flushed: () => Promise<boolean>
  /** Aborted when who read stdout has gone. */
  readonly unread: AbortSignal
  /** A command's own output, as it is, or made visible where it would reach a terminal. Resolves as `drained` does. */
  readonly write: (stream: Stream, bytes: Buffer) => Promise<void> | undefined
  /** Talk. */
  readonly say: (text: string) => void
  readonly color: boolean
  /** Present where stdin and stdout are one. */
  readonly terminal?: LocalTerminal
  /** Present where a view that is redrawn can be shown, and keys be heard. */
  readonly seat?: Seat
  /** Aborted by the first Ctrl-C. */
  readonly halt: AbortSignal
  /** Aborted by the second. */
  readonly stop: AbortSignal
  /** For a command that only looks on: from now on any signal means to leave, and aborts this. */
  readonly leave: () => AbortSignal
}

/** The world as this process finds it. */
export async function processWorld(): Promise<World> {
  const { env, stdin, stdout, stderr } = process
  const stage = new Stage((text) => void stderr.write(text))
  const wishes = listenToWishes(stage)
  stderr.on('error', () => {})
  const results = untilItFails(stdout, (why) => stderr.write(`conc: stdout is no longer written: ${why}\n`))
  const drained = { stdout: drainOf(stdout), stderr: drainOf(stderr) }
  const terminal = stdin.isTTY && stdout.isTTY ? localTerminal(stdin, stdout, env.TERM ?? 'dumb') : undefined
  const screen = screenOf(process)
  const isPlain = Boolean(env.NO_COLOR) || env.TERM === 'dumb'
  const person = stdin.isTTY && stderr.isTTY ? await import('./person.ts') : undefined
  return {
    ...workplace(env),
    out: results.write,
    say: (text) => stage.say(text),
    drained: drained.stdout,
    unread: results.unread,
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
    color: stdout.isTTY === true && !isPlain,
    ...(person === undefined ? {} : person.personAt(stage, terminal)),
    ...(terminal === undefined ? {} : { terminal }),
    ...(screen === undefined
      ? {}
      : { seat: { stdin, screen, beside: screen !== stdout, color: !isPlain, stage, wishes } }),
    halt: wishes.halt,
    stop: wishes.stop,
    leave: wishes.leave,
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
