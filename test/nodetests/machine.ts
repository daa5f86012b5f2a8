import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, makeKey } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { certificate } from '../jobs/certificate.ts'

/** A machine with mounts, processes and a host name of its own, on the ports of this one. Root only. */
export interface Machine {
  readonly ssh: number
  readonly http: number
  readonly https: number
  /** A private key that is let in. */
  readonly keyFile: string
  /** As in known_hosts. */
  readonly knownHosts: string
  /** How many logins there were so far, by what its ssh server says. */
  logins(): number
  /** Ends all of its processes; with them go its mounts. */
  stop(): Promise<void>
}

/** What the machine's user tells sudo: longer than what vitest shows of a text. */
export const password = 'pa"ss w0rd of more than forty characters, all in all'

/**
 * Starts a machine by one of the scripts beside this file, which ends as the machine's process 1.
 * @param accepted what its ssh server says of a login.
 */
export async function startMachine(kind: 'debian' | 'busybox', accepted: RegExp): Promise<Machine> {
  const folder = madeFolder()
  const ports = { ssh: await freePort(), http: await freePort(), https: await freePort() }
  const { ssh, http, https } = ports
  const { child, said } = boot(kind, { FOLDER: folder, SSH: ssh, HTTP: http, HTTPS: https, PASSWORD: password })
  const stop = async () => {
    await end(child)
    rmSync(folder, { recursive: true, force: true })
  }
  const isUp = async () => (await Promise.all(Object.values(ports).map(answers))).every(Boolean)
  await until(async () => child.exitCode !== null || (await isUp())).catch(() => {})
  if (!(await isUp())) {
    await stop()
    throw new Error(`the machine ${kind} did not start: ${said()}`)
  }
  return {
    ...ports,
    keyFile: join(folder, 'id'),
    knownHosts: `[127.0.0.1]:${ssh} ${readFileSync(join(folder, 'host.pub'), 'utf8')}`,
    logins: () => Array.from(said().matchAll(new RegExp(accepted, 'g'))).length,
    stop,
  }
}

/** With the keys of host and login, and a certificate. */
function madeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'conc-machine-'))
  chmodSync(folder, 0o755)
  for (const name of ['host', 'id']) makeKey(join(folder, name), 'ed25519')
  const { key, cert } = certificate()
  writeFileSync(join(folder, 'tls.pem'), key + cert, { mode: 0o600 })
  return folder
}

function boot(kind: string, env: Readonly<Record<string, string | number>>) {
  const script = fileURLToPath(new URL(`./${kind}.sh`, import.meta.url))
  const apart = ['--mount', '--pid', '--uts', '--fork', '--kill-child', '--mount-proc']
  const words = Object.entries(env).map(([name, value]) => [name, String(value)] as const)
  const child = spawn('unshare', [...apart, 'sh', script], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...Object.fromEntries(words) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => said.push(text))
  return { child, said: () => said.join('') }
}

/** The kernel ends every process of a namespace with its first one. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function answers(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' })
  const is = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return is
}
