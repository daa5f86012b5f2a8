import { unlessAbsent } from './presence.ts'
import { Absent, type Ask, bytesOf, type Subject, textOf, Unknown } from './types.ts'

/** A file, folder, link, socket or pipe by its path. Links are not followed, save for the content. */
export interface File extends Subject {
  exists(): Promise<boolean>
  isFile(): Promise<boolean>
  isDirectory(): Promise<boolean>
  isSymlink(): Promise<boolean>
  isSocket(): Promise<boolean>
  isPipe(): Promise<boolean>
  /** May anyone execute it, by the permission bits? Those of what a link leads to count. */
  isExecutable(): Promise<boolean>
  /** Permission bits, with set-user-ID, set-group-ID and the sticky bit. */
  mode(): Promise<number>
  /** Throws Absent when its uid is nobody's. */
  user(): Promise<string>
  uid(): Promise<number>
  /** Throws Absent when its gid is no group's. */
  group(): Promise<string>
  gid(): Promise<number>
  /** Bytes. */
  size(): Promise<number>
  modified(): Promise<Date>
  /** Where a link leads, as it is written. */
  linkedTo(): Promise<string>
  /** As UTF-8, at most 8 MiB. */
  content(): Promise<string>
  contains(what: string | RegExp): Promise<boolean>
  /** Of its bytes, of any size, in hexadecimal. */
  sha256sum(): Promise<string>
  /** The names in a folder, sorted, without `.` and `..`. */
  list(): Promise<readonly string[]>
}

/** What `stat` tells. */
export interface FileState {
  /** As GNU and busybox name it: `regular file`, `regular empty file`, `directory`, `symbolic link`, `socket`, `fifo`. */
  readonly kind: string
  readonly mode: number
  readonly user: string
  readonly uid: number
  readonly group: string
  readonly gid: number
  readonly size: number
  readonly modified: Date
  /** Where a link leads. */
  readonly target?: string
  /** The mode of what a link leads to, in octal, or why that can't be seen. */
  readonly through?: string
}

const most = 8 * 1024 * 1024

/** Reads what q_file printed. Throws Unknown when it is not that. */
export function parseFile(text: string): FileState {
  const [kind = '', mode = '', user = '', uid = '', group = '', gid = '', size = '', seconds = '', ...rest] =
    text.split('\n')
  if (!/^[0-7]+$/.test(mode) || !/^-?\d+$/.test(seconds)) throw new Unknown(`stat said: ${text.slice(0, 200)}`)
  const [through = '', ...target] = rest
  return {
    kind,
    mode: Number.parseInt(mode, 8),
    user,
    uid: Number(uid),
    group,
    gid: Number(gid),
    size: Number(size),
    modified: new Date(Number(seconds) * 1000),
    ...(kind === 'symbolic link' ? { through, target: target.join('\n').replace(/\n$/, '') } : {}),
  }
}

export function file(ask: Ask, path: string, node: string): File {
  const about = `file ${path} on ${node}`
  const state = async () => parseFile(textOf(await ask({ name: 'file', words: [path] }), about))
  const is = (kind: RegExp) => unlessAbsent(state().then((it) => kind.test(it.kind)))
  const named = async (which: 'user' | 'group') => {
    const name = (await state())[which]
    // As GNU and busybox write it.
    if (name === 'UNKNOWN') throw new Absent(`${about}: its ${which} has no name`)
    return name
  }
  const content = async () => {
    const bytes = bytesOf(await ask({ name: 'content', words: [path] }), about)
    if (bytes.length > most) throw new Unknown(`${about}: it is over 8 MiB`)
    return bytes.toString('utf8')
  }
  return {
    about,
    exists: () => is(/./),
    isFile: () => is(/^regular/),
    isDirectory: () => is(/^directory$/),
    isSymlink: () => is(/^symbolic link$/),
    isSocket: () => is(/^socket$/),
    isPipe: () => is(/^fifo$/),
    isExecutable: () => unlessAbsent(state().then((it) => isExecutable(it, about))),
    mode: async () => (await state()).mode,
    user: () => named('user'),
    uid: async () => (await state()).uid,
    group: () => named('group'),
    gid: async () => (await state()).gid,
    size: async () => (await state()).size,
    modified: async () => (await state()).modified,
    async linkedTo() {
      const { target } = await state()
      if (target === undefined) throw new Absent(`${about}: it is no link`)
      return target
    },
    content,
    contains: async (what) => {
      const text = await content()
      // `test` of a global expression goes on where it last stopped.
      return typeof what === 'string' ? text.includes(what) : text.search(what) >= 0
    },
    sha256sum: async () => textOf(await ask({ name: 'sum', words: [path] }), about).trim(),
    async list() {
      const names = textOf(await ask({ name: 'list', words: [path] }), about).split('\0')
      return names.slice(0, -1).sort()
    },
  }
}

function isExecutable({ mode, through }: FileState, about: string): boolean {
  if (through === undefined) return (mode & 0o111) !== 0
  if (/^[0-7]+$/.test(through)) return (Number.parseInt(through, 8) & 0o111) !== 0
  if (through === 'No such file or directory' || through === 'Not a directory') return false
  throw new Unknown(`${about}: where it leads can't be seen: ${through}`)
}
