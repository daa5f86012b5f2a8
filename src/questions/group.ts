import { unlessAbsent } from './presence.ts'
import { type Ask, type Subject, textOf, Unknown } from './types.ts'

/** A group by its name. */
export interface Group extends Subject {
  exists(): Promise<boolean>
  gid(): Promise<number>
  /** Those whom its entry names. Whose primary group it is need not be among them. */
  members(): Promise<readonly string[]>
}

/** What group(5) tells. */
export interface GroupState {
  readonly gid: number
  readonly members: readonly string[]
}

/** Reads what q_group printed. Throws Unknown when it is not that. */
export function parseGroup(text: string): GroupState {
  const [, , gid = '', members, ...more] = text.trimEnd().split(':')
  if (!/^\d+$/.test(gid) || members === undefined || more.length > 0)
    throw new Unknown(`the database of groups said: ${text.slice(0, 200)}`)
  return { gid: Number(gid), members: members.split(',').filter(Boolean) }
}

export function group(ask: Ask, name: string, node: string): Group {
  const about = `group ${name} on ${node}`
  const state = async () => parseGroup(textOf(await ask({ name: 'group', words: [name] }), about))
  return {
    about,
    exists: () => unlessAbsent(state().then(() => true)),
    gid: async () => (await state()).gid,
    members: async () => (await state()).members,
  }
}
