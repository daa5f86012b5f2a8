/** What is asked of a node: a function of the scripts in `node/`, with its words. Plain data: it travels. */
export interface Question {
  /** A script of `node/`, without `.sh`; its function is called `q_` and the name. */
  readonly name: string
  readonly words: readonly string[]
}

/** What the function printed, and how it ended. */
export interface Answer {
  readonly exit: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** Asks the node now, as whoever this is for. Questions of the same moment go out together. Throws Unknown, UnreachableError. */
export type Ask = (question: Question) => Promise<Answer>

/** Something of a node that can be asked about. */
export interface Subject {
  /** For messages: `file /etc/motd on web1`. */
  readonly about: string
}

/** Raised when the node could not tell: a tool is missing, a right, the time. It is neither yes nor no. */
export class Unknown extends Error {
  override readonly name = 'Unknown'
}

/** Raised when something is asked of what is not there, such as the mode of a missing file. */
export class Absent extends Error {
  override readonly name = 'Absent'
}

/** The exit codes that a function of `node/` may end with; any other is Unknown. */
export const exits = { answered: 0, absent: 10, unknown: 11 } as const

/**
 * The text of an answer. Throws Absent when the thing is not there, Unknown when the node could not tell: its function
 * says why on stderr.
 */
export function textOf({ exit, stdout, stderr }: Answer, about: string): string {
  return bytesOf({ exit, stdout, stderr }, about).toString('utf8')
}

/** As `textOf`, for an answer that need not be text. */
export function bytesOf({ exit, stdout, stderr }: Answer, about: string): Buffer {
  const why = stderr.trim().split('\n').at(-1) ?? ''
  switch (exit) {
    case exits.answered:
      return stdout
    case exits.absent:
      throw new Absent(`${about}: there is none`)
    case exits.unknown:
      throw new Unknown(`${about}: ${why}`)
    default:
      throw new Unknown(`${about}: the question ended with exit ${exit}${why === '' ? '' : `: ${why}`}`)
  }
}
