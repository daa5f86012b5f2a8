import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { killGroup } from './child.ts'

/** How ssh ended: what it said last on stderr, and whether it could be started at all. */
export interface End {
  readonly said: string
  readonly missing: boolean
}

/** An ssh that stays. */
export interface SshProcess {
  /** Resolves once it has logged in. */
  readonly ready: Promise<void>
  /** Never rejects. */
  readonly ended: Promise<End>
  stop(): Promise<void>
}

/** How long ssh may take to end when asked to, and how long its last words may take, in milliseconds. */
const farewell = 2_000
const lastWords = 500

/** How much of what it says is kept, in characters. */
const mostKept = 8_192

// ssh is in a session of its own, so that Ctrl-C is for conc alone; the watcher ends it should conc itself be killed.
const wrapper = `folder=$1; shift
(read -r word <&3 || { kill -TERM $$; rm -rf -- "$folder"; }) </dev/null >/dev/null 2>&1 &
exec "$@" </dev/null 3<&-`

/** Starts ssh; `folder` is what the watcher removes when this process is killed. */
export function startSsh(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> | undefined,
): SshProcess {
  const child = spawn('/bin/sh', ['-c', wrapper, 'sh', folder, 'ssh', ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  for (const stream of [child, ...child.stdio]) stream?.on('error', () => {})
  const ended = endOf(child)
  return {
    ready: new Promise((resolve) => child.stdout?.once('data', () => resolve())),
    ended,
    async stop() {
      // ssh 9.2 may look for the signal just before it comes, and then sleep on: so more than once.
      const again = setInterval(() => child.kill('SIGTERM'), 50)
      child.kill('SIGTERM')
      const timer = setTimeout(() => killGroup(child.pid), farewell)
      await ended
      clearInterval(again)
      clearTimeout(timer)
    },
  }
}

async function endOf(child: ChildProcess): Promise<End> {
  const heard = { text: '' }
  child.stderr?.on('data', (chunk: Buffer) => {
    heard.text = (heard.text + chunk.toString('utf8')).slice(-mostKept)
  })
  const spoken = child.stderr === null ? undefined : spokenOut(child.stderr)
  // What came before the login, such as a banner, is no reason for its end.
  child.stdout?.once('data', () => {
    heard.text = ''
  })
  const [code] = await once(child, 'exit').catch(() => [127])
  await Promise.race([spoken, new Promise((resolve) => setTimeout(resolve, lastWords))])
  releaseWatcher(child)
  for (const stream of [child.stdout, child.stderr]) stream?.destroy()
  return { said: heard.text, missing: code === 127 }
}

// A line tells the watcher that there is nothing to end any more: the process number may be another's soon.
function releaseWatcher(child: ChildProcess): void {
  const line = child.stdio[3]
  if (line && 'end' in line) line.end('over\n')
}

async function spokenOut(stderr: Readable): Promise<void> {
  await once(stderr, 'close').catch(() => {})
}
