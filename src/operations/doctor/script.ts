import type { Session } from '../../agent/session.ts'

/** The lines that a script printed on the node, and its exit code. It runs in the login user's home. */
export interface Printed {
  readonly code: string
  readonly lines: readonly string[]
}

/** Runs a script that changes nothing; `args` are its positional parameters. */
export async function ask(session: Session, script: string, ...args: readonly string[]): Promise<Printed> {
  const { words, stdout } = await session.ask('sh', '-c', script, 'sh', ...args)
  return { code: words[0] ?? '', lines: stdout.toString('utf8').split('\n').slice(0, -1) }
}
