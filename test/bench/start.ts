import { spawnSync } from 'node:child_process'
import { embedded, stationWith } from '../cli/sample.ts'
import { program } from '../fixtures/conc.ts'

/** What it takes to start conc, beside Node.js that does nothing. */
const rounds = 15

const station = stationWith(embedded({ say: 'remote run echo hi' }))
const cases: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['node -e 0', ['-e', '0']],
  ['conc --version', [program, '--version']],
  ['conc --help', [program, '--help']],
  ['conc run --help', [program, 'run', '--help']],
  ['completion of a node', [program, 'complete', 'zsh', 'run', 'release', '']],
  ['conc check', [program, 'check']],
  ['conc plan release demo', [program, 'plan', 'release', 'demo']],
]
const times = new Map<string, number[]>(cases.map(([name]) => [name, []]))
for (let round = 0; round < rounds; round++) for (const [name, words] of cases) times.get(name)?.push(timed(words))
station.remove()
const base = median(times.get('node -e 0') ?? [])
for (const [name, all] of times) {
  const ms = median(all)
  process.stdout.write(`${name.padEnd(30)} ${Math.round(ms).toString().padStart(6)} ms  ${(ms / base).toFixed(2)}x\n`)
}

function timed(words: readonly string[]): number {
  const began = performance.now()
  const options = { cwd: station.folder, env: { PATH: process.env.PATH, HOME: station.home } }
  const { status, stderr } = spawnSync(process.execPath, words, options)
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`)
  return performance.now() - began
}

function median(all: readonly number[]): number {
  return [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
}
