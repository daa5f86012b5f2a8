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

/** @param sudo who may ask for its password, and where it is kept. */
export function openNode({ connection, session }: Link, sudo: Omit<SudoInput, 'session'>): OpenNode {
  const sessions = new Sessions(session, async () => {
    const another = await Session.start(connection)
    sudo.vault.handTo(another)
    return another
  })
  let ready: Promise<void> | undefined
  const host = remoteHost(sessions, () => {
    ready ??= readySudo({ ...sudo, session })
    return ready
  })
  return { host, close: () => sessions.close() }
}
