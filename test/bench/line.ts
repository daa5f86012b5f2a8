import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A line to a port of this machine on which each byte takes so many milliseconds each way. */
export async function startLine(to: number, ms: number): Promise<{ readonly port: number; stop(): void }> {
  const jiti = fileURLToPath(new URL('../../node_modules/jiti/lib/jiti-cli.mjs', import.meta.url))
  const delay = fileURLToPath(new URL('./delay.ts', import.meta.url))
  const child = spawn(process.execPath, [jiti, delay, String(to), String(ms)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = await once(child.stdout, 'data')
  return { port: Number(String(port)), stop: () => void child.kill() }
}
