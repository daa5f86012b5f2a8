import { posix } from 'node:path'
import { defineOp, quote, quotePattern } from 'conc-deploy'

/** GNU tar and busybox take the same letters. */
const letters: readonly (readonly [ending: RegExp, letter: string])[] = [
  [/\.(tgz|tar\.gz)$/, 'z'],
  [/\.(txz|tar\.xz)$/, 'J'],
  [/\.(tbz2|tar\.bz2)$/, 'j'],
]

/**
 * Lines of `tar -tv` about what no release holds: devices and pipes, set-uid files, names that leave the folder (tar
 * says so of each), and hard links that do, which busybox 1.35 makes.
 */
const odd = '^([bcp]|[-h](..|.....)s|tar: removing leading|-.* -> (/|(.*/)?[.][.](/|$)))'

export default defineOp({
  summary: 'Unpacks an archive of the payload, whole or not at all where the folder is new.',
  tools: ['tar'],
  parameters: [
    { name: 'GLOB', summary: 'one file of the payload, or a pattern that one file matches', required: true },
  ],
  flags: {
    into: { value: 'DIR', summary: 'where to, made when missing; where the step starts otherwise' },
    strip: { value: 'N', summary: 'how many leading folders to leave away' },
  },
  check: ({ positionals: [glob = ''], flags }) => {
    if (/^\/|(^|\/)\.\.(\/|$)|[\\\n]/.test(glob)) return `${glob} leaves the payload. Name a file of it.`
    if (flags.into === '') return '--into is empty. Name a folder.'
    const strip = flags.strip ?? '0'
    return /^\d+$/.test(strip) || strip.includes('${') ? undefined : '--strip takes a number, such as 1.'
  },
  command: ({ positionals: [glob = ''], flags: { into, strip }, payload, side }) => {
    const home = side === 'local' && !payload.startsWith('/') ? '~/' : ''
    const archive = `${home}${quote(payload)}/${quotePattern(glob)}`
    const { ready, list, extract } = /\.(tzst|tar\.zst)$/.test(glob) ? byZstd(archive, glob) : byTar(archive, glob)
    const stripped = strip === undefined ? [] : [quote(`--strip-components=${strip}`)]
    const unpack = (folder?: string) => [extract, ...(folder ? [`-C ${folder}`] : []), ...stripped].join(' ')
    const script = [...ready, `! ${list} 2>&1 | grep -iE ${quote(odd)} >&2`, ...place(into, unpack)].join(' &&\n')
    return { script, typed: true }
  },
})

/** How an archive is listed and unpacked; -o leaves its owners alone when it is root that extracts. */
interface Reader {
  readonly ready: readonly string[]
  readonly list: string
  readonly extract: string
}

/** With two matches the second would be for tar a member to extract. */
function oneOf(archive: string, glob: string): readonly string[] {
  if (!/[*?[]/.test(glob)) return []
  return [`(set -- ${archive} && { [ $# = 1 ] || { echo "several files match: $*" >&2; false; }; })`]
}

function byTar(archive: string, glob: string): Reader {
  const letter = letters.find(([ending]) => ending.test(glob))?.[1] ?? ''
  return {
    ready: oneOf(archive, glob),
    list: `LC_ALL=C tar -tv${letter}f ${archive}`,
    extract: `tar -x${letter}of ${archive}`,
  }
}

/** Not every tar knows zstd. It is tested first, as a pipe does not tell how it ended. */
function byZstd(archive: string, glob: string): Reader {
  const ready = [...oneOf(archive, glob), `zstd -tq ${archive}`]
  return { ready, list: `zstd -dcq ${archive} | LC_ALL=C tar -tvf -`, extract: `zstd -dcq ${archive} | tar -xof -` }
}

/** A folder that is not there yet appears once it is whole; one that is there is unpacked over. Its time is that of the delivery. */
function place(into: string | undefined, unpack: (folder?: string) => string): readonly string[] {
  if (into === undefined) return [unpack()]
  const path = into.replace(/(?<=.)\/+$/, '').replace(/^-/, './-')
  const name = posix.basename(path)
  const folder = quote(path)
  if (['', '.', '..'].includes(name)) return [unpack(folder), `touch ${folder}`]
  const made = quote(posix.join(posix.dirname(path), `.${name}.new`))
  const fresh = [`rm -rf ${made}`, `mkdir -p ${made}`, unpack(made), ownLinks(made), `mv -T ${made} ${folder}`]
  return [
    `if [ -e ${folder} ]; then ${unpack(folder)}; else\n${fresh.join(' &&\n')} ||\n{ rm -rf ${made}; false; }; fi`,
    `touch ${folder}`,
  ]
}

/** Refuses files with more names than are in the folder: busybox 1.35 makes hard links through the archive's own links, which lead out. */
function ownLinks(folder: string): string {
  const counted = `find ${folder} -type f -links +1 -exec stat -c '%i %h' {} + | sort | uniq -c`
  return `! ${counted} | awk '$1 < $3 { print "a hard link leads out of the folder" }' | grep . >&2`
}
