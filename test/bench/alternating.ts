import { execa } from 'execa'
import type { Sshd } from '../fixtures/sshd.ts'
import { close, makeScene, open } from '../run/scene.ts'
import { near, sshTo } from './far.ts'
import type { Effort, Finding } from './report.ts'
import { countTurns } from './turns.ts'

/** The round trips of steps on both sides, counted on the line itself. */
export async function alternating(sshd: Sshd, { quick }: Effort): Promise<Finding> {
  const [few, many] = quick ? [1, 2] : [10, 50]
  const line = await countTurns(sshd.port)
  const turnsOf = async (count: number, kinds: readonly ('local' | 'remote')[]) => {
    const scene = makeScene(sshd, {}, line.port)
    const steps = Array.from({ length: count }, (_, n) => kinds.map((side, at) => `s${n}-${at} = ${side} run true`))
    scene.steps(open, ...steps.flat(), close)
    const before = line.turns()
    const { exit } = await scene.station.conc('run', 'release', 'web1', '-q')
    if (exit !== 0) throw new Error(`the run ended with ${exit}`)
    scene.remove()
    return line.turns() - before
  }
  const eachOf = async (kinds: readonly ('local' | 'remote')[]) =>
    ((await turnsOf(many, kinds)) - (await turnsOf(few, kinds))) / (many - few)
  const ssh = async () => {
    const before = line.turns()
    const [file = '', ...words] = sshTo({ ...near(sshd), port: line.port })
    await execa(file, [...words, 'true'])
    return line.turns() - before
  }
  try {
    return {
      tables: [],
      facts: [
        {
          name: 'round trips of a remote step after a remote one',
          value: await eachOf(['remote']),
          unit: '',
          most: 0.2,
        },
        { name: 'round trips of a local step after a local one', value: await eachOf(['local']), unit: '', most: 1 },
        {
          name: 'round trips of a local and a remote step in turn',
          value: await eachOf(['local', 'remote']),
          unit: '',
          most: 2,
        },
        {
          name: 'round trips of a whole run of one remote step, its login too',
          value: await turnsOf(1, ['remote']),
          unit: '',
        },
        { name: 'round trips of ssh node true', value: await ssh(), unit: '' },
      ],
      notes: [],
    }
  } finally {
    line.stop()
  }
}
