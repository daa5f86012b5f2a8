import { defineOp } from 'conc-deploy'

/** GNU tar and busybox take the same letters; -o leaves the archive's owners alone when it is root that extracts. */
const letters: readonly (readonly [ending: RegExp, letters: string])[] = [
  [/\.(tgz|tar\.gz)$/, '-xozf'],
  [/\.(txz|tar\.xz)$/, '-xoJf'],
  [/\.(tbz2|tar\.bz2)$/, '-xojf'],
  [/./, '-xof'],
]

export default defineOp({
  summary: 'Unpacks an archive of the payload.',
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
  command: ({ positionals: [glob = ''], flags, payload, side }) => {
    const tar = ['tar', letters.find(([ending]) => ending.test(glob))?.[1], '"$1"']
    if (flags.into !== undefined) tar.push('-C "$into"')
    if (flags.strip !== undefined) tar.push('--strip-components="$strip"')
    const home = side === 'local' && !payload.startsWith('/') ? '~/' : ''
    const lines = [
      // Without IFS a name with a space stays one word.
      `IFS=; set -- ${home}"$payload"/$glob`,
      '[ $# = 1 ] && [ -f "$1" ] || { echo "one file is needed:" "$@" >&2; exit 1; }',
      ...(flags.into === undefined ? [] : ['mkdir -p "$into"']),
      tar.join(' '),
    ]
    const into = flags.into?.replace(/^-/, './-') ?? ''
    return { script: lines.join('; '), variables: { payload, glob, into, strip: flags.strip ?? '' } }
  },
})
