import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { program } from '../fixtures/conc.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { measure, pair } from './pairs.ts'
import type { Effort, Finding } from './report.ts'

const steps = 10

/** Many nodes at a time: logins to one sshd, each with a bundle and a history of its own. */
export async function manyNodes(sshd: Sshd, { quick, rounds }: Effort): Promise<Finding> {
  const [nodes, parallel] = quick ? [3, 2] : [200, 50]
  const station = makeWorkstation(readFileSync(sshd.knownHostsFile, 'utf8'))
  station.write('deploy.ini', fleetFile(sshd, nodes))
  const loop = fileURLToPath(new URL('./loop.mjs', import.meta.url))
  const login = ['127.0.0.1', sshd.port, sshd.user, sshd.keyFile].map(String)
  const conc = (job: string, ...on: readonly string[]) => [process.execPath, program, 'run', job, ...on]
  const all = ['all', '--parallel', String(parallel)]
  const where = { cwd: station.folder, home: station.home }
  const compared = pair(`${nodes} nodes, ${steps} steps each, ${parallel} at a time`, Math.min(rounds, 7), [
    {
      name: 'a loop over ssh2',
      run: () => measure([process.execPath, loop, ...login, ...[nodes, parallel, steps].map(String), '/bin/true']),
    },
    { name: 'conc run', run: () => measure([...conc('release', ...all), '-q'], where) },
    { name: 'conc run, one node alone', run: () => measure([...conc('release', 'n1'), '-q'], where) },
  ])
  const [plain, many, one] = compared.rows
  const before = slowNode([...conc('nap', ...all), '--json'], station)
  station.remove()
  return {
    tables: [compared],
    facts: [
      { name: 'conc beside the loop', value: many?.ratio ?? Number.NaN, unit: 'x', most: 1.5 },
      { name: 'CPU of the workstation for a node', value: (many?.cpu ?? 0) / nodes, unit: 'ms' },
      { name: 'the same of the loop', value: (plain?.cpu ?? 0) / nodes, unit: 'ms' },
      { name: "conc's beside the loop's", value: (many?.cpu ?? 0) / (plain?.cpu || 1), unit: 'x' },
      {
        name: 'memory for each node more at a time',
        value: ((many?.memory ?? 0) - (one?.memory ?? 0)) / (parallel - 1),
        unit: 'MiB',
      },
      {
        name: 'the other nodes that ended before one which sleeps 5 s',
        value: before,
        unit: 'of them',
        least: parallel - 1,
      },
    ],
    notes: [
      'Both log in to 8 nodes at a time. All nodes are on the machine that deploys, so the time holds what each of them does too: its sshd, and for conc its agent, its journal and the disk.',
    ],
  }
}

function fleetFile({ port, user, keyFile }: Sshd, nodes: number): string {
  const at = { 'sshd.ip': '127.0.0.1', 'sshd.port': String(port), admin: user, key: keyFile }
  const each = Array.from({ length: nodes }, (_, n) => [
    `node:n${n}`,
    { ...at, app: `shop-n${n}`, bundle: `.conc/n${n}`, nap: n === 0 ? '5' : '0' },
  ])
  const job = Array.from({ length: steps }, (_, n) => [`s${n}`, 'remote run /bin/true'])
  const around = (middle: readonly (readonly string[])[]) => ({
    open: 'remote open-bundle',
    ...Object.fromEntries(middle),
    close: 'remote close-bundle',
  })
  return deployFile({
    deploy: { app: 'shop', release: '1' },
    ...Object.fromEntries(each),
    'job:release': around(job),
    'job:nap': around([['nap', 'remote run sleep ${nap}']]),
  })
}

/** How many nodes were done before the slow one, with which the others began. */
function slowNode([file = '', ...words]: readonly string[], { folder, home }: Workstation): number {
  const env = { PATH: process.env.PATH, HOME: home }
  const { stdout } = spawnSync(file, words, { cwd: folder, env, encoding: 'utf8', maxBuffer: 1e9 })
  const ends = stdout.split('\n').filter((line) => line.includes('"event":"run-end"'))
  return ends.findIndex((line) => JSON.parse(line).node === 'n0')
}
