import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, closeSync, openSync, readFileSync } from 'node:fs'
import { isRoot, type Sshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { makeScene, type Scene } from '../run/scene.ts'
import { startLine } from './line.ts'

/** Where a node is reached, over a line of a certain length. */
export interface Place {
  readonly sshd: Sshd
  readonly host: string
  readonly port: number
  /** How the line is made. */
  readonly how: string
  stop(): Promise<void>
}

/** The node itself, on the loopback interface. */
export function near(sshd: Sshd): Place {
  return { sshd, host: '127.0.0.1', port: sshd.port, how: 'loopback', stop: async () => {} }
}

/** The same node so many milliseconds away each way: an sshd in a network namespace, where root may make one, else a proxy. */
export async function far(sshd: Sshd, ms: number): Promise<Place> {
  try {
    if (isRoot) return await inNamespace(sshd, ms)
  } catch {
    // Not every container lets root make a network.
  }
  const line = await startLine(sshd.port, ms)
  return { sshd, host: '127.0.0.1', port: line.port, how: 'a proxy that delays', stop: async () => line.stop() }
}

/** RFC 2544 keeps 198.18.0.0/15 for measurements. */
async function inNamespace(sshd: Sshd, ms: number): Promise<Place> {
  const name = `conc${process.pid}`
  const net = `198.18.${process.pid % 251}`
  const host = `${net}.2`
  const ip = (...words: readonly string[]) => execFileSync('ip', words, { stdio: 'ignore' })
  const delay = ['root', 'netem', 'delay', `${ms}ms`, 'limit', '100000']
  ip('netns', 'add', name)
  try {
    ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
    ip('addr', 'add', `${net}.1/30`, 'dev', name)
    ip('link', 'set', name, 'up')
    ip('-n', name, 'addr', 'add', `${host}/30`, 'dev', 'eth0')
    for (const dev of ['lo', 'eth0']) ip('-n', name, 'link', 'set', dev, 'up')
    execFileSync('tc', ['qdisc', 'add', 'dev', name, ...delay], { stdio: 'ignore' })
    ip('netns', 'exec', name, 'tc', 'qdisc', 'add', 'dev', 'eth0', ...delay)
    const server = await serve(sshd, name, host)
    rememberKey(sshd, host)
    const stop = async () => {
      await server()
      ip('netns', 'del', name)
    }
    return { sshd, host, port: sshd.port, how: 'a network namespace with netem', stop }
  } catch (error) {
    ip('netns', 'del', name)
    throw error
  }
}

/** Starts the same sshd once more, in the namespace. Gives how to end it. */
async function serve(sshd: Sshd, name: string, host: string): Promise<() => Promise<void>> {
  const argv = ['-D', '-e', '-f', `${sshd.folder}/sshd_config`, '-o', `ListenAddress=${host}:${sshd.port}`]
  const log = `${sshd.folder}/${name}.log`
  // Into a file: a pipe that a busy bench does not read would hold sshd up.
  const said = openSync(log, 'w')
  const child = spawn('ip', ['netns', 'exec', name, '/usr/sbin/sshd', ...argv], { stdio: ['ignore', 'ignore', said] })
  closeSync(said)
  const ended = once(child, 'exit')
  await until(() => child.exitCode !== null || readFileSync(log, 'utf8').includes(`Server listening on ${host}`))
  if (child.exitCode !== null) throw new Error(`no sshd in the network namespace: ${readFileSync(log, 'utf8')}`)
  return async () => {
    child.kill()
    await ended
  }
}

function rememberKey(sshd: Sshd, host: string): void {
  const [line = ''] = readFileSync(sshd.knownHostsFile, 'utf8').split('\n')
  appendFileSync(sshd.knownHostsFile, `${line.replace('127.0.0.1', host)}\n`)
}

/** A scene whose workstation reaches the node there. */
export function sceneAt({ sshd, host, port }: Place): Scene {
  return makeScene(sshd, { 'sshd.ip': host }, port)
}

/** The words of ssh(1) for that place, up to the command. */
export function sshTo({ sshd, host, port }: Place, ...options: readonly string[]): readonly string[] {
  return ['ssh', ...sshOptions(sshd), ...options, '-p', String(port), `${sshd.user}@${host}`]
}

export function sshOptions(sshd: Sshd): readonly string[] {
  const known = ['-o', `UserKnownHostsFile=${sshd.knownHostsFile}`, '-o', 'StrictHostKeyChecking=no']
  return ['-i', sshd.keyFile, ...known, '-o', 'BatchMode=yes', '-o', 'LogLevel=ERROR']
}
