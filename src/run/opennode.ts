import { Session } from '../agent/session.ts'
import { remoteHost } from '../hosts/remote.ts'
import { Sessions } from '../hosts/sessions.ts'
import type { Host } from '../ops/types.ts'
import type { Link } from './link.ts'
import { readySudo, type SudoInput } from './sudo.ts'

/** The node as code ops see it, until it is closed. */
export interface OpenNode {
  readonly host: Host
  readonly close: () => Promise<void>
}

/**
 * @param sudo who may ask for its password, and where it is kept.
 * @param brief a command that runs when the connection is lost is ended then, instead of going on.
 */
export function openNode({ connection, session }: Link, sudo: Omit<SudoInput, 'session'>, brief = false): OpenNode {
  const others: Session[] = []
  if (brief) session.send('brief=yes')
  const sessions = new Sessions(session, async () => {
    const another = await Session.start(connection)
    if (brief) another.send('brief=yes')
    sudo.vault.handTo(another)
    others.push(another)
    return another
  })
  let ready: Promise<void> | undefined
  const host = remoteHost(sessions, () => {
    ready ??= readyAll(others, { ...sudo, session })
    return ready
  })
  return { host, close: () => sessions.close() }
}

/** A session that was there before the password was known gets it now. */
async function readyAll(others: readonly Session[], sudo: SudoInput): Promise<void> {
  await readySudo(sudo)
  for (const other of others) sudo.vault.handTo(other)
}
