import { Absent, type Ask, bytesOf, type Subject, textOf, Unknown } from './types.ts'

/** A file, folder, link, socket or pipe by its path. Links are not followed, save for the content. */
export interface File extends Subject {
  exists(): Promise<boolean>
  isFile(): Promise<boolean>
  isDirectory(): Promise<boolean>
  isSymlink(): Promise<boolean>
  isSocket(): Promise<boolean>
  isPipe(): Promise<boolean>
  /** Permission bits, with set-user-ID, set-group-ID and the sticky bit. */
  mode(): Promise<number>
  user(): Promise<string>
  uid(): Promise<number>
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
  readonly target?: string
}

const most = 8 * 1024 * 1024

/** Reads what q_file printed. Throws Unknown when it is not that. */
export function parseFile(text: string): FileState {
  const [kind = '', mode = '', user = '', uid = '', group = '', gid = '', size = '', seconds = '', ...rest] =
    text.split('\n')
  if (!/^[0-7]+$/.test(mode) || !/^\d+$/.test(seconds)) throw new Unknown(`stat said: ${text.slice(0, 200)}`)
  const target = rest.join('\n').replace(/\n$/, '')
  return {
    kind,
    mode: Number.parseInt(mode, 8),
    user,
    uid: Number(uid),
    group,
    gid: Number(gid),
    size: Number(size),
    modified: new Date(Number(seconds) * 1000),
    ...(kind === 'symbolic link' ? { target } : {}),
  }
}

export function file(ask: Ask, path: string, node: string): File {
  const about = `file ${path} on ${node}`
  const state = async () => parseFile(textOf(await ask({ name: 'file', words: [path] }), about))
  const is = async (kind: RegExp) => {
    try {
      return kind.test((await state()).kind)
    } catch (error) {
      if (error instanceof Absent) return false
      throw error
    }
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
    mode: async () => (await state()).mode,
    user: async () => (await state()).user,
    uid: async () => (await state()).uid,
    group: async () => (await state()).group,
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
      return typeof what === 'string' ? text.includes(what) : what.test(text)
    },
  }
}
