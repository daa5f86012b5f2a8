import { posix } from 'node:path'
import type { Session } from '../../agent/session.ts'
import type { Entry } from '../../ops/types.ts'

/** Kind, mode, size, time and path of each; the target of a link. A record ends with NUL. */
const script = `
[ -e "$1" ] || exit 0
find -H "$1" -exec sh -c 'for f; do
  if [ -h "$f" ] && [ "$f" != "$0" ]; then printf "l 0 0 0 %s\\0%s\\0" "$f" "$(readlink "$f"; echo x)"
  elif [ -d "$f" ]; then printf "d %s 0 0 %s\\0" "$(stat -L -c %a "$f")" "$f"
  elif [ -f "$f" ]; then printf "f %s %s\\0" "$(stat -L -c "%a %s %Y" "$f")" "$f"
  fi
done' "$1" {} +`

/** A file, or a folder of the node with all that is in it, under its last name. */
export async function listRemote(session: Session, path: string): Promise<readonly Entry[]> {
  const asPath = path.startsWith('-') ? `./${path}` : path
  const { stdout } = await session.ask('sh', '-c', script, 'sh', asPath)
  const records = stdout.toString('utf8').split('\0')
  const parent = posix.dirname(posix.normalize(asPath).replace(/(?<=.)\/$/, ''))
  const entries: Entry[] = []
  let at = 0
  const next = () => records[at++] ?? ''
  while (at < records.length - 1) {
    const [, kind, mode = '', size, seconds, from = ''] = /^([fdl]) (\d+) (\d+) (\d+) (.*)$/s.exec(next()) ?? []
    const name = posix.relative(parent, posix.normalize(from))
    const bits = Number.parseInt(mode, 8)
    if (kind === 'd') entries.push({ kind: 'folder', path: name, mode: bits })
    if (kind === 'f') {
      const modified = Number(seconds) * 1000
      entries.push({ kind: 'file', path: name, from, size: Number(size), mode: bits, modified })
    }
    // The target is followed by a newline and an x, so that newlines of its own are kept.
    if (kind === 'l') entries.push({ kind: 'link', path: name, target: next().slice(0, -2) })
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1))
}
