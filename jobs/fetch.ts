import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { type CodeContext, defineOp, type Entry, type FileFacts, type Host, OpFailed, quote } from 'conc-deploy'

export default defineOp({
  summary: 'Brings a file or a tree from the node, whole or not at all.',
  tools: ['find', 'sha256sum', 'stat'],
  sides: ['local'],
  parameters: [
    { name: 'PATH', summary: "a file or folder on the node, from the login user's home", required: true },
    { name: 'DEST', summary: 'where to, in the folder of the deploy file; a folder when it ends with a slash' },
  ],
  check: ({ positionals: [path = '', dest] }) => {
    if (dest === '') return 'DEST is empty. Name a file, or leave it away.'
    return ['', '.', '..'].includes(posix.basename(path)) ? 'PATH names no file.' : undefined
  },
  byHand: ({ positionals: [path = '', dest], attributes }) => {
    const port = attributes['sshd.port'] ?? '22'
    const user = attributes.admin ? `${attributes.admin}@` : ''
    const address = attributes['sshd.ip'] ?? attributes.name ?? ''
    const host = address.includes(':') ? `[${address}]` : address
    const to = target(path, dest).replace(/^-/, './-')
    const folder = posix.dirname(to)
    return [
      ...(folder === '.' ? [] : ['mkdir -p', quote(folder), '&&']),
      'scp -r',
      ...(port === '22' ? [] : ['-P', port]),
      quote(`${user}${host}:${path}`),
      quote(to),
    ].join(' ')
  },
  run: async (context) => {
    const { positionals, peer } = context
    if (peer === undefined) throw new Error('fetch needs the workstation and the node at once')
    const [path = '', dest] = positionals
    const to = target(path, dest)
    const stat = await peer.stat(path)
    if (stat !== undefined) await fetchFile(context, peer, stat, to)
    else await fetchTree(context, peer, to)
  },
})

/** Named by the deploy file alone: nothing that the node says chooses a path here. */
function target(path: string, dest: string | undefined): string {
  const name = posix.basename(path)
  if (dest === undefined) return name
  return /(^|\/)(\.\.?)?$/.test(dest) ? posix.join(dest, name) : dest
}

async function fetchFile(
  { positionals, host, signal, progress, log }: CodeContext,
  peer: Host,
  { size }: FileFacts,
  to: string,
) {
  const [path = ''] = positionals
  const sha256 = await sumOf(peer, path)
  let changed: OpFailed | undefined
  async function* watched(from: Host) {
    const hash = createHash('sha256')
    let came = 0
    for await (const chunk of from.read(path)) {
      came += chunk.length
      hash.update(chunk)
      if (came > size) break
      yield chunk
    }
    if (came > size && size === 0) {
      changed = new OpFailed(`${path} is said to be empty and is not, as a file of the kernel. Fetch a copy of it.`)
      throw changed
    }
    if (hash.digest('hex') === sha256) return
    changed = new OpFailed(`${path} changed while it was fetched`)
    throw changed
  }
  const options = { size, sha256, signal, onProgress: (done: number) => progress({ done, total: size }) }
  await host.write(to, watched(peer), options).catch((error: unknown) => {
    throw changed ?? error
  })
  log(`${to}: ${size} bytes`)
}

async function fetchTree(
  { positionals, host, signal, progress, log }: CodeContext,
  peer: Host,
  to: string,
): Promise<void> {
  const [path = ''] = positionals
  const entries = await peer.list(path)
  if (entries.length === 0) throw new OpFailed(`${path}: ${await whyNone(peer, path)}`)
  const renamed = underName(entries, posix.basename(path), posix.basename(to))
  const options = { signal, onProgress: progress }
  const { sent, kept, bytes } = await host.receive(posix.dirname(to), renamed, peer, options)
  log(`${to}: ${sent} fetched (${bytes} bytes), ${kept} there already`)
}

/** The same tree under another name. What the node lists beside the tree is refused. */
function underName(entries: readonly Entry[], name: string, other: string): readonly Entry[] {
  return entries.map((entry) => {
    const { path } = entry
    if (path !== name && !path.startsWith(`${name}/`))
      throw new OpFailed(`${path}: the node was not asked for it. It is refused.`)
    return { ...entry, path: other + path.slice(name.length) }
  })
}

/** What is neither file nor folder is something all the same. */
async function whyNone(peer: Host, path: string): Promise<string> {
  const { exit, stdout } = await peer.run(['stat', '-L', '-c', '%F', asPath(path)])
  const kind = stdout.toString().replace(/[^ -~]/g, '')
  if (exit !== 0) return 'there is no such file on the node'
  return `it is of another kind on the node (${kind}). Only files and folders are fetched.`
}

function asPath(path: string): string {
  return path.startsWith('-') ? `./${path}` : path
}

async function sumOf(peer: Host, path: string): Promise<string> {
  const { exit, stdout, stderr } = await peer.run(['sha256sum', asPath(path)])
  const sum = /^\\?([0-9a-f]{64}) /.exec(stdout.toString())?.[1]
  if (exit !== 0 || sum === undefined) throw new OpFailed(`${path} can't be read: ${stderr.toString().trim()}`)
  return sum
}
