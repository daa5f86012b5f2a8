import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Listener } from '../../src/agent/hearing.ts'
import { Session } from '../../src/agent/session.ts'
import { connectProcess } from '../../src/transport/process.ts'
import type { Effort, Finding } from './report.ts'

const forks = ['clone', 'clone3', 'fork', 'vfork']
const programs = ['execve']

/** What the agent itself costs the node, for a step and for all else of a run: counted by strace, and by the clock of the processor. */
export async function agentCost({ quick, rounds }: Effort): Promise<Finding> {
  const [few, many] = quick ? [1, 3] : [20, 120]
  const counted = async (steps: number) => callsIn(await under(steps, (file) => ['strace', '-f', '-c', '-o', file]))
  const none = await counted(0)
  const less = await counted(few)
  const more = await counted(many)
  const each = (calls: readonly string[]) => (sumOf(more, calls) - sumOf(less, calls)) / (many - few)
  const times: number[] = []
  const rests: number[] = []
  for (let round = 0; round < rounds; round++) {
    times.push((await cpuOf(many)) - (await cpuOf(few)))
    rests.push(await cpuOf(0))
  }
  return {
    tables: [],
    facts: [
      { name: 'processes that a step forks', value: each(forks), unit: '' },
      { name: 'programs that a step starts', value: each(programs), unit: '' },
      { name: 'CPU of the node for a step', value: medianOf(times) / (many - few), unit: 'ms' },
      { name: 'processes that a run without steps forks', value: sumOf(none, forks), unit: '' },
      { name: 'programs that a run without steps starts', value: sumOf(none, programs), unit: '' },
      { name: 'CPU of the node for a run without steps', value: medianOf(rests), unit: 'ms' },
    ],
    notes: [],
  }
}

function medianOf(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

async function cpuOf(steps: number): Promise<number> {
  const text = await under(steps, (file) => ['/usr/bin/time', '-f', '%U %S', '-o', file])
  const [user = 0, system = 0] = text.trim().split(' ').map(Number)
  return (user + system) * 1000
}

/** A run of so many journaled steps by an agent on this machine, under a program that writes what it saw into a file. */
async function under(steps: number, wrapper: (file: string) => readonly string[]): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'conc-agent-'))
  const file = join(home, 'seen')
  // One folder alone, as else each program is looked for in several.
  const connection = connectProcess([...wrapper(file), '/bin/sh', '-c'], { env: { PATH: '/usr/bin', HOME: home } })
  const session = await Session.start(connection)
  const names = Array.from({ length: steps }, (_, n) => `s${n}`)
  const order = [...names, 'close'].join(' ')
  const opened = await session.call('open', '.conc/app', 'yes', 'r1', 'run: r1\n', '{}', '# none\n', order)
  if (opened.words[0] !== 'opened') throw new Error(`the bundle was not opened: ${opened.words.join(' ')}`)
  const listeners = new Map<string, Listener>([...names, 'close'].map((_, n) => [String(n), {}]))
  const lines = names.map((name, n) => `{ s_input=/dev/null; s_as=''; s_secrets=''; step ${n} ${name} 1 - '' true; }`)
  const closing = [`close_step ${steps} close 1 r1 app`, 'retire']
  const reason = await session.work([...lines, ...closing], listeners)
  if (reason !== 'done') throw new Error(`the steps ended: ${reason}`)
  await session.close()
  await connection.close()
  const text = readFileSync(file, 'utf8')
  rmSync(home, { recursive: true })
  return text
}

/** The calls that succeeded, by their names: the columns of strace -c are time, seconds, usecs, calls, errors, name. */
function callsIn(text: string): ReadonlyMap<string, number> {
  const rows = text.split('\n').map((line) => line.trim().split(/\s+/))
  return new Map(rows.map((row) => [row.at(-1) ?? '', Number(row[3]) - (row.length > 5 ? Number(row[4]) : 0)]))
}

function sumOf(counted: ReadonlyMap<string, number>, calls: readonly string[]): number {
  return calls.reduce((sum, call) => sum + (counted.get(call) ?? 0), 0)
}
