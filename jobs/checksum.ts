import { defineOp } from 'conc-deploy'

export default defineOp({
  summary: 'Compares files of the payload with their SHA-256 sums.',
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
  command: ({ positionals: [file], flags, payload, side }) => {
    const home = side === 'local' && !payload.startsWith('/') ? '~/' : ''
    const enter = `cd ${home}"$payload"`
    if (file === undefined) {
      return { script: `${enter}; sha256sum -c "./$sums"`, variables: { payload, sums: flags.sums ?? '' } }
    }
    const variables = { payload, file, sha256: flags.sha256?.toLowerCase() ?? '' }
    return { script: `${enter}; echo "$sha256  ./$file" | sha256sum -c -`, variables }
  },
})
