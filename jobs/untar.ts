import { defineOp, quote, quotePattern } from 'conc-deploy'

/** GNU tar and busybox take the same letters; -o leaves the archive's owners alone when it is root that extracts. */
const letters: readonly (readonly [ending: RegExp, letters: string])[] = [
  [/\.(tgz|tar\.gz)$/, '-xzof'],
  [/\.(txz|tar\.xz)$/, '-xJof'],
  [/\.(tbz2|tar\.bz2)$/, '-xjof'],
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
  // With two matches the second is for tar a member to extract, which is not there: it refuses.
  command: ({ positionals: [glob = ''], flags: { into, strip }, payload, side }) => {
    const home = side === 'local' && !payload.startsWith('/') ? '~/' : ''
    const folder = into === undefined ? undefined : quote(into.replace(/^-/, './-'))
    const tar = [
      'tar',
      letters.find(([ending]) => ending.test(glob))?.[1],
      `${home}${quote(payload)}/${quotePattern(glob)}`,
      ...(folder === undefined ? [] : [`-C ${folder}`]),
      ...(strip === undefined ? [] : [quote(`--strip-components=${strip}`)]),
    ].join(' ')
    return { script: folder === undefined ? tar : `mkdir -p ${folder} && ${tar}`, typed: true }
  },
})
