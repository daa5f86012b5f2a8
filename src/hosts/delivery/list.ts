import { posix } from 'node:path'
import type { Session } from '../../agent/session.ts'
import { type Entry, OpFailed } from '../../ops/types.ts'
import { plainLine } from '../../transport/plain.ts'
import { BrokenError } from '../../words/errors.ts'
import { nameOf } from '../names.ts'

/**
 * In each batch of names: how many, a line with type and mode, size and time for each, the names, the targets of the links
 * among them. Each of these ends with NUL, which stands in no name.
 */
const script = `
[ -e "$1" ] || exit 0
follow=-L
[ ! -d "$1" ] || { follow= && set -- "\${1%/}/"; }
find -H "$1" \\( -type f -o -type d -o -type l \\) -exec sh -c '
  printf "%s\\0" "$#"
  stat $0 -c "%f %s %Y" -- "$@" || exit
  printf "\\0"
  printf "%s\\0" "$@"
  for f; do [ ! -h "$f" ] || [ "$0" ] || { readlink "$f" && printf "x\\0"; } || exit; done
' "$follow" {} +`

/** A file, or a folder of the node with all that is in it, under its last name. Throws OpFailed for what can't be read there. */
export async function listRemote(session: Session, path: string): Promise<readonly Entry[]> {
  const asPath = path.startsWith('-') ? `./${path}` : path
  const { words, stdout, stderr } = await session.ask('sh', '-c', script, 'sh', asPath)
  if (words[0] !== '0') {
    const said = plainLine(stderr.toString('utf8'))
    throw new OpFailed(`${path} can't be listed on the node: ${said || 'it does not say why'}. Mend that there.`)
  }
  const parent = posix.dirname(posix.normalize(asPath).replace(/(?<=.)\/$/, ''))
  const entries = parse(recordsOf(stdout), (from) => posix.relative(parent, posix.normalize(from)))
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function recordsOf(bytes: Buffer): readonly string[] {
  const records: string[] = []
  for (let at = 0, end = bytes.indexOf(0); end !== -1; at = end + 1, end = bytes.indexOf(0, at)) {
    records.push(nameOf(bytes.subarray(at, end), (shown) => `${shown}: the name is no UTF-8. Rename it on the node.`))
  }
  return records
}

/** Throws BrokenError for what the script can't have printed. */
function parse(records: readonly string[], nameOf: (from: string) => string): Entry[] {
  const entries: Entry[] = []
  let at = 0
  const next = () => {
    const record = records[at++]
    if (record === undefined) throw new BrokenError("the node's list of files ends too early")
    return record
  }
  while (at < records.length) {
    const count = Number(next())
    const facts = next().split('\n')
    if (facts.length !== count + 1) throw new BrokenError("the node's list of files makes no sense")
    const made = facts.slice(0, count).map((line) => entryOf(line, next(), nameOf))
    // The target is followed by a newline and an x, so that newlines of its own are kept.
    entries.push(...made.map((entry) => (entry.kind === 'link' ? { ...entry, target: next().slice(0, -2) } : entry)))
  }
  return entries
}

/** The type of a file in its mode: inode(7). */
const types: ReadonlyMap<number, Entry['kind']> = new Map([
  [0o100000, 'file'],
  [0o040000, 'folder'],
  [0o120000, 'link'],
])

function entryOf(line: string, from: string, nameOf: (from: string) => string): Entry {
  const [, hex = '', size, seconds] = /^([\da-f]+) (\d+) (\d+)$/.exec(line) ?? []
  const [mode, path] = [Number.parseInt(hex, 16), nameOf(from)]
  const kind = types.get(mode & 0o170000)
  if (kind === undefined) throw new BrokenError("the node's list of files makes no sense")
  if (kind === 'link') return { kind, path, target: '' }
  if (kind === 'folder') return { kind, path, mode: mode & 0o7777 }
  return { kind, path, from, size: Number(size), mode: mode & 0o7777, modified: Number(seconds) * 1000 }
}
