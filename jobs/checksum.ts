import { defineOp, quote } from 'conc-deploy'

export default defineOp({
  summary: 'Compares files of the payload with their SHA-256 sums.',
  tools: ['sha256sum'],
  parameters: [{ name: 'FILE', summary: 'a file of the payload, with --sha256' }],
  flags: {
    sha256: { value: 'HEX', summary: 'the sum that FILE must have' },
    sums: { value: 'FILE', summary: 'a list of the payload as sha256sum writes it; every file in it must be there' },
  },
  readOnly: true,
  check: ({ positionals: [file], flags }) => {
    if ((file === undefined) !== (flags.sha256 === undefined) || (file === undefined) === (flags.sums === undefined)) {
      return 'checksum takes either FILE --sha256 HEX or --sums FILE.'
    }
    const name = file ?? flags.sums ?? ''
    if (/^\/|(^|\/)\.\.(\/|$)|[\\\n]/.test(name)) return `${name} leaves the payload. Name a file of it.`
    const hex = flags.sha256 ?? ''
    return file === undefined || /^[0-9a-f]{64}$/i.test(hex) || hex.includes('${')
      ? undefined
      : '--sha256 takes 64 hexadecimal digits.'
  },
  command: ({ positionals: [file], flags: { sha256 = '', sums = '' }, payload, side }) => {
    const home = side === 'local' && !payload.startsWith('/') ? '~/' : ''
    const check =
      file === undefined
        ? `sha256sum -c ${quote(asPath(sums))}`
        : `echo ${quote(`${sha256.toLowerCase()}  ${asPath(file)}`)} | sha256sum -c -`
    return { script: `(cd ${home}${quote(payload)} && ${check})`, typed: true }
  },
})

/** A name that begins with a dash is no option, and no standard input. */
function asPath(name: string): string {
  return name.startsWith('-') ? `./${name}` : name
}
