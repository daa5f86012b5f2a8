import { unlessAbsent } from './presence.ts'
import { Absent, type Ask, bytesOf, type Subject, textOf, Unknown } from './types.ts'

/** A user by its name. */
export interface User extends Subject {
  exists(): Promise<boolean>
  uid(): Promise<number>
  /** Of the primary group. */
  gid(): Promise<number>
  /** The primary group's name; its number when it has none. */
  group(): Promise<string>
  /** All its groups, the primary first. */
  groups(): Promise<readonly string[]>
  home(): Promise<string>
  shell(): Promise<string>
  /** The entry's comment: a person's name, in most cases. */
  gecos(): Promise<string>
  /** Can no password log it in (`!` or `*`, where `passwd -S` says L)? A key still may. Only root can tell. */
  isLocked(): Promise<boolean>
  /**
   * Does ~/.ssh/authorized_keys or authorized_keys2 hold this public key? The comment and the options do not count.
   * Throws Absent for a user that is not there.
   */
  hasAuthorizedKey(key: string): Promise<boolean>
}

/** What passwd(5) and id(1) tell. */
export interface UserState {
  readonly uid: number
  readonly gid: number
  readonly groups: readonly string[]
  readonly gecos: string
  readonly home: string
  readonly shell: string
}

/** Reads what q_user printed. Throws Unknown when it is not that. */
export function parseUser(text: string): UserState {
  const [entry = '', ...lines] = text.trimEnd().split('\n')
  const [, , uid = '', gid = '', gecos = '', home = '', shell, ...more] = entry.split(':')
  if (!/^\d+$/.test(uid) || !/^\d+$/.test(gid) || shell === undefined || more.length > 0)
    throw new Unknown(`the database of users said: ${text.slice(0, 200)}`)
  const groups = lines.map((line) => line.slice(line.indexOf(' ') + 1))
  return { uid: Number(uid), gid: Number(gid), groups, gecos, home, shell }
}

/** The keys of authorized_keys(5), each as `TYPE BASE64`; of a key file too. */
export function parseKeys(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    if (line.trimStart().startsWith('#')) return []
    // Options may hold anything between quotes, where \" is no end.
    const bare = line.replace(/"(?:\\"|[^"])*"/g, '""')
    // All key types of OpenSSH begin so; the base64 of each begins with the length of its type.
    const [, type, blob] = bare.match(/(?:^|\s)((?:ssh|ecdsa|sk)-[\w.@-]+)\s+(AAAA[\w+/]+=*)/) ?? []
    return type === undefined ? [] : [`${type} ${blob}`]
  })
}

const most = 1024 * 1024

export function user(ask: Ask, name: string, node: string): User {
  const about = `user ${name} on ${node}`
  const state = async () => parseUser(textOf(await ask({ name: 'user', words: [name] }), about))
  return {
    about,
    exists: () => unlessAbsent(state().then(() => true)),
    uid: async () => (await state()).uid,
    gid: async () => (await state()).gid,
    async group() {
      const [primary] = (await state()).groups
      if (primary === undefined) throw new Absent(`${about}: it has no group`)
      return primary
    },
    groups: async () => (await state()).groups,
    home: async () => (await state()).home,
    shell: async () => (await state()).shell,
    gecos: async () => (await state()).gecos,
    isLocked: async () => textOf(await ask({ name: 'locked', words: [name] }), about).trim() === 'locked',
    async hasAuthorizedKey(key) {
      const [wanted] = parseKeys(String(key))
      if (wanted === undefined)
        throw new TypeError(`${about}: this is no public key. Give a line as in id_ed25519.pub.`)
      const bytes = bytesOf(await ask({ name: 'keys', words: [name] }), about)
      if (bytes.length > most) throw new Unknown(`${about}: its authorized keys are over 1 MiB`)
      return parseKeys(bytes.toString('utf8')).includes(wanted)
    },
  }
}
