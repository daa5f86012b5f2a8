import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { Readable } from 'node:stream'
import type { Listener } from '../agent/hearing.ts'
import type { Session } from '../agent/session.ts'
import { type Host, OpFailed, type RunOptions, type RunResult, type WriteOptions } from '../ops/types.ts'
import { quote, quoteAll } from '../plan/quote.ts'
import { BrokenError, LostError } from '../words/errors.ts'
import { listRemote } from './delivery/list.ts'
import { Kept } from './kept.ts'
import type { Sessions } from './sessions.ts'

const chunkSize = 1024 * 1024
const inFlight = 4
/** In bytes: longer input is sent as a file. */
const longestWord = 256 * 1024

/**
 * The node, through its agent; paths are relative to the login user's home.
 * @param readySudo makes the sessions ready for commands of other users. Throws UnreachableError when sudo refuses.
 */
export function remoteHost(sessions: Sessions, readySudo: () => Promise<void>): Host {
  const session = sessions.first
  return {
    side: 'remote',
    async run(argv, options) {
      if (options?.as !== undefined) await readySudo()
      return sessions.use((own) => run(own, argv, options), options)
    },
    read: (path) => read(session, path),
    write: (path, source, options) => write(session, path, source, options),
    async glob(pattern) {
      if (pattern.includes('**')) throw new OpFailed(`${pattern}: a node's shell knows no **. Name the folders.`)
      const escaped = pattern.replace(/\[!|[^\w*?[\]/.-]/g, (found) => (found === '[!' ? found : quote(found)))
      const list = `for f in ${escaped}; do [ ! -f "$f" ] || printf '%s\\0' "$f"; done`
      const { stdout } = await session.ask('sh', '-c', list)
      return stdout
        .toString('utf8')
        .split('\0')
        .filter((name) => name !== '')
        .sort()
    },
    async stat(path) {
      const found = await session.ask('sh', '-c', '[ -f "$1" ] && stat -L -c "%s %a %Y" -- "$1"', 'sh', path)
      const [size, mode, seconds] = found.stdout.toString('utf8').trim().split(' ')
      if (found.words[0] !== '0') return undefined
      return { size: Number(size), mode: Number.parseInt(mode ?? '', 8), modified: Number(seconds) * 1000 }
    },
    list: (path) => listRemote(session, path),
    async receive(folder, entries, from, options) {
      const { receive } = await import('./delivery/receive.ts')
      return receive(session, () => sessions.start(), folder, entries, from, options)
    },
  }
}

/** Makes or replaces a small file on the node that only the login user may read; whole or not at all. */
export async function writeText(session: Session, path: string, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await write(session, path, Readable.from([bytes]), { size: bytes.length, sha256, mode: 0o600 })
}

/** The agent's line for a command outside the journal. */
export function plainLine(id: string, argv: readonly string[], options: RunOptions = {}): string {
  const { as = '', cwd = '', timeout } = options
  const limit = timeout === undefined ? '-' : timeout / 1000
  return `plain ${id} ${limit} ${quoteAll([as, cwd, ...argv])}`
}

/** Runs one command outside the journal. Throws LostError when its end is not known. */
export async function runPlain(
  session: Session,
  line: string,
  id: string,
  hear: Listener,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  let words: readonly string[] | undefined
  const stop = () => session.send('stop_here')
  signal?.addEventListener('abort', stop, { once: true })
  try {
    const listener = {
      ...hear,
      end(ended: readonly string[]) {
        words = ended
      },
    }
    const reason = await session.work([line], new Map([[id, listener]]))
    if (words === undefined) throw new LostError(`the node did not run it: ${reason}`)
    return words
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

async function run(session: Session, argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  options.signal?.throwIfAborted()
  const kept = new Kept()
  const words = await runPlain(
    session,
    await lineOf(session, argv, options),
    'c',
    {
      data: (stream, bytes) => kept.add(stream, bytes),
    },
    options.signal,
  )
  options.signal?.throwIfAborted()
  const [status, code, signal] = words
  if (status === 'ERROR') throw new BrokenError(`${argv[0]}: its end could not be verified on the node`)
  const killed = signal !== undefined && signal !== '-'
  const late = status === 'TIMED_OUT' ? { timedOut: true as const } : {}
  return { ...kept.streams(), ...late, ...(killed ? { signal: `SIG${signal}` } : { exit: Number(code) }) }
}

/** What is short goes with the line itself, in one round trip; the agent puts it into a file of its own. */
async function lineOf(session: Session, argv: readonly string[], options: RunOptions): Promise<string> {
  const { input } = options
  const plain = plainLine('c', argv, options)
  if (input === undefined) return `{ s_input=/dev/null; ${plain}; }`
  const file = `${session.folder}/input`
  const text = shortText(input)
  if (text !== undefined) return `{ give_input ${quote(text)} && ${plain}; }`
  const answer = await session.put(file, 0, input)
  if (answer.words[0] !== '0') throw new BrokenError(`${argv[0]}: there is no room for its input on the node`)
  return `{ s_input=${quote(file)}; ${plain}; }`
}

/** Text that can be a word of the shell; undefined for what is long or is no text. */
function shortText(input: Uint8Array): string | undefined {
  if (input.length > longestWord) return undefined
  const bytes = Buffer.from(input)
  const text = bytes.toString('utf8')
  return text.includes('\0') || !Buffer.from(text).equals(bytes) ? undefined : text
}

async function* read(session: Session, path: string): AsyncGenerator<Uint8Array> {
  const chunks: Buffer[] = []
  const kept = new Kept()
  let wake: (() => void) | undefined
  let taken: (() => void) | undefined
  let over = false
  // Whoever reads may stop early: what still comes is then nobody's, and must not be waited with.
  let abandoned = false
  let failure: unknown
  const hear: Listener = {
    data(stream, bytes) {
      if (stream === 'stderr') return kept.add(stream, bytes)
      if (abandoned) return undefined
      chunks.push(Buffer.from(bytes))
      wake?.()
      if (chunks.length < 64) return undefined
      return new Promise<void>((resolve) => {
        taken = resolve
      })
    },
  }
  const ended = runPlain(session, plainLine('c', ['cat', '--', path]), 'c', hear)
    .then(([status]) => {
      if (status !== 'OK')
        failure = new BrokenError(kept.streams().stderr.toString('utf8').trim() || `${path} can't be read`)
    })
    .catch((cause: unknown) => {
      failure = cause
    })
    .finally(() => {
      over = true
      wake?.()
    })
  try {
    for (;;) {
      const chunk = chunks.shift()
      if (chunk !== undefined) yield chunk
      else if (over) break
      else {
        taken?.()
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
    if (failure !== undefined) throw failure
  } finally {
    abandoned = true
    taken?.()
    if (!over) session.send('stop_here')
    await ended
  }
}

/** Sends a file beside its place in pieces, goes on where an earlier try was cut, and has the node check it before it is visible. */
async function write(
  session: Session,
  path: string,
  source: AsyncIterable<Uint8Array>,
  options: WriteOptions,
): Promise<void> {
  const part = posix.join(posix.dirname(path), `.part-${options.sha256.slice(0, 32)}`)
  let offset = await sizeOf(session, part)
  if (offset > options.size) offset = 0
  const waiting: Promise<void>[] = []
  const send = async (at: number, bytes: Uint8Array) => {
    const answer = await session.put(part, at, bytes)
    if (answer.words[0] !== '0')
      throw new BrokenError(
        `${part}: ${answer.stderr.toString('utf8').trim() || 'the node could not write it: its disk may be full'}`,
      )
    options.onProgress?.(at + bytes.length)
  }
  try {
    for await (const { at, bytes } of pieces(source, offset)) {
      options.signal?.throwIfAborted()
      if (waiting.length >= inFlight) await waiting.shift()
      const sent = send(at, bytes)
      sent.catch(() => {})
      waiting.push(sent)
    }
    if (options.size === 0) await send(0, new Uint8Array())
  } finally {
    await Promise.allSettled(waiting)
  }
  await Promise.all(waiting)
  const mode = (options.mode ?? 0o644).toString(8)
  const commit = quoteAll(['commit', part, path, String(options.size), options.sha256, mode])
  const answer = await session.ask('eval', `${makeWay(path)} && ${commit}`)
  if (answer.words[0] === '0') return
  await session.ask('rm', '-f', part)
  throw new BrokenError(`${path} did not arrive whole: ${answer.stderr.toString('utf8').trim()}`)
}

/** mv(1) would put a file into the folder of its name, or into that which a link of its name leads to. */
function makeWay(path: string): string {
  const name = quote(path)
  const refuse = "{ echo 'there is a folder of that name' >&2; false; }"
  return `if [ -h ${name} ] && [ -d ${name} ]; then rm -f -- ${name}; else [ ! -d ${name} ] || ${refuse}; fi`
}

async function sizeOf(session: Session, path: string): Promise<number> {
  const { words, stdout } = await session.ask('sh', '-c', '[ ! -f "$1" ] || wc -c <"$1"', 'sh', path)
  return words[0] === '0' ? Number(stdout.toString('utf8').trim() || '0') : 0
}

/** The bytes from `offset` on, in pieces of 1 MiB. */
async function* pieces(
  source: AsyncIterable<Uint8Array>,
  offset: number,
): AsyncGenerator<{ at: number; bytes: Buffer }> {
  let at = offset
  let toSkip = offset
  let gathered: Uint8Array[] = []
  let size = 0
  for await (const chunk of source) {
    const rest = chunk.subarray(Math.min(toSkip, chunk.length))
    toSkip -= chunk.length - rest.length
    if (rest.length === 0) continue
    gathered.push(rest)
    size += rest.length
    if (size < chunkSize) continue
    yield { at, bytes: Buffer.concat(gathered) }
    at += size
    gathered = []
    size = 0
  }
  if (size > 0) yield { at, bytes: Buffer.concat(gathered) }
}
