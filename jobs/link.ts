import { posix } from 'node:path'
import { defineOp, quote } from 'conc-deploy'

const climbs = (path: string) => path.split('/').includes('..')

/** A path that begins with a dash is none of ln's options. */
const asPath = (path: string) => (path.startsWith('-') ? `./${path}` : path)

/** Then the link would stand for itself. */
function isWithin(target: string, name: string): boolean {
  return target !== '' && `${posix.normalize(target)}/`.startsWith(`${posix.normalize(name)}/`)
}

/** What the link has to say, as its text is read from its own folder. */
function textOf(target: string, folder: string): string {
  if (posix.isAbsolute(target) || folder === '.') return asPath(target)
  return asPath(posix.relative(`/${folder}`, `/${target}`) || '.')
}

export default defineOp({
  summary: 'Points a symbolic link at a target, in one instant.',
  tools: ['ln', 'readlink'],
  parameters: [
    { name: 'TARGET', summary: 'what it points at; must exist', required: true },
    { name: 'NAME', summary: 'the link; a real file or folder of that name is refused', required: true },
  ],
  check: ({ positionals: [target = '', name = ''] }) => {
    if (target === '' || name === '' || name.endsWith('/')) return 'link takes the path of a target and that of a link.'
    if (isWithin(target, name)) return `${target} is the link itself, or leads through it. Name what it is to point at.`
    if (target.startsWith('/') || target.startsWith('${')) return undefined
    if (name.startsWith('/')) return `${name} is absolute and ${target} is not. Make both absolute.`
    return climbs(name) || (climbs(target) && name.includes('/'))
      ? 'With .. in a path it is not known what the link sees. Name both from where the step starts, or use cd=.'
      : undefined
  },
  command: ({ positionals: [target = '', name = ''] }) => {
    const folder = posix.dirname(name)
    const text = textOf(target, folder)
    const seen = text.startsWith('/') || folder === '.' ? text : asPath(`${folder}/${text}`)
    const link = quote(asPath(name))
    const made = quote(asPath(`${name}.new`))
    const script = [
      // Says where it points now; what is no link is refused.
      `{ [ ! -e ${link} ] || readlink ${link} || { echo ${quote(`${name} is no symbolic link`)} >&2; false; }; }`,
      `ls -dL ${quote(seen)}`,
      // ln -f alone removes the old link first; a rename replaces it.
      `ln -sfT ${quote(text)} ${made}`,
      `mv -T ${made} ${link}`,
    ].join(' && ')
    return { script, typed: true }
  },
})
