import { posix } from 'node:path'
import { quote } from '../../plan/quote.ts'
import { type Finding, good, wrong } from './finding.ts'
import type { Site } from './folders.ts'
import { ask } from './script.ts'

/** A run needs little for itself: these only find a disk that is full. In KiB, and in files. */
const least = { room: 1024, inodes: 100 }

/** Room and right where the bundle lies or will lie, and where the agent has its own folder. */
export async function disksOf(site: Site): Promise<readonly Finding[]> {
  const temp = posix.dirname(site.session.folder)
  const folders = [...new Set([site.parent, temp])]
  return (await Promise.all(folders.map((folder) => diskOf(site, folder)))).flat()
}

async function diskOf({ session }: Site, folder: string): Promise<readonly Finding[]> {
  const script = [
    'cd -- "$1" || exit 1',
    '[ -w . ] && echo yes || echo no',
    'df -Pk . | tail -n 1',
    'df -Pi . 2>/dev/null | tail -n 1',
  ].join('; ')
  const { lines } = await ask(session, script, folder)
  const [writable, room = '', inodes = ''] = lines
  const home = (await ask(session, 'pwd -P')).lines[0]
  const where = folder === home || folder === session.home ? 'the home directory' : folder
  const look = `df -h ${quote(folder)}`
  if (writable !== 'yes') return [wrong('disk', `${where} can not be written`, `ls -ld ${quote(folder)}; ${look}`)]
  const free = Number(room.split(/\s+/)[3] ?? 0)
  const text = `${Math.floor(free / 1024)} MiB free in ${where}`
  return [free > least.room ? good('disk', text) : wrong('disk', text, look), ...inodesOf(inodes, where, folder)]
}

/** Some file systems have no fixed number of inodes, and some programs do not tell it. */
function inodesOf(line: string, where: string, folder: string): readonly Finding[] {
  const [, all = 0, , free = 0] = line.split(/\s+/).map(Number)
  if (!(all > 0) || free >= least.inodes) return []
  return [wrong('inodes', `${free} of ${all} inodes free in ${where}: no file can be made`, `df -i ${quote(folder)}`)]
}
