import type { Answer, Session } from '../../agent/session.ts'
import { OpFailed } from '../../ops/types.ts'
import { quote, quoteAll } from '../../plan/quote.ts'
import { plainLine } from '../../transport/plain.ts'
import { BrokenError } from '../../words/errors.ts'

/** What the agent is to do for a delivery, and what it means when it can't. */
export interface Request {
  readonly otherwise: string
  readonly argv: readonly string[]
}

/** The last exit code there is. */
const lastCode = 255

/** Has the agent do one after the other, in one round trip, each only when the one before it has succeeded. Throws OpFailed with what the node said. */
export async function must(session: Session, ...requests: readonly Request[]): Promise<void> {
  if (requests.length === 0) return
  // Each in a subshell, as many of them change the folder.
  const lines = requests.map(({ argv }, at) => `(${quoteAll(argv)}) || exit ${Math.min(at + 1, lastCode)}`)
  const answer = await session.ask('eval', lines.join('\n'))
  const [code] = answer.words
  if (code === '0') return
  const { otherwise, argv } = requests[Number(code) - 1] ?? (requests[0] as Request)
  throw new OpFailed(`${otherwise}: ${saidBy(answer) || `${quote(argv[0] ?? '')} failed`}`)
}

/** Sends a list of names, each behind `./` and before NUL, as a file of the agent's own folder. */
export async function sendList(session: Session, name: string, paths: readonly string[]): Promise<void> {
  const text = paths.map((path) => `./${path}\0`).join('')
  const answer = await session.put(listFile(session, name), 0, Buffer.from(text))
  if (answer.words[0] !== '0') throw new BrokenError('there is no room for temporary files on the node')
}

/** Where a list is put. */
export function listFile({ folder }: Session, name: string): string {
  return `${folder}/${name}.list`
}

/** What the node said against a request, in one line. */
export function saidBy({ stderr }: Answer): string {
  return plainLine(stderr.toString('utf8'))
}
