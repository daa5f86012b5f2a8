import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../fixtures/conc.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { type Behaviour, type Hostile, startHostile } from '../fixtures/hostile.ts'

/** How conc ended against a hostile node. */
export interface Met {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
  /** The most memory that it had, in bytes. */
  readonly peak: number
  readonly node: Hostile
  readonly station: Workstation
}

/** Starts a node that behaves so, runs conc against it, and looks at its memory meanwhile. */
export async function meet(
  behaviour: Behaviour,
  words: readonly string[],
  look: (met: Met) => void | Promise<void>,
  steps: Readonly<Record<string, string>> = {
    open: 'remote open-bundle',
    a: 'remote run true',
    b: 'remote run true',
    close: 'remote close-bundle',
  },
): Promise<void> {
  const node = await startHostile(behaviour)
  const station = makeWorkstation(node.knownHosts)
  const key = join(station.home, 'key')
  writeFileSync(key, node.privateKey, { mode: 0o600 })
  station.write(
    'deploy.ini',
    deployFile({
      deploy: { app: 'shop', release: '1' },
      'node:web1': { 'sshd.ip': '127.0.0.1', 'sshd.port': String(node.port), admin: node.user, key },
      'job:release': steps,
    }),
  )
  try {
    await look({ ...(await watched(station, words)), node, station })
  } finally {
    station.remove()
    await node.stop()
  }
}

async function watched({ home, folder }: Workstation, words: readonly string[]) {
  const env = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8' }
  const child = spawn(process.execPath, [program, ...words], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr, peak] = ['', '', 0]
  // What is told here is short; a flood is read and forgotten.
  const keep = (text: string, more: string) => (text.length < 4_000_000 ? text + more : text)
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout = keep(stdout, text)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = keep(stderr, text)
  })
  const looking = setInterval(() => {
    peak = Math.max(peak, peakMemory(child.pid ?? 0))
  }, 25)
  // A hang is a fault: it is ended, and then has no exit code.
  const patience = setTimeout(() => child.kill('SIGKILL'), 45_000)
  const [exit] = await once(child, 'close')
  clearInterval(looking)
  clearTimeout(patience)
  return { exit: exit as number | null, stdout, stderr, peak }
}

function peakMemory(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
