import { type Entry, OpFailed } from '../../ops/types.ts'

/**
 * Refuses entries that would lead out of the folder they are made in, whoever listed them. Throws OpFailed.
 * A link may climb only before it descends, and not above the tree that it is in: so no chain of links leads out of it.
 */
export function checkPaths(entries: readonly Entry[]): void {
  const folders = new Map<string, boolean>()
  for (const entry of entries) {
    const { kind, path } = entry
    const parts = path.split('/')
    if (parts.some((part) => ['', '.', '..'].includes(part)) || path.includes('\0'))
      throw new OpFailed(`${path}: the name leads elsewhere. It is refused.`)
    if (folders.has(path)) throw new OpFailed(`${path} is listed twice. It is refused.`)
    folders.set(path, kind === 'folder')
    if (entry.kind === 'link' && !staysIn(parts, entry.target))
      throw new OpFailed(
        `${path} is a link to ${entry.target}, which leads out of the tree. Leave it out, or make it a file.`,
      )
    if (entry.kind === 'file' && !Number.isSafeInteger(entry.size))
      throw new OpFailed(`${path} is said to be ${entry.size} bytes long. It is refused.`)
  }
  for (const path of folders.keys()) {
    const above = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    if (folders.get(above) === false) throw new OpFailed(`${path} lies in ${above}, which is no folder. It is refused.`)
  }
}

function staysIn(parts: readonly string[], target: string): boolean {
  const steps = target.split('/').filter((step) => step !== '.' && step !== '')
  const climbs = steps.findIndex((step) => step !== '..')
  const up = climbs === -1 ? steps.length : climbs
  return (
    !target.startsWith('/') && target !== '' && !steps.slice(up).includes('..') && up <= Math.max(0, parts.length - 2)
  )
}
