import { Session } from '../agent/session.ts'
import type { Connection } from '../transport/types.ts'

/** One login with its agent. */
export interface Link {
  readonly connection: Connection
  readonly session: Session
}

/** Logs in and starts the agent. Throws UnreachableError. */
export async function openLink(connect: () => Promise<Connection>): Promise<Link> {
  const connection = await connect()
  try {
    return { connection, session: await Session.start(connection) }
  } catch (cause) {
    await connection.close()
    throw cause
  }
}

export async function closeLink({ connection, session }: Link): Promise<void> {
  await session.close()
  await connection.close()
}
