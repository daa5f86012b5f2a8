import { spawnSync } from 'node:child_process'
import { program } from '../fixtures/conc.ts'
import { close, makeScene, open, startNode } from '../run/scene.ts'

/** What a hundred journaled steps cost, beside one script over ssh that runs the same commands and writes as many journal lines. */
const runs = 7
const count = 100

const sshd = await startNode()
try {
  const scene = makeScene(sshd)
  scene.steps(open, ...Array.from({ length: count }, (_, n) => `s${n} = remote run true`), close)
  const ssh = ['-p', String(sshd.port), '-i', sshd.keyFile, '-o', `UserKnownHostsFile=${sshd.knownHostsFile}`]
  const bare = Array.from({ length: count }, () => 'sh -c true').join('\n')
  const journaled = Array.from(
    { length: count },
    (_, n) => `echo "begin ${n}" >>j; sync -d j; sh -c true; echo "end ${n}" >>j; sync -d j`,
  ).join('\n')
  const times: Record<string, number[]> = { 'ssh sh, bare': [], 'ssh sh, with a synced journal': [], conc: [] }
  for (let run = 0; run < runs; run++) {
    times['ssh sh, bare']?.push(timed('ssh', [...ssh, `${sshd.user}@127.0.0.1`, 'sh -s'], bare))
    times['ssh sh, with a synced journal']?.push(timed('ssh', [...ssh, `${sshd.user}@127.0.0.1`, 'sh -s'], journaled))
    const { folder, home } = scene.station
    times.conc?.push(timed(process.execPath, [program, 'run', 'release', 'web1', '-q'], '', folder, home))
  }
  const medians = Object.entries(times).map(([name, all]) => [name, median(all)] as const)
  const base = medians[1]?.[1] ?? 1
  for (const [name, ms] of medians) {
    process.stdout.write(`${name.padEnd(30)} ${Math.round(ms).toString().padStart(6)} ms  ${(ms / base).toFixed(2)}x\n`)
  }
  scene.remove()
} finally {
  await sshd.stop()
}

function timed(file: string, args: readonly string[], input: string, cwd = '/', home = '/'): number {
  const began = performance.now()
  const { status, stderr } = spawnSync(file, args, { input, cwd, env: { PATH: process.env.PATH, HOME: home } })
  if (status !== 0) throw new Error(`${file} ended with ${status}: ${stderr}`)
  return performance.now() - began
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}
