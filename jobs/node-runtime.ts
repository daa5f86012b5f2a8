import { posix } from 'node:path'
import { defineOp, quote } from 'conc-deploy'

/** As nodejs.org names its archives. */
const archiveName = /^(node-(v\d+\.\d+\.\d+)-linux-[a-z0-9]+(?:-[a-z0-9]+)?)\.tar\.(xz|gz)$/

export default defineOp({
  summary: 'Unpacks a Node.js of the payload, checked against its SHASUMS256.txt.',
  tools: ['sha256sum', 'tar'],
  parameters: [
    {
      name: 'ARCHIVE',
      summary: 'a file of the payload as nodejs.org names it: node-v22.11.0-linux-x64.tar.xz',
      required: true,
    },
  ],
  flags: {
    into: { value: 'DIR', summary: "where to; runtime/ and the archive's name without its ending when not given" },
    sums: { value: 'FILE', summary: 'the list of sums in the payload; SHASUMS256.txt when not given' },
  },
  check: ({ positionals: [archive = ''], flags: { into = 'runtime', sums = 'SHASUMS256.txt' } }) => {
    if (!archiveName.test(archive) && !archive.includes('${')) {
      return 'ARCHIVE is named as on nodejs.org: node-v22.11.0-linux-x64.tar.xz.'
    }
    if (/^$|[/\\\n]/.test(sums) || sums === '..') return '--sums leaves the payload. Name a file of it.'
    return ['', '.', '..'].includes(posix.basename(into)) ? '--into names no folder of its own.' : undefined
  },
  command: ({ positionals: [archive = ''], flags, payload: path, side }) => {
    const [file = '', name = '', version = '', ending] = archiveName.exec(archive) ?? []
    const dir = flags.into ?? `runtime/${name}`
    const plain = dir.replace(/\/+$/, '').replace(/^-/, './-')
    const payload = (side === 'local' && !path.startsWith('/') ? '~/' : '') + quote(path)
    const line = quote(`^[0-9a-f]{64} [ *]${file.replaceAll('.', '[.]')}$`)
    const sums = quote(asPath(flags.sums ?? 'SHASUMS256.txt'))
    const [folder, made] = [plain, posix.join(posix.dirname(plain), `.${posix.basename(plain)}.new`)].map(quote)
    const has = (where = '') => `[ "$(${where}/bin/node --version 2>/dev/null)" = ${version} ]`
    const say = (text: string) => `{ echo ${quote(text)} >&2; false; }`
    const script = [
      `if ${has(folder)}; then echo ${quote(`${dir}: ${version} is there`)}; else`,
      `{ [ ! -e ${folder} ] || ${say(`${dir} is there, and is no Node.js ${version}. Name another folder, or remove it`)}; } &&`,
      `(cd ${payload} && { grep -E ${line} ${sums} >/dev/null || ${say(`${file} is not in the list of sums`)}; } &&`,
      `grep -E ${line} ${sums} | sha256sum -c -) &&`,
      `{ { rm -rf ${made} && mkdir -p ${made} &&`,
      `tar -x${ending === 'xz' ? 'J' : 'z'}of ${payload}/${quote(archive)} -C ${made} --strip-components=1 &&`,
      `{ ${has(made)} || ${say(`${file} does not run on this machine as ${version}`)}; } &&`,
      `mv -T ${made} ${folder}; } || { rm -rf ${made}; false; }; }; fi`,
    ].join('\n')
    return { script, typed: true }
  },
})

/** A name that begins with a dash is no option. */
function asPath(name: string): string {
  return name.startsWith('-') ? `./${name}` : name
}
