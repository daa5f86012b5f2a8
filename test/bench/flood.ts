import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { program } from '../fixtures/conc.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { close, makeScene, open } from '../run/scene.ts'
import { near, sshTo } from './far.ts'
import { measure, pair } from './pairs.ts'
import type { Effort, Finding } from './report.ts'

/** A step that prints far more than anybody keeps, to a file on the workstation. */
export async function flood(sshd: Sshd, { quick, rounds }: Effort): Promise<Finding> {
  const mebi = quick ? 4 : 1024
  const scene = makeScene(sshd)
  const { folder, home } = scene.station
  const big = join(scene.dir, 'big')
  // Lines of 64 characters, as programs print them.
  spawnSync('sh', ['-c', `yes "$(printf '%063d' 7)" | head -c ${mebi}M >${big}; chmod 644 ${big}`])
  scene.steps(open, `pour = remote run cat ${big}`, close)
  const into = (argv: readonly string[]) =>
    measure(['sh', '-c', `exec "$@" >${folder}/out`, 'sh', ...argv], { cwd: folder, home })
  const conc = [process.execPath, program, 'run', 'release', 'web1']
  const compared = pair(`${mebi} MiB that a step prints`, Math.min(rounds, 7), [
    { name: 'ssh node cat', run: () => into([...sshTo(near(sshd)), `cat ${big}`]) },
    { name: 'conc run', run: () => into([...conc, '--plain']) },
    { name: 'conc run --json', run: () => into([...conc, '--json']) },
  ])
  const kept = Number(spawnSync('du', ['-sk', join(sshd.home, '.conc')], { encoding: 'utf8' }).stdout.split('\t')[0])
  const [, plain, json] = compared.rows
  const runs = compared.rounds * 2
  scene.remove()
  return {
    tables: [compared],
    facts: [
      { name: 'as fast as ssh node cat', value: 1 / (plain?.ratio ?? Number.NaN), unit: 'x', least: 0.6 },
      { name: 'the same with --json', value: 1 / (json?.ratio ?? Number.NaN), unit: 'x', least: 0.6 },
      { name: 'memory', value: Math.max(plain?.memory ?? Number.NaN, json?.memory ?? 0), unit: 'MiB', most: 150 },
      { name: 'what a run leaves on the node', value: kept / 1024 / runs, unit: 'MiB', most: 2.5 },
    ],
    notes: [],
  }
}
