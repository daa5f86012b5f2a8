import { posix } from 'node:path'
import { type CodeContext, defineOp, type Entry, type Host, OpFailed, quote, quotePattern } from 'conc-deploy'

export default defineOp({
  summary: "Sends files and trees into the node's bundle: only what it lacks, each file whole or not at all.",
  tools: ['sha256sum', 'tar', 'touch', 'xargs'],
  sides: ['local'],
  parameters: [
    {
      name: 'FILE',
      summary: 'a file or folder in the folder of the deploy file, or a pattern of files',
      required: true,
      many: true,
    },
  ],
  flags: {
    against: {
      value: 'PATH',
      summary: 'a folder on the node, such as the release before: what is the same there is not sent',
    },
  },
  check: ({ positionals, flags }) => {
    if (flags.against === '') return '--against is empty. Name a folder of the node.'
    const odd = positionals.find((pattern) => pattern === '' || pattern.includes('\\'))
    return odd === undefined ? undefined : 'A file to deliver has a name, without backslashes.'
  },
  byHand: ({ positionals, flags: { against }, payload, attributes }) => {
    const node = { address: attributes['sshd.ip'] ?? attributes.name ?? '', port: attributes['sshd.port'] ?? '22' }
    const user = attributes.admin ? `${attributes.admin}@` : ''
    const [patterns, names] = [positionals.filter(isPattern), positionals.filter((each) => !isPattern(each))]
    const lines = [
      ...(patterns.length === 0 ? [] : [byScp(patterns, user, node, payload)]),
      ...(names.length === 0 ? [] : [byTar(names, user, node, payload)]),
    ].join(' && ')
    return against === undefined
      ? lines
      : `${lines} # conc takes from ${against.replace(/\s+/g, ' ')} what is the same there`
  },
  run: async (context) => {
    const { host, peer, payload, flags, signal, log, progress } = context
    if (peer === undefined) throw new Error('deliver needs the workstation and the node at once')
    const entries = await expand(context)
    const { against } = flags
    const options = { signal, onProgress: progress, replaces: true, ...(against === undefined ? {} : { against }) }
    const { sent, kept, copied, bytes } = await peer.receive(payload, entries, host, options)
    const there = [`${kept} there already`, ...(copied > 0 ? [`${copied} copied from ${against}`] : [])]
    log(`${sent} delivered (${bytes} bytes), ${there.join(', ')}`)
  },
})

interface Address {
  readonly address: string
  readonly port: string
}

function isPattern(word: string): boolean {
  return /[*?[]/.test(word)
}

/** A pattern stands for files alone. */
function byScp(patterns: readonly string[], user: string, { address, port }: Address, payload: string): string {
  const host = address.includes(':') ? `[${address}]` : address
  const to = quote(`${user}${host}:${payload}/`)
  return ['scp -p', ...(port === '22' ? [] : ['-P', port]), ...patterns.map(quotePattern), to].join(' ')
}

/** scp would follow the links in a tree. */
function byTar(names: readonly string[], user: string, { address, port }: Address, payload: string): string {
  const ssh = ['ssh', ...(port === '22' ? [] : ['-p', port]), quote(user + address)]
  const there = quote(`tar -C ${quote(payload)} -xpf -`)
  return `tar -cf - ${members(names).join(' ')} | ${ssh.join(' ')} ${there}`
}

/** Under their last names: those from here first, as a -C holds for all that come after it. */
function members(names: readonly string[]): readonly string[] {
  const folders = new Map<string, string[]>([['.', []]])
  for (const { folder, member } of names.map(memberOf)) folders.set(folder, [...(folders.get(folder) ?? []), member])
  const [here = [], ...others] = folders.values()
  const [, first, ...later] = [...folders.keys()]
  const from = [...(first === undefined ? [] : [quote(first)]), ...later.map(fromStart)]
  return [...here, ...others.flatMap((inside, at) => [`-C ${from[at]}`, ...inside])]
}

function memberOf(name: string): { readonly folder: string; readonly member: string } {
  const path = posix.normalize(name).replace(/(?<=.)\/$/, '')
  const base = posix.basename(path)
  if (/^\.\.?$/.test(base)) return { folder: posix.join(path, '..'), member: `"$(cd ${path} && basename "$PWD")"` }
  return { folder: posix.dirname(path), member: quote(base.startsWith('-') ? `./${base}` : base) }
}

/** The next -C would begin in the one before. */
function fromStart(folder: string): string {
  return posix.isAbsolute(folder) ? quote(folder) : `"$PWD"/${quote(folder)}`
}

/** All that the words name, in order. Refuses two of one name, and links that leave the payload. */
async function expand({ positionals, host }: CodeContext): Promise<readonly Entry[]> {
  const entries = new Map<string, Entry>()
  for (const pattern of positionals) {
    const named = await host.list(pattern)
    const paths = named.length > 0 ? [] : await host.glob(pattern)
    const found = [...named, ...(await Promise.all(paths.map((path) => listed(host, path)))).flat()]
    if (found.length === 0) throw new OpFailed(`${pattern}: there is no such file`)
    for (const entry of found) {
      const other = entries.get(entry.path)
      if (other !== undefined && sourceOf(other) !== sourceOf(entry)) {
        throw new OpFailed(`${sourceOf(other)} and ${sourceOf(entry)} would both be ${entry.path} in the payload`)
      }
      if (entry.kind === 'link') checkLink(entry)
      entries.set(entry.path, entry)
    }
  }
  return [...entries.values()]
}

/** What a pattern has found is not to be left out without a word. */
async function listed(host: Host, path: string): Promise<readonly Entry[]> {
  const entries = await host.list(path)
  if (entries.length === 0) throw new OpFailed(`${path}: it is gone. Make it again, and try again.`)
  return entries
}

/** What an entry stands for: two folders of one name are one, and so are two links to the same. */
function sourceOf(entry: Entry): string {
  if (entry.kind === 'file') return entry.from
  return entry.kind === 'link' ? `${entry.path} -> ${entry.target}` : entry.path
}

/** A link may climb only before it descends: what it descends through may be a link too, and climb then. */
function checkLink({ path, target }: Extract<Entry, { kind: 'link' }>): void {
  const steps = target.split('/').filter((step) => step !== '.' && step !== '')
  const up = steps.findIndex((step) => step !== '..')
  if (posix.isAbsolute(target) || posix.normalize(`${posix.dirname(path)}/${target}`).startsWith('..'))
    throw new OpFailed(`${path} is a link to ${target}, which is not in the payload`)
  if (up !== -1 && steps.slice(up).includes('..'))
    throw new OpFailed(`${path} is a link to ${target}, which climbs after it has descended. Make a shorter one.`)
}
