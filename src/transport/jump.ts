import { UsageError } from '../words/errors.ts'

/** One host of a ProxyJump, as written. */
export interface Hop {
  readonly host: string
  readonly user?: string
  readonly port?: number
}

/**
 * Reads `[USER@]HOST[:PORT][,…]`, as ProxyJump in ssh_config(5); `none` is no host.
 * `from` says where it is written. Throws UsageError.
 */
export function parseJump(text: string, from: string): readonly Hop[] {
  if (text.toLowerCase() === 'none') return []
  return text.split(',').map((part) => hopOf(part.trim()) ?? refuse(text, from))
}

function hopOf(part: string): Hop | undefined {
  const bare = part.replace(/^ssh:\/\//, '')
  const at = bare.lastIndexOf('@')
  const user = bare.slice(0, Math.max(at, 0))
  const found =
    /^(?:\[([\da-f:.%]+)\]|([^\s:[\]/'"`$\\;&<>|(){}-][^\s:[\]/'"`$\\;&<>|(){}]*))(?::([1-9]\d{0,4}))?$/i.exec(
      bare.slice(at + 1),
    )
  const host = found?.[1] ?? found?.[2]
  const port = found?.[3] === undefined ? undefined : Number(found[3])
  if (!host || (port ?? 0) > 65_535 || (at >= 0 && !/^[^-\s'"`$\\;&<>|(){}][^\s'"`$\\;&<>|(){}]*$/.test(user)))
    return undefined
  return { host, ...(at < 0 ? {} : { user }), ...(port === undefined ? {} : { port }) }
}

function refuse(text: string, from: string): never {
  throw new UsageError(
    `${from}: jump = ${text} is not a list of hosts. Write [USER@]HOST[:PORT], with commas between, or none.`,
  )
}
