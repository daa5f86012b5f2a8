import { type Ask, type Subject, textOf } from './types.ts'

/** What cron runs. Timers of systemd are not among it. */
export interface Cron extends Subject {
  /** The user's own table and the lines of /etc/crontab and /etc/cron.d for that user; without a user the asking one's table and all lines. */
  entries(): Promise<readonly CronEntry[]>
  /** Is there an entry with this text in its command, or with just this schedule and command? */
  hasEntry(entry: string | Pick<CronEntry, 'schedule' | 'command'>): Promise<boolean>
}

export interface CronEntry {
  /** Five fields with one blank between them, or a word such as `@daily`. */
  readonly schedule: string
  readonly user: string
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
    hasEntry: async (wanted) =>
      (await entries()).some(({ schedule, command }) =>
        typeof wanted === 'string'
          ? command.includes(wanted)
          : command === wanted.command.trim() && schedule === single(wanted.schedule),
      ),
  }
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
