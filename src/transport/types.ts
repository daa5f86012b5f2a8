import type { Readable, Writable } from 'node:stream'

/** One command on the other machine: three byte streams. Both outputs must be read until they end. */
export interface Channel {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves when the channel is over, however it ended: an end says nothing about success. Never rejects. */
  readonly closed: Promise<void>
  /** Ends the channel at once. What it started may live on. */
  destroy(): void
}

/** How large a terminal is, and of which kind. */
export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** A command with a terminal of its own: its output is one stream, and it hears when the window changes. */
export interface Terminal {
  readonly stdin: Writable
  readonly stdout: Readable
  /** Resolves with the exit code at the end; undefined when none came. Never rejects. */
  readonly ended: Promise<number | undefined>
  resize(size: TerminalSize): void
}

/** One login to a machine. */
export interface Connection {
  /** For people: `ops@192.0.2.11:22`. */
  readonly label: string
  /** Starts a command under the user's login shell. Throws LostError when the connection is gone. */
  open(command: string): Promise<Channel>
  /** Starts a command with a terminal, for a person: its end comes with the line's. Throws as `open`. */
  openTerminal(command: string, kind: string, size: TerminalSize): Promise<Terminal>
  /** Whether the machine offers SFTP, which sshfs needs. */
  hasSftp(): Promise<boolean>
  /** Resolves with the cause once the connection is gone, also after `close`. Never rejects. */
  readonly gone: Promise<string>
  /** Ends the connection and waits for that. */
  close(): Promise<void>
}

/** Questions to a person. There is none where nobody can answer. */
export interface Prompts {
  /** Asks for a text without showing it. Undefined when the person gives up. */
  secret(question: string): Promise<string | undefined>
  /** Asks for yes or no. */
  confirm(question: string): Promise<boolean>
  /** Secrets that proved right, by their questions: in memory, for the life of the command. Without it each login asks anew. */
  readonly kept?: Map<string, string>
}
