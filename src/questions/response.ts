import { Absent, Unknown } from './types.ts'

/** What a server answered. */
export interface Response {
  readonly status: number
  /** Absent when not all are known. */
  readonly headers?: Readonly<Record<string, string>>
  /** The first MiB; absent when it did not come to its end or to that. */
  readonly body?: Buffer
  /** Why something is absent. */
  readonly why: string
}

const most = 1024 * 1024

/**
 * What the tools' exits mean, when there is no answer. curl(1): 6 no address, 7 no connection, 16 and 92 broken HTTP/2, 18 cut
 * off, 28 out of time, 35 no TLS, 52 empty, 55 and 56 cut off. wget(1): 4 network, 7 protocol; busybox has 1 for all. 143 is
 * out of time.
 */
const silent: Readonly<Record<string, readonly number[]>> = {
  curl: [6, 7, 16, 18, 28, 35, 52, 55, 56, 92],
  wget: [4, 7, 143],
  busybox: [1, 143],
}

/** With which the body is whole: 8 of wget is for a status that is an error. */
const complete: Readonly<Record<string, readonly number[]>> = { curl: [0], wget: [0, 8], busybox: [0] }

/** Reads what q_http printed. Gives Absent when no answer came, Unknown when it is not known. */
export function parseHttp(stdout: Buffer, stderr: string, follow: boolean): Response | Absent | Unknown {
  const end = stdout.indexOf('\n')
  const tool = stdout.subarray(0, end).toString('latin1').replace(/^via /, '')
  const code = Number(/^exit (\d+)$/m.exec(stderr.slice(stderr.lastIndexOf('\nexit ')))?.[1] ?? Number.NaN)
  const rest = stdout.subarray(end + 1)
  const { heads, body } = tool === 'curl' ? split(rest, follow) : { heads: told(stderr), body: rest }
  const why = code === 143 ? 'no whole answer in time' : (wordsOf(stderr) ?? `${tool} ended with ${code}`)
  // The wget of busybox follows every redirect: the answer is the first, whose body it passes over.
  const head = tool === 'busybox' ? heads[0] : heads.at(-1)
  const status = Number(/^HTTP\/\S+ (\d{3})/.exec(head ?? '')?.[1] ?? Number.NaN)
  if (Number.isNaN(status)) return silent[tool]?.includes(code) ? new Absent(why) : new Unknown(why)
  // It tells the headers of an answer that it likes, and no others.
  const isEnough = body.length > most || complete[tool]?.includes(code) === true
  const isWhole = isEnough && (tool !== 'busybox' || heads.length === 1)
  return {
    status,
    ...(isWhole || tool !== 'busybox' ? { headers: headersOf(head ?? '') } : {}),
    ...(isWhole ? { body: body.subarray(0, most) } : {}),
    why: tool === 'busybox' ? 'the wget of busybox does not tell. Install curl' : why,
  }
}

/** Heads and body as they came over the line: what is provisional, 1xx, and redirects that were followed come before the last head. */
function split(bytes: Buffer, follow: boolean): { readonly heads: readonly string[]; readonly body: Buffer } {
  const heads: string[] = []
  let rest = bytes
  while (rest.subarray(0, 5).toString('latin1') === 'HTTP/') {
    const text = rest.subarray(0, most).toString('latin1')
    const [, head, gap = ''] = /^(.*?)(\r?\n\r?\n)/s.exec(text) ?? []
    if (head === undefined) break
    heads.push(head)
    rest = rest.subarray(head.length + gap.length)
    if (!/^HTTP\/\S+ 1/.test(head) && !(follow && /^HTTP\/\S+ 3/.test(head))) break
  }
  return { heads, body: rest }
}

/** The heads that a wget tells on stderr, with blanks before each line. */
function told(stderr: string): readonly string[] {
  const lines = stderr.split('\n').filter((line) => line.startsWith('  '))
  return lines
    .map((line) => line.trim())
    .join('\n')
    .split(/^(?=HTTP\/)/m)
    .filter((head) => head.startsWith('HTTP/') && !/^HTTP\/\S+ 1/.test(head))
}

function headersOf(head: string): Readonly<Record<string, string>> {
  const headers = new Map<string, string>()
  for (const [, name = '', value = ''] of head.matchAll(/^([^\s:]+):[ \t]*(.*?)[ \t]*\r?$/gm)) {
    const key = name.toLowerCase()
    const before = headers.get(key)
    headers.set(key, before === undefined ? value : `${before}, ${value}`)
  }
  return Object.fromEntries(headers)
}

/** What a tool says of a failure: its first line that is no header of an answer. */
function wordsOf(stderr: string): string | undefined {
  return stderr.split('\n').find((line) => /^\S/.test(line) && !/^exit \d+$/.test(line))
}
