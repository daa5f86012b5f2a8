import { program } from '../fixtures/conc.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { close, open } from '../run/scene.ts'
import { far, near, type Place, sceneAt, sshTo } from './far.ts'
import { type Compared, measure, pair, type Way } from './pairs.ts'
import { peersAt } from './peers.ts'
import type { Effort, Finding } from './report.ts'

/** What every step runs: a program, as a builtin of the shell would cost the script nothing. */
const command = '/bin/true'

/** Steps one after the other on the node, beside a script of the same commands, and beside who else does it. */
export async function hundredSteps(sshd: Sshd, { quick, rounds }: Effort): Promise<Finding> {
  const [few, many] = quick ? [1, 3] : [10, 100]
  const away = await far(sshd, quick ? 1 : 25)
  try {
    const loopback = stepsAt(near(sshd), few, many, rounds)
    const distant = stepsAt(away, few, many, rounds)
    const marginal = (tables: readonly Compared[], name: string) => perStep(tables, name, few, many)
    return {
      tables: [...loopback, ...distant],
      facts: [
        { name: 'a whole run at 50 ms, beside the script', value: ratioOf(distant[1]), unit: 'x', most: 1.3 },
        { name: 'a whole run on loopback, beside the script', value: ratioOf(loopback[1]), unit: 'x', most: 2 },
        {
          name: 'a step more at 50 ms, beyond the same step on loopback',
          value: marginal(distant, 'conc') - marginal(loopback, 'conc'),
          unit: 'ms',
          most: 1,
        },
        { name: 'a step more on loopback, conc', value: marginal(loopback, 'conc'), unit: 'ms' },
        { name: 'a step more on loopback, the script', value: marginal(loopback, 'ssh sh'), unit: 'ms' },
        {
          name: 'a step more on loopback, the script with a synced journal',
          value: marginal(loopback, 'ssh sh, synced journal'),
          unit: 'ms',
        },
      ],
      notes: [`The long line is ${away.how}.`],
    }
  } finally {
    await away.stop()
  }
}

/** The same hundred steps by others that run them one by one. Once over the long line, where most take half a minute. */
export async function others(sshd: Sshd, { quick, rounds }: Effort): Promise<Finding> {
  const count = quick ? 1 : 100
  const away = await far(sshd, quick ? 1 : 25)
  try {
    const places = [near(sshd), away].map((place) => ({
      place,
      title: titleOf(place, count),
      ...peersAt(place, command, count, quick ? 1 : undefined),
    }))
    const tables = places.map(({ place, title, ways }, at) =>
      pair(title, at === 0 ? Math.min(rounds, 3) : 1, [ssh(place, count), concAt(place, count), ...ways]),
    )
    return { tables, facts: [], notes: [...new Set(places.flatMap(({ absent }) => absent))] }
  } finally {
    await away.stop()
  }
}

function titleOf({ how }: Place, count: number): string {
  return `${count} steps, ${how === 'loopback' ? how : '50 ms'}`
}

function stepsAt(place: Place, few: number, many: number, rounds: number): readonly Compared[] {
  return [few, many].map((count) =>
    pair(titleOf(place, count), rounds, [ssh(place, count), journaled(place, count), concAt(place, count)]),
  )
}

function concAt(place: Place, count: number): Way {
  const scene = sceneAt(place)
  scene.steps(open, ...Array.from({ length: count }, (_, n) => `s${n} = remote run ${command}`), close)
  const { folder, home } = scene.station
  const argv = [process.execPath, program, 'run', 'release', 'web1', '-q']
  return { name: 'conc', run: () => measure(argv, { cwd: folder, home }), done: () => scene.remove() }
}

function ssh(place: Place, count: number): Way {
  const input = `${command}\n`.repeat(count)
  return { name: 'ssh sh', run: () => measure([...sshTo(place), 'sh'], { input }) }
}

/** The same commands, and as much on the disk before and after each as a journal needs. */
function journaled(place: Place, count: number): Way {
  const input = `echo begin >>j; sync -d j; ${command}; echo end >>j; sync -d j\n`.repeat(count)
  return { name: 'ssh sh, synced journal', run: () => measure([...sshTo(place), 'sh'], { input }) }
}

function ratioOf(compared: Compared | undefined): number {
  return compared?.rows.find(({ name }) => name === 'conc')?.ratio ?? Number.NaN
}

function perStep([less, more]: readonly Compared[], name: string, few: number, many: number): number {
  const of = (compared: Compared | undefined) => compared?.rows.find((row) => row.name === name)?.ms ?? Number.NaN
  return (of(more) - of(less)) / (many - few)
}
