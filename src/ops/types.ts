import type { Side } from '../deployfile/types.ts'
import type { TestEvent, TestRequest } from './tests.ts'

/** What a word must be: `count` is 1, 2 …; `number` may be 0 or have a point; `time` has a unit; `mode` is octal. */
export type ArgumentType = 'count' | 'number' | 'time' | 'port' | 'mode' | { readonly oneOf: readonly string[] }

/** A positional parameter of an op. `many` takes the rest of the words (one or more when `required`). */
export interface Parameter {
  readonly name: string
  readonly summary: string
  readonly required?: boolean
  readonly many?: boolean
  /** Any text when absent. */
  readonly type?: ArgumentType
}

/** A `--flag` of an op: with `value` it takes one word, without it is a switch. */
export interface Flag {
  readonly value?: string
  readonly summary: string
  /** Of its value; any text when absent. */
  readonly type?: ArgumentType
}

/** What an op is called with: the words of its step line, sorted by its declaration. */
export interface Arguments {
  readonly positionals: readonly string[]
  /** A flag with a value gives its text, a switch `'true'`. Absent when not given. */
  readonly flags: Readonly<Record<string, string>>
}

/** What an op knows: plain data, the same wherever it runs. */
export interface OpContext extends Arguments {
  /** The step's name. */
  readonly step: string
  readonly node: string
  readonly side: Side
  /** The node's evaluated attributes. */
  readonly attributes: Readonly<Record<string, string>>
  /** The same under their names as shell variables: `sshd.ip` is `sshd_ip`. */
  readonly variables: Readonly<Record<string, string>>
  /** The texts that the op's `files` asked for, by name. */
  readonly files: Readonly<Record<string, string>>
  /** The bundle directory, relative to the home of the step's side unless absolute. */
  readonly bundle: string
  /** The directory inside the bundle that holds what was delivered. */
  readonly payload: string
}

/** What a command op says: argv as it is, or the text of a script for `sh -eu` with its shell variables. */
export type Command =
  | { readonly argv: readonly string[] }
  | {
      readonly script: string
      /** Set as shell variables, not exported: a value never becomes code. Only those that the script names are kept. */
      readonly variables?: Readonly<Record<string, string>>
      /** It is commands joined by `&&`, without variables, that do the same when they are typed: so it is shown. */
      readonly typed?: true
    }

export interface RunOptions {
  readonly cwd?: string
  /** Another user, by sudo. Throws UnreachableError when sudo refuses the login user, or wants a password that nobody gives. */
  readonly as?: string
  /** Milliseconds: then its whole process group is ended. */
  readonly timeout?: number
  readonly input?: Uint8Array
  readonly signal?: AbortSignal
  /** It may take long: where the node lets in more than one at a time, it leaves room for what does not. */
  readonly isLong?: boolean
  /** Called when it begins. A host that begins all at once need not. */
  readonly onBegin?: (() => void) | undefined
}

export interface RunResult {
  /** Absent when a signal ended it. */
  readonly exit?: number
  readonly signal?: string
  /** It took longer than it may, and is dead. */
  readonly timedOut?: true
  readonly stdout: Buffer
  readonly stderr: Buffer
}

export interface FileEntry {
  readonly kind: 'file'
  readonly path: string
  readonly size: number
  readonly mode: number
  readonly modified: number
  /** Where its bytes are on the machine that it comes from. */
  readonly from: string
}

/** What a delivery makes. `path` is relative to the delivery's folder, its parts joined by slashes. */
export type Entry =
  | FileEntry
  | { readonly kind: 'folder'; readonly path: string; readonly mode: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }

/** How far a delivery is, in bytes and files. */
export interface Progress {
  readonly done: number
  readonly total: number
  readonly files?: number
  readonly allFiles?: number
}

export interface FileFacts {
  /** Bytes. */
  readonly size: number
  /** Permission bits. */
  readonly mode: number
  /** When it was changed last, in milliseconds; whole seconds on some machines. */
  readonly modified: number
}

/** What became of the files of a delivery. */
export interface Received {
  readonly sent: number
  /** They were there already. */
  readonly kept: number
  /** They lay elsewhere on the machine, and were copied there. */
  readonly copied: number
  /** Bytes that were sent for it. */
  readonly bytes: number
}

export interface ReceiveOptions {
  /** A folder of the receiving machine whose files are used where they are the same. */
  readonly against?: string
  /** A folder where a file or a link is to be is replaced with all that is in it, and the reverse; else it is refused. */
  readonly replaces?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

/** A machine an op can act on; the same interface for the workstation and the node. Paths are relative to where steps of that side start. */
export interface Host {
  readonly side: Side
  /**
   * Runs argv without a shell and waits for its end; any exit code is a result, not an error. Several run side by side.
   * Keeps at most 16 MiB of each stream.
   */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>
  /** The bytes of a file. Throws when it can't be read. */
  read(path: string): AsyncIterable<Uint8Array>
  /** Makes or replaces a file, visible under its name only when whole (SHA-256 verified). `size` in bytes is what `source` will give. */
  write(path: string, source: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<void>
  /**
   * Makes entries in a folder from another machine's files: only what it lacks, by SHA-256, and each file whole or not at all.
   * What was cut off goes on where it was. Throws OpFailed for an entry that changes meanwhile, or where there is no room.
   */
  receive(folder: string, entries: readonly Entry[], from: Host, options?: ReceiveOptions): Promise<Received>
  /**
   * A file, a link, or a folder with all that is in it, under its last name. Empty when there is none. Throws OpFailed for
   * what can't be read, or whose name is no UTF-8.
   */
  list(path: string): Promise<readonly Entry[]>
  /** The regular files that match a pattern (`*`, `?`, `[…]`; `**` on the workstation alone), sorted; none is an empty list. */
  glob(pattern: string): Promise<readonly string[]>
  /** A regular file's facts, links followed; undefined when there is none. */
  stat(path: string): Promise<FileFacts | undefined>
}

export interface WriteOptions {
  readonly size: number
  /** Hex. */
  readonly sha256: string
  /** File mode bits; 0o644 when absent. */
  readonly mode?: number
  readonly signal?: AbortSignal
  /** Told how many bytes have been sent so far. */
  readonly onProgress?: (bytes: number) => void
}

/** What the function of a code op gets. */
export interface CodeContext extends OpContext {
  /** The machine of the step's side. */
  readonly host: Host
  /** The other machine; only where one process holds both ends. */
  readonly peer?: Host
  /** Aborted when the step is to end. */
  readonly signal: AbortSignal
  /** Tells the operator something, a line or more. */
  log(text: string): void
  /** Tells how far a transfer is. */
  progress(progress: Progress): void
  /** Keeps a small file, such as a report, with the step's output in the bundle. Without a bundle it is kept nowhere. */
  keep(name: string, text: string): Promise<void>
  /** Runs node tests on the step's node over the run's own connection, and gives `conc test`'s exit code; only on the workstation. */
  tests?(request: TestRequest, onEvent: (event: TestEvent) => void): Promise<number>
}

interface OpBase {
  /** One sentence for help and manual. */
  readonly summary: string
  /** The sides it may stand on; both when absent. */
  readonly sides?: readonly Side[]
  readonly parameters?: readonly Parameter[]
  readonly flags?: Readonly<Record<string, Flag>>
  /** True when it changes nothing, whichever side it runs on. */
  readonly readOnly?: boolean
  /** The programs that it calls where its command runs, a code op those on the node: `conc doctor` looks for them. */
  readonly tools?: readonly string[]
  /** Its words are not read for flags: those after a program belong to the program. */
  readonly raw?: true
  /** `${key}` in its words is left for the shell, which has the attributes as variables. */
  readonly verbatim?: true
  /**
   * Finds what the declaration can't say; returns a sentence when the arguments are wrong.
   * Gets the words as written, `${key}` included, and once more with their values.
   */
  readonly check?: (args: Arguments) => string | undefined
}

/** An op that is one command: pure, so it can be shown, typed by hand and sent in one write. */
export interface CommandOp extends OpBase {
  /** Throws when the values it was given make no command; the message becomes a problem of the step's line. */
  readonly command: (context: OpContext) => Command
  /** Files of the deploy file's folder whose text it needs, as `context.files`. */
  readonly files?: (args: Arguments) => readonly string[]
  /** `${key}` in those texts is replaced as in a step's words, each line on its own. */
  readonly fills?: true
}

/** An op for what one command can't say. It fails by throwing: OpFailed for a plain no (FAILED), anything else is ERROR. */
export interface CodeOp extends OpBase {
  readonly run: (context: CodeContext) => Promise<void>
  /** What a person could type instead, for plan and manual. */
  readonly byHand: (context: OpContext) => string
}

/** What the runner itself does at a step, because it is about the run: the bundle and the pause. */
export interface RunOp extends OpBase {
  readonly runner: 'open-bundle' | 'close-bundle' | 'pause'
  readonly byHand: (context: OpContext) => string
}

export type Op = CommandOp | CodeOp | RunOp

/** Raised by a code op that did its work and says no: the step is FAILED. */
export class OpFailed extends Error {
  override readonly name = 'OpFailed'
}

/** Types an op; returns it as it is. */
export function defineOp<O extends Op>(op: O): O {
  return op
}
