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

/** One login to a machine. */
export interface Connection {
  /** For people: `ops@192.0.2.11:22`. */
  readonly label: string
  /** Starts a command under the user's login shell. Throws LostError when the connection is gone. */
  open(command: string): Promise<Channel>
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
}
