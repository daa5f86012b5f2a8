import { createServer, type Server, type Socket } from 'node:net'
import { userInfo } from 'node:os'
import type { Target } from '../transport/target.ts'
import { makeKeyPair } from './keys.ts'
import { decideLogin } from './login.ts'
import { serve } from './session.ts'

/** A real SSH server in this process, on a loopback port, with keys that nobody else has. */
export interface EmbeddedNode {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly user: string
  /** The text of the only private key that is let in. */
  readonly privateKey: string
  readonly hostKey: {
    /** The public key blob. */
    readonly blob: Buffer
    readonly knownHostsLine: string
  }
  /** Ends the server and its connections. Commands that are running go on, as on any node whose sshd ends. */
  close(): Promise<void>
}

/** Starts a node whose commands run in `home`, an absolute path. Throws when no port can be had. */
export async function startEmbeddedNode(options: { readonly home: string }): Promise<EmbeddedNode> {
  const { default: ssh2 } = await import('ssh2')
  const [hostKeys, loginKeys] = await Promise.all([makeKeyPair(), makeKeyPair()])
  const user = userInfo().username
  const key = ssh2.utils.parseKey(loginKeys.privateKey)
  if (key instanceof Error) throw key
  const protocol = new ssh2.Server({ hostKeys: [hostKeys.privateKey] }, (client) => {
    client.on('error', () => {})
    const gone = new Promise<void>((resolve) => client.once('close', () => resolve()))
    client.on('authentication', (context) => decideLogin(context, user, key))
    client.on('session', (accept) => serve(accept(), { home: options.home, user, gone }))
  })
  // A server of our own, as ssh2's gives no way to cut its sockets.
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    protocol.injectSocket(socket)
  })
  const port = await listen(server)
  const blob = hostKeys.publicKey
  return {
    host: '127.0.0.1',
    port,
    user,
    privateKey: loginKeys.privateKey,
    hostKey: { blob, knownHostsLine: `[127.0.0.1]:${port} ssh-ed25519 ${blob.toString('base64')}` },
    close: () => end(server, sockets),
  }
}

/** How to connect to an embedded node; `name` is the node's name. No other host key than its own is accepted. */
export function embeddedTarget(node: EmbeddedNode, name: string): Target {
  return {
    name,
    host: node.host,
    port: node.port,
    user: node.user,
    login: { privateKeys: [node.privateKey], keyFiles: [], onlyTheseKeys: true },
    hostKey: { kind: 'pinned', key: node.hostKey.blob },
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address === 'object' && address) resolve(address.port)
      else reject(new Error('the embedded node has no port'))
    })
  })
}

function end(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const socket of sockets) socket.destroy()
  })
}
