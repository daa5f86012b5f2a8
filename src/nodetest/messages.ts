import type { Question } from '../questions/types.ts'

/** What a worker is provided with, as vitest's `inject` gives it: plain data. */
export interface Provided {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly groups: readonly string[]
  readonly data: Readonly<Record<string, unknown>>
  /** Variables of the environment that are not the tests'. */
  readonly hidden: readonly string[]
  /** Where conc listens. */
  readonly socket: string
  /** Shows that it is for this node that the worker asks. */
  readonly token: string
}

/** What a worker says, one JSON object a line; bytes are base64. The first line is the token. */
export type Request =
  | { readonly token: string }
  | { readonly id: number; readonly ask: Question; readonly as?: string }
  | { readonly id: number; readonly run: readonly string[]; readonly options: WireOptions }
  /** It is wanted no more: a command is to be ended. */
  | { readonly id: number; readonly cancel: true }

export interface WireOptions {
  readonly as?: string
  readonly cwd?: string
  readonly input?: string
  /** Milliseconds. */
  readonly timeout?: number
}

/** What conc replies. */
export type Reply =
  /** Its turn has come; the answer follows. */
  | { readonly id: number; readonly begins: true }
  | { readonly id: number; readonly exit: number; readonly stdout: string; readonly stderr: string }
  | { readonly id: number; readonly result: WireResult }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } }

export interface WireResult {
  readonly exit?: number
  readonly signal?: string
  readonly timedOut?: true
  readonly stdout: string
  readonly stderr: string
}

/** Bytes that a line may have: the 16 MiB that a command's streams are kept to, twice, as base64. */
const longest = 48 * 1024 * 1024

/** Cuts what comes over a socket into the values of its lines. Throws for a line that is too long or no JSON. */
export function lineReader(take: (value: unknown) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let size = 0
  return (chunk) => {
    let rest = chunk
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = Buffer.concat([...parts, rest.subarray(0, end)])
      rest = rest.subarray(end + 1)
      parts = []
      size = 0
      take(JSON.parse(line.toString('utf8')))
    }
    parts.push(rest)
    size += rest.length
    if (size > longest) throw new RangeError(`a line is over ${longest} bytes`)
  }
}

export function lineOf(value: Request | Reply): string {
  return `${JSON.stringify(value)}\n`
}
