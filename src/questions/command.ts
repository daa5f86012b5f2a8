import { unlessAbsent } from './presence.ts'
import { type Ask, type Subject, textOf } from './types.ts'

/**
 * A program by its name, looked for in the folders of PATH and then in /usr/local/sbin, /usr/sbin and /sbin; or by its path.
 * What only a shell knows, such as `cd`, is none.
 */
export interface Command extends Subject {
  exists(): Promise<boolean>
  path(): Promise<string>
}

export function command(ask: Ask, name: string, node: string): Command {
  const about = `command ${name} on ${node}`
  const path = async () => textOf(await ask({ name: 'command', words: [name] }), about).replace(/\n$/, '')
  return { about, exists: () => unlessAbsent(path().then(() => true)), path }
}
