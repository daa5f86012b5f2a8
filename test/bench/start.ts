import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { agentProgram, bootstrap } from '../../src/agent/program.ts'
import { embedded, stationWith } from '../cli/sample.ts'
import { program } from '../fixtures/conc.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { close, makeScene, open } from '../run/scene.ts'
import { largeFile } from './large.ts'
import { type Compared, measure, pair, type Way } from './pairs.ts'
import type { Effort, Finding } from './report.ts'

/** What it takes to start conc, to plan with a large deploy file, and to come to a run's first step. */
export async function starting(sshd: Sshd, { quick, rounds }: Effort): Promise<Finding> {
  const words = commands(rounds)
  const large = planning(quick ? 10 : 1_000, rounds)
  const first = await firstStep(sshd, rounds)
  const [small, big] = large.rows
  return {
    tables: [words, large, first],
    facts: [
      { name: 'conc --help, beside node -e 0', value: words.rows[2]?.ratio ?? Number.NaN, unit: 'x', most: 2.5 },
      { name: 'a plan with 1,000 nodes and 200 steps', value: small?.ms ?? Number.NaN, unit: 'ms', most: 500 },
      { name: 'its memory', value: small?.memory ?? Number.NaN, unit: 'MiB', most: 150 },
      { name: 'the same with 10,000 nodes, beside that', value: big?.ratio ?? Number.NaN, unit: 'x', most: 12 },
      {
        name: "Enter to the first step, beside ssh2 and the agent's start",
        value: first.rows[1]?.ratio ?? Number.NaN,
        unit: 'x',
        most: 1.3,
      },
    ],
    notes: [],
  }
}

function commands(rounds: number): Compared {
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
  const where = { cwd: station.folder, home: station.home }
  const ways = cases.map(([name, words]): Way => ({ name, run: () => measure([process.execPath, ...words], where) }))
  const compared = pair('to start', rounds, ways)
  station.remove()
  return compared
}

function planning(nodes: number, rounds: number): Compared {
  const station = stationWith('')
  const where = { cwd: station.folder, home: station.home }
  const ways = [nodes, nodes * 10].map((count): Way => {
    const file = `of${count}.ini`
    station.write(file, largeFile(count, 200))
    const run = () => measure([process.execPath, program, '-f', file, 'plan', 'release', 'n7', '-q'], where)
    return { name: `conc plan, ${count} nodes, 200 steps`, run }
  })
  const compared = pair('to plan', rounds, ways)
  station.remove()
  return compared
}

async function firstStep(sshd: Sshd, rounds: number): Promise<Compared> {
  const scene = makeScene(sshd)
  scene.steps(open, 'say = remote run true', close)
  const { folder, home } = scene.station
  const env = { PATH: process.env.PATH, HOME: home }
  const { command, blob } = bootstrap(await agentProgram(), '0'.repeat(32))
  const blobFile = join(folder, 'blob')
  writeFileSync(blobFile, blob)
  const ready = fileURLToPath(new URL('./ready.mjs', import.meta.url))
  const timed = (words: readonly string[], momentIn: (stdout: string) => number) => () => {
    const began = Date.now()
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`)
    return momentIn(stdout) - began
  }
  const login = [ready, '127.0.0.1', String(sshd.port), sshd.user, sshd.keyFile, blobFile, command]
  const compared = pair('to the first step, loopback', rounds, [
    { name: 'ssh2 ready, and the agent', run: timed(login, Number) },
    { name: 'conc run, to the first step', run: timed([program, 'run', 'release', 'web1', '--json'], firstStart) },
  ])
  scene.remove()
  return compared
}

function firstStart(stdout: string): number {
  const line = stdout.split('\n').find((each) => each.includes('"event":"step-start"')) ?? '{}'
  return Date.parse(JSON.parse(line).time)
}
