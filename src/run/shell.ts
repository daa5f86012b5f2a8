import type { Session } from '../agent/session.ts'
import { noteShell } from '../bundle/hold.ts'
import type { Attributes } from '../deployfile/types.ts'
import { writeText } from '../hosts/remote.ts'
import { quote } from '../plan/quote.ts'
import { variableOf } from '../words/attributes.ts'
import type { OpenTerminal } from './operator.ts'
import type { Run } from './types.ts'

/** What a shell in a bundle finds in its environment. */
export interface Entry {
  readonly bundle: string
  readonly attributes: Attributes
  /** The run's id. */
  readonly run: string
}

/** Makes a bundle ready for a person. Gives the command that enters it: no value is in a command line, and none becomes code. */
export async function readyShell(session: Session, { bundle, attributes, run }: Entry): Promise<string> {
  const lines = [
    ...[...attributes].map(([key, { value }]) => `export ${variableOf(key)}=${quote(value)}`),
    `export bundle=${quote(bundle)} CONC_RUN=${quote(run)}`,
    `cd ${quote(bundle)} || exit 1`,
    'exec "${SHELL:-/bin/sh}" -i',
    '',
  ]
  await writeText(session, `${bundle}/enter`, lines.join('\n'))
  return `exec /bin/sh ${quote(`${bundle}/enter`)}`
}

/** Whether the operator can go into the bundle of a run that goes on. */
export function offersShell({ ports, log }: Run): boolean {
  return ports.operator?.terminal !== undefined && log.open
}

/** Lets the operator into the bundle, on the run's own connection; that they went in and came out is recorded. */
export async function runShell({ id, plan, ports, link, emit }: Run): Promise<void> {
  const { connection, session } = link
  const { bundle, attributes } = plan
  await noteShell(session, 'entered', ports.who)
  try {
    const command = await readyShell(session, { bundle, attributes, run: id })
    const open: OpenTerminal = (kind, size) => connection.openTerminal(command, kind, size)
    await ports.operator?.terminal?.(open)
  } finally {
    await noteShell(session, 'left', ports.who)
  }
  emit({ event: 'note', level: 'info', message: `${ports.who} was in the bundle` })
}
