import { posix } from 'node:path'
import { type CodeContext, defineOp, type Entry, type Host, OpFailed, quote, quotePattern } from 'conc-deploy'

export default defineOp({
  summary: "Sends files and trees into the node's bundle: only what it lacks, each file whole or not at all.",
  tools: ['sha256sum', 'tar', 'xargs'],
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
  byHand: ({ positionals, payload, attributes }) => {
    const port = attributes['sshd.port'] ?? '22'
    const user = attributes.admin ? `${attributes.admin}@` : ''
    const address = attributes['sshd.ip'] ?? attributes.name ?? ''
    const host = address.includes(':') ? `[${address}]` : address
    return [
      'scp -rp',
      ...(port === '22' ? [] : ['-P', port]),
      ...positionals.map(quotePattern),
      quote(`${user}${host}:${payload}/`),
    ].join(' ')
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
      if (entry.kind === 'link' && leaves(entry)) {
        throw new OpFailed(`${entry.path} is a link to ${entry.target}, which is not in the payload`)
      }
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

function sourceOf(entry: Entry): string {
  return entry.kind === 'file' ? entry.from : entry.path
}

function leaves({ path, target }: Extract<Entry, { kind: 'link' }>): boolean {
  return posix.isAbsolute(target) || posix.normalize(`${posix.dirname(path)}/${target}`).startsWith('..')
}
