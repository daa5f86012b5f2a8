import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { type CodeContext, defineOp, type Host, OpFailed, quote, quotePattern } from 'conc-deploy'

interface LocalFile {
  readonly path: string
  readonly name: string
  readonly size: number
  readonly mode: number
  readonly sha256: string
}

export default defineOp({
  summary: "Sends files into the node's bundle: only what it lacks, each whole or not at all.",
  sides: ['local'],
  parameters: [
    { name: 'FILE', summary: 'a file in the folder of the deploy file, or a pattern', required: true, many: true },
  ],
  check: ({ positionals }) => {
    const odd = positionals.find((pattern) => pattern === '' || pattern.includes('\\'))
    return odd === undefined ? undefined : 'A file to deliver has a name, without backslashes.'
  },
  byHand: ({ positionals, payload, attributes }) => {
    const port = attributes['sshd.port'] ?? '22'
    const user = attributes.admin ? `${attributes.admin}@` : ''
    const address = attributes['sshd.ip'] ?? attributes.name ?? ''
    const host = address.includes(':') ? `[${address}]` : address
    return [
      'scp -p',
      ...(port === '22' ? [] : ['-P', port]),
      ...positionals.map(quotePattern),
      quote(`${user}${host}:${payload}/`),
    ].join(' ')
  },
  run: async (context) => {
    const { host, peer, payload, log, progress } = context
    if (peer === undefined) throw new Error('deliver needs the workstation and the node at once')
    const files = await describe(host, await expand(context))
    const total = files.reduce((sum, { size }) => sum + size, 0)
    const there = await present(peer, payload, files)
    let done = 0
    for (const file of files) {
      context.signal.throwIfAborted()
      if (!there.has(file.name)) await send(file, context, peer, (bytes) => progress(done + bytes, total))
      done += file.size
      progress(done, total)
    }
    log(`${files.length - there.size} delivered, ${there.size} there already`)
  },
})

async function expand({ positionals, host }: CodeContext): Promise<readonly string[]> {
  const paths = new Set<string>()
  for (const pattern of positionals) {
    const found = await host.glob(pattern)
    if (found.length === 0) throw new OpFailed(`${pattern}: there is no such file`)
    for (const path of found) paths.add(path)
  }
  return [...paths]
}

async function describe(host: Host, paths: readonly string[]): Promise<readonly LocalFile[]> {
  const files = new Map<string, LocalFile>()
  for (const path of paths) {
    const name = posix.basename(path)
    const other = files.get(name)
    if (other) throw new OpFailed(`${other.path} and ${path} would both be ${name} in the payload`)
    const stat = await host.stat(path)
    if (stat === undefined) throw new OpFailed(`${path}: there is no such file`)
    const hash = createHash('sha256')
    for await (const chunk of host.read(path)) hash.update(chunk)
    files.set(name, { path, name, ...stat, sha256: hash.digest('hex') })
  }
  return [...files.values()]
}

/** The names of the files that the payload has already, with the same bytes and mode. */
async function present(peer: Host, payload: string, files: readonly LocalFile[]): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  for (let start = 0; start < files.length; start += 200) {
    const some = files.slice(start, start + 200)
    const { stdout } = await peer.run(['sha256sum', ...some.map(({ name }) => `${payload}/${name}`)])
    const lines = new Set(stdout.toString().split('\n'))
    for (const { name, sha256, mode } of some) {
      const path = `${payload}/${name}`
      if (lines.has(`${sha256}  ${path}`) && (await peer.stat(path))?.mode === mode) names.add(name)
    }
  }
  return names
}

async function send(file: LocalFile, context: CodeContext, peer: Host, onProgress: (bytes: number) => void) {
  const { host, payload, signal } = context
  let changed: OpFailed | undefined
  async function* watched() {
    const hash = createHash('sha256')
    for await (const chunk of host.read(file.path)) {
      hash.update(chunk)
      yield chunk
    }
    if (hash.digest('hex') === file.sha256) return
    changed = new OpFailed(`${file.path} changed while it was sent`)
    throw changed
  }
  const { size, mode, sha256 } = file
  try {
    await peer.write(`${payload}/${file.name}`, watched(), { size, mode, sha256, signal, onProgress })
  } catch (error) {
    // The node may have answered first, that the sum is wrong.
    throw changed ?? error
  }
}
