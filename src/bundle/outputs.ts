import type { Stream } from '../agent/hearing.ts'
import type { Session } from '../agent/session.ts'

/** A file in a bundle's `output/`: what one attempt of a step printed on one stream. */
export interface OutputFile {
  readonly name: string
  readonly step: string
  readonly attempt: number
  readonly stream: Stream
  /** Bytes, when it was listed. */
  readonly size: number
}

/** As much of an output as is read: all of it, or its beginning and its end. */
export interface KeptOutput extends OutputFile {
  readonly head: Buffer
  readonly tail: Buffer
}

const mostFiles = 4_000

/** The outputs in the bundle at `folder` that are not empty. */
export async function listOutputs(session: Session, folder: string): Promise<readonly OutputFile[]> {
  const { stdout } = await session.ask('sh', '-c', 'cd -- "$1" && wc -c -- *', 'sh', `${folder}/output`)
  const files = stdout.toString('utf8').split('\n').slice(0, mostFiles).flatMap(parseLine)
  return files.filter(({ size }) => size > 0)
}

/** Named N-STEP.ATTEMPT.out or .err, and .out.STATUS.CODE after a full disk. */
const named = /^\s*(\d+) (\d+-(\S+)\.(\d+)\.(out|err)(?:\.[A-Z_]+\.(?:\d+|-))?)$/

function parseLine(line: string): readonly OutputFile[] {
  const [, size, name = '', step = '', attempt, kind] = named.exec(line) ?? []
  if (size === undefined) return []
  const stream = kind === 'out' ? 'stdout' : 'stderr'
  return [{ name, step, attempt: Number(attempt), stream, size: Number(size) }]
}

/** Reads outputs, of each at most so many bytes: where it has more, half of them from either end. In one round trip. */
export function readOutputs(
  session: Session,
  folder: string,
  files: readonly OutputFile[],
  most: number,
): Promise<readonly KeptOutput[]> {
  return Promise.all(files.map((file) => readEnds(session, `${folder}/output/${file.name}`, file, most)))
}

async function readEnds(session: Session, path: string, file: OutputFile, most: number): Promise<KeptOutput> {
  const half = Math.floor(most / 2)
  const whole = file.size <= most
  const count = whole ? file.size : half
  const [head, tail] = await Promise.all([
    firstBytes(session, count, 'dd', `if=${path}`, `bs=${count}`, 'count=1'),
    whole ? Buffer.alloc(0) : readFrom(session, path, file.size - half, half),
  ])
  return { ...file, head, tail }
}

/** What a file on the node has from this byte on, at most so much of it; nothing where there is no such file. */
export function readFrom(session: Session, path: string, offset: number, most: number): Promise<Buffer> {
  return firstBytes(session, most, 'tail', '-c', `+${offset + 1}`, '--', path)
}

/** The beginning of what a command on the node prints: a node may send more than it was asked for. */
async function firstBytes(session: Session, most: number, ...argv: readonly string[]): Promise<Buffer> {
  const parts: Buffer[] = []
  let room = most
  await session.listen('ask', argv, {
    data(stream, bytes) {
      if (stream === 'stderr' || room === 0) return
      // A copy: the chunk it came in can be much larger.
      const part = Buffer.from(bytes.subarray(0, room))
      parts.push(part)
      room -= part.length
    },
  })
  return Buffer.concat(parts)
}
