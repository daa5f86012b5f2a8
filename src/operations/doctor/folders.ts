import { posix } from 'node:path'
import type { Session } from '../../agent/session.ts'
import { quote } from '../../plan/quote.ts'
import { type Finding, good, wrong } from './finding.ts'
import { ask } from './script.ts'

/** Where the bundle lies or will lie. */
export interface Site {
  readonly session: Session
  /** Its path, relative to the login user's home unless absolute. */
  readonly bundle: string
  /** The nearest folder above it that is there already, links followed. */
  readonly parent: string
}

/** Finds the folder in which the bundle lies, or in which its folders will be made. */
export async function siteOf(session: Session, bundle: string): Promise<Site> {
  const script = 'd=$1; while d=$(dirname -- "$d"); do cd -- "$d" 2>/dev/null && pwd -P && exit; done'
  const { lines } = await ask(session, script, posix.resolve(session.home, bundle))
  return { session, bundle, parent: lines[0] ?? session.home }
}

/** A name on the way to the bundle, as `ls -ldn` shows it. */
interface Seen {
  readonly path: string
  /** `drwxr-xr-x` */
  readonly mode: string
  readonly uid: string
  readonly gid: string
}

/**
 * Whether another user of the node could put a folder of his own on the way to the bundle, or take it away. The rule is
 * that of sshd(8), StrictModes: every folder from the home on (from / for what lies outside it) is the user's or root's,
 * and nobody else may write there; a sticky one, as /tmp, is let pass.
 */
export async function safetyOf({ session, bundle, parent }: Site): Promise<readonly Finding[]> {
  const path = posix.resolve(session.home, bundle)
  const names = new Set([...wayTo(posix.dirname(path), session.home), ...wayTo(parent, session.home), path])
  const [seen, own] = await Promise.all([look(session, [...names]), ownGroup(session)])
  const faults = seen.flatMap((one) => (one.path === path ? bundleFault(one, own) : fault(one, own)))
  return faults.length > 0 ? faults : [good('folder', `nobody else can write on the way to ${bundle}`)]
}

/** The folders from the home, or else from /, down to one. */
function wayTo(folder: string, home: string): readonly string[] {
  const above = posix.dirname(folder)
  return folder === home || folder === above ? [folder] : [...wayTo(above, home), folder]
}

async function look(session: Session, paths: readonly string[]): Promise<readonly Seen[]> {
  const script = 'set -f; for p; do l=$(ls -ldn -- "$p" 2>/dev/null); set -- $l; echo "${1-} ${3-} ${4-}"; done'
  const { lines } = await ask(session, script, ...paths)
  return paths.flatMap((path, index) => {
    const [mode = '', uid = '', gid = ''] = lines[index]?.split(' ') ?? []
    return mode === '' ? [] : [{ path, mode, uid, gid }]
  })
}

interface Own {
  readonly uid: string
  /** The group that the user alone is in, as many systems give each user one. */
  readonly privateGroup: string | undefined
}

async function ownGroup(session: Session): Promise<Own> {
  const script = 'id -u; id -g; id -un; id -gn; getent group "$(id -g)" || grep "^$(id -gn):" /etc/group'
  const [uid = '', gid, user, group, entry = ''] = (await ask(session, script)).lines
  const members = entry.split(':')[3] ?? '-'
  return { uid, privateGroup: user === group && (members === '' || members === user) ? gid : undefined }
}

function fault({ path, mode, uid, gid }: Seen, own: Own): readonly Finding[] {
  if (uid !== '0' && uid !== own.uid) {
    const text = `${path} belongs to user ${uid}, who could put another bundle in its place`
    return [
      wrong('folder', text, `set bundle = PATH to one in a folder of your own, or chown ${own.uid} ${quote(path)}`),
    ]
  }
  if (mode.startsWith('l')) return []
  if (!mode.startsWith('d')) return [wrong('folder', `${path} is no folder`, `ls -ld ${quote(path)}`)]
  if (/[tT]/.test(mode[9] ?? '')) return []
  const group = mode[5] === 'w' && gid !== own.privateGroup
  const others = mode[8] === 'w'
  if (!group && !others) return []
  const who = others ? 'everybody' : `group ${gid}`
  const mend = `chmod ${group ? 'g' : ''}${others ? 'o' : ''}-w ${quote(path)}`
  return [wrong('folder', `${who} can write to ${path}, and so replace the bundle`, mend)]
}

/** One that was opened by conc has mode 0700. What is no folder of the user's is told as held. */
function bundleFault({ path, mode, uid }: Seen, own: Own): readonly Finding[] {
  if (uid !== own.uid || !mode.startsWith('d') || mode.slice(4, 10) === '------') return []
  return [wrong('folder', `others can look into the bundle ${path}`, `chmod 700 ${quote(path)}`)]
}
