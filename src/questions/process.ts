import { type Ask, type Subject, textOf, Unknown } from './types.ts'

/** Which processes are meant; all of these at once. */
export interface ProcessFilter {
  /** The program's name as the kernel has it: its first 15 bytes, `sh` for a script that sh was given. */
  readonly comm?: string
  /** Whose rights it has (its effective user): a name or a number. */
  readonly user?: string
  /** A part of its arguments, joined by spaces. */
  readonly args?: string
}

/** Processes of a node. conc's own there, and what has ended already (a zombie), are not among them. */
export interface Processes extends Subject {
  isRunning(): Promise<boolean>
  count(): Promise<number>
  pids(): Promise<readonly number[]>
  list(): Promise<readonly Process[]>
}

/** A process of a node, at the moment it was asked for. */
export interface Process {
  readonly pid: number
  /** The number when it has no name. */
  readonly user: string
  readonly comm: string
  /** Joined by spaces; of a kernel thread its name in brackets. */
  readonly args: string
}

/** Reads what q_process printed, in the order of the ids. Throws Unknown when it is not that. */
export function parseProcesses(text: string): readonly Process[] {
  const users = new Map<string, string>()
  const found: Process[] = []
  let head: readonly string[] = []
  for (const line of text.split('\n').filter(Boolean)) {
    const [kind, ...words] = line.split(' ')
    if (kind === 'u') users.set(words[0] ?? '', words.slice(1).join(' '))
    else if (kind === 'p') head = words
    else if (kind === 'a') found.push(processOf(head, words.join(' '), users))
    else throw new Unknown(`/proc said: ${line.slice(0, 200)}`)
  }
  return found.sort((a, b) => a.pid - b.pid)
}

function processOf([pid = '', uid = '', ...comm]: readonly string[], args: string, users: ReadonlyMap<string, string>) {
  return {
    pid: Number(pid),
    user: users.get(uid) ?? uid,
    comm: unescaped(comm.join(' ')),
    args: args.replaceAll('\x01', '\n'),
  }
}

/** /proc/PID/status writes a newline as `\n`, and a backslash as two. */
function unescaped(comm: string): string {
  return comm.replace(/\\(n|\\)/g, (_, what: string) => (what === 'n' ? '\n' : '\\'))
}

/** @param filter a name, or what is known of it. */
export function process(ask: Ask, filter: string | ProcessFilter, node: string): Processes {
  const { comm = '', user = '', args = '' } = typeof filter === 'string' ? { comm: filter } : filter
  const about = `process ${[comm, user && `of ${user}`, args && `with ${args}`].filter(Boolean).join(' ')} on ${node}`
  const list = async () => {
    const escaped = /[\\\n]/.test(comm)
    const text = textOf(await ask({ name: 'process', words: [escaped ? '' : comm, user] }), about)
    return parseProcesses(text).filter((it) => it.args.includes(args) && (!escaped || it.comm === comm.slice(0, 15)))
  }
  return {
    about,
    isRunning: async () => (await list()).length > 0,
    count: async () => (await list()).length,
    pids: async () => (await list()).map(({ pid }) => pid),
    list,
  }
}
