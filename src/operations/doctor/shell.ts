import { AgentRefused } from '../../agent/hearing.ts'
import { messageOf } from '../../words/errors.ts'
import { type Finding, wrong } from './finding.ts'

/** The login worked, and the agent does not run. */
export function noShell(error: unknown): Finding {
  const text = messageOf(error)
  if (!(error instanceof AgentRefused)) return wrong('shell', text, 'on the node: chsh -s /bin/sh USER')
  return { lacks: lacking, home: homeless, room: roomless }[error.why](text)
}

const lacking = (text: string) => wrong('tools', text, 'apt-get install coreutils util-linux')
const homeless = (text: string) => wrong('shell', text, 'on the node: mkhomedir_helper USER')
const roomless = (text: string) => wrong('disk', text, 'on the node: df -h /tmp; df -i /tmp')
