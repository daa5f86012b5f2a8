import { type Ask, type Subject, textOf } from './types.ts'

/** What cron runs. Timers of systemd are not among it. */
export interface Cron extends Subject {
  /** The user's own table and the lines of /etc/crontab and /etc/cron.d for that user; without a user the asking one's table and all lines. */
  entries(): Promise<readonly CronEntry[]>
  /** Is there an entry with this text in its command, or with just this command, and schedule where that is given? */
  hasEntry(entry: string | WantedEntry): Promise<boolean>
}

/** A line of a crontab, read. */
export interface CronEntry {
  /** Five fields with one blank between them, or a word such as `@daily`. */
  readonly schedule: string
  readonly user: string
  readonly command: string
}

/** What an entry is looked for by; each schedule will do when none is given. */
export interface WantedEntry {
  readonly schedule?: string
  readonly command: string
}

/** Throws TypeError for what can't be a user's name. */
export function cron(ask: Ask, user: string | undefined, node: string): Cron {
  if (user !== undefined && !/^[^-\s/:][^\s/:]*$/.test(user))
    throw new TypeError(`cron('${user}'): that is no name of a user.`)
  const about = `cron${user === undefined ? '' : ` of ${user}`} on ${node}`
  const entries = async () => {
    const all = parseCron(textOf(await ask({ name: 'cron', words: [user ?? ''] }), about))
    return all.filter((entry) => user === undefined || entry.user === user)
  }
  return {
    about,
    entries,
    async hasEntry(wanted) {
      const fits = fitting(wanted, about)
      return (await entries()).some(fits)
    },
  }
}

/** Whether an entry is the wanted one. Throws TypeError for what can't be one: that it is not there would always hold. */
function fitting(wanted: string | WantedEntry, about: string): (entry: CronEntry) => boolean {
  const text = typeof wanted === 'string' ? wanted : wanted?.command
  if (typeof text !== 'string' || text.trim() === '')
    throw new TypeError(`${about}: which entry? Give a part of its command, or { schedule, command }.`)
  if (typeof wanted === 'string') return ({ command }) => command.includes(wanted)
  const time = wanted.schedule === undefined ? undefined : single(wanted.schedule)
  return ({ schedule, command }) => command === text.trim() && (time ?? schedule) === schedule
}

/** Reads what q_cron printed: crontab(5), where a table of the system names a user in each line. */
export function parseCron(text: string): readonly CronEntry[] {
  let owner: string | undefined
  return text.split('\n').flatMap((line): CronEntry[] => {
    if (!line.startsWith('>')) {
      owner = /^crontab (.*)$/.exec(line)?.[1]
      return []
    }
    if (/^>\s*(#|["']?\w+["']?\s*=)/.test(line)) return []
    const [, schedule, rest] = /^>\s*(@\w+|(?:\S+\s+){4}\S+)\s+(.*?)\s*$/.exec(line) ?? []
    if (schedule === undefined || rest === undefined) return []
    const [, user = '', command = ''] = owner === undefined ? (/^(\S+)\s+(.*)$/.exec(rest) ?? []) : ['', owner, rest]
    return command === '' ? [] : [{ schedule: single(schedule), user, command }]
  })
}

function single(schedule: string): string {
  return schedule.trim().replace(/\s+/g, ' ')
}
