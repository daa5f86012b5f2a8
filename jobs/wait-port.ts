import { createConnection } from 'node:net'
import { defineOp, type Host, milliseconds, type OpContext, OpFailed, poll, quote } from 'conc-deploy'

/** What one look saw. Only a refusal says that a port is closed. */
interface Look {
  readonly state: 'open' | 'closed' | 'unknown'
  readonly seen: string
}

export default defineOp({
  summary: 'Waits until something listens on a port.',
  parameters: [{ name: 'PORT', type: 'port', summary: 'a TCP port', required: true }],
  flags: {
    host: { value: 'HOST', summary: 'who must accept a connection; a remote step looks at the node itself without it' },
    timeout: { value: 'TIME', type: 'time', summary: 'when to give up; 30s when not given' },
    closed: { summary: 'waits until nothing listens any more' },
  },
  readOnly: true,
  check: ({ flags: { host, closed } }) => {
    if (closed && host !== undefined) return '--closed is about the node itself. Leave --host away.'
    return host === undefined || /^[^-\s/][^\s/]*$/.test(host) ? undefined : '--host takes a name or an address.'
  },
  byHand: (context) => {
    const { host, closed } = context.flags
    const [port = ''] = context.positionals
    const asked = `nc -z ${quote(host ?? addressOf(context))} ${port}`
    const listed = `ss -Hltn 'sport = :${port}' | grep -q .`
    const look = context.side === 'remote' && host === undefined ? listed : asked
    return `${closed ? 'while' : 'until'} ${look}; do sleep 1; done`
  },
  run: async (context) => {
    const { positionals, flags, side, signal, log } = context
    const port = Number(positionals[0])
    const wanted = flags.closed ? 'closed' : 'open'
    const look = async (limit: number): Promise<string | undefined> => {
      const { state, seen } =
        side === 'local'
          ? await connect(flags.host ?? addressOf(context), port, limit, signal)
          : flags.host === undefined
            ? await listeners(context.host, port, signal)
            : await connectFrom(context.host, flags.host, port, limit, signal)
      if (state !== wanted) return seen
      log(seen)
      return undefined
    }
    await poll(look, { timeout: milliseconds(flags.timeout ?? '30s') ?? 0, signal })
  },
})

/** Where the workstation finds the node. */
function addressOf({ attributes, node }: OpContext): string {
  return attributes.embedded === 'yes' ? '127.0.0.1' : (attributes['sshd.ip'] ?? node)
}

function connect(host: string, port: number, limit: number, signal: AbortSignal): Promise<Look> {
  const to = `${host} port ${port}`
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, signal: AbortSignal.any([signal, AbortSignal.timeout(limit)]) })
    socket.once('connect', () => {
      socket.destroy()
      resolve({ state: 'open', seen: `${to} accepts connections` })
    })
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      const seen = code === 'ABORT_ERR' ? `${to} does not answer` : `${to} accepts no connection (${code})`
      resolve({ state: code === 'ECONNREFUSED' ? 'closed' : 'unknown', seen })
    })
  })
}

/** What listens on the node, as proc(5) tells: state 0A, and after a colon the port in hexadecimal digits. No tool is needed for it. */
async function listeners(node: Host, port: number, signal: AbortSignal): Promise<Look> {
  const { exit = 2, stdout } = await node.run(['grep', '-hs', ' 0A ', '/proc/net/tcp', '/proc/net/tcp6'], { signal })
  const found = Array.from(stdout.toString().matchAll(/^ *\d+: [\dA-F]+:([\dA-F]{4}) /gm), ([, hex = '']) => hex)
  if (found.length === 0 && exit > 1) {
    throw new OpFailed("/proc/net/tcp can't be read on the node. Ask it for a connection with --host 127.0.0.1")
  }
  const ports = [...new Set(found.map((hex) => Number.parseInt(hex, 16)))].sort((a, b) => a - b)
  if (ports.includes(port)) return { state: 'open', seen: `something listens on port ${port}` }
  const others = ports.slice(0, 20).join(' ')
  return { state: 'closed', seen: `nothing listens on port ${port}${others && ` (but on ${others})`}` }
}

/** bash connects by itself; nc has -z, or where it is that of a small busybox -e. */
const connectScript = `if command -v bash >/dev/null; then exec timeout "$3" bash -c ': <>"/dev/tcp/$1/$2"' bash "$1" "$2"; fi
command -v nc >/dev/null || exit 69
nc -z -w "$3" "$1" "$2" </dev/null || nc -w "$3" "$1" "$2" -e true </dev/null`

async function connectFrom(node: Host, host: string, port: number, limit: number, signal: AbortSignal): Promise<Look> {
  const words = [host, String(port), String(Math.ceil(limit / 1000))]
  const { exit } = await node.run(['sh', '-c', connectScript, 'sh', ...words], { signal })
  if (exit === 69) throw new OpFailed('the node has neither bash nor nc to connect with')
  const to = `${host} port ${port}`
  if (exit === 0) return { state: 'open', seen: `${to} accepts connections` }
  return { state: 'unknown', seen: `${to} accepts no connection from the node` }
}
