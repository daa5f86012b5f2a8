import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sshd } from '../fixtures/sshd.ts'
import { type CutKind, startByteProxy } from './bytes.ts'
import { haltHere, resumeHere, runHere } from './inprocess.ts'
import type { Random } from './random.ts'
import { makeTrial, steps, type Trial } from './trial.ts'

/** What every trial of a fault has. */
export interface Setting {
  readonly sshd: Sshd
  readonly random: Random
  /** Counts of what happened, for the report. */
  readonly tally: Map<string, number>
}

/** A fault that befalls runs. */
export interface Fault {
  readonly name: string
  /** Trials of a full campaign. */
  readonly full: number
  /** Trials of the small one in `npm test`. */
  readonly few: number
  /** One trial; gives all that was found wrong. */
  trial(setting: Setting): Promise<readonly string[]>
}

const cuts: readonly [CutKind, ...CutKind[]] = ['reset', 'end', 'stall']

/** About as many bytes as a whole run moves, login and agent included. */
const bytesOfRun = 60_000

async function tried(trial: Trial, act: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await act()
    await trial.finish()
    if (trial.faults.length === 0) trial.scene.remove()
  } catch (thrown) {
    trial.faults.push(`the trial broke: ${thrown instanceof Error ? thrown.stack : thrown}`)
  }
  return trial.faults
}

/** The line is cut at a byte; the run gives up, or mends it by itself. */
async function cutTrial({ sshd, random, tally }: Setting, kind: CutKind, size: number, range: number) {
  const proxy = await startByteProxy(sshd.port)
  const reattach = kind === 'stall' ? '0' : random.pick(['0', '2'])
  const trial = makeTrial({ sshd, port: proxy.port, attributes: { reattach }, size, tally })
  proxy.cutAt(random.below(range), kind)
  try {
    return await tried(trial, async () => {
      const { exit, events } = await runHere(trial.scene.station)
      if (!proxy.hasCut) trial.note('not cut')
      proxy.cutAt(Number.POSITIVE_INFINITY, kind)
      if (events.some((event) => event.event === 'note' && event.message === 're-attached')) trial.note('re-attached')
      await trial.check(exit)
    })
  } finally {
    await proxy.close()
  }
}

export const faults: readonly Fault[] = [
  {
    name: 'connection cut at a random byte (reset, end)',
    full: 480,
    few: 8,
    trial: (setting) =>
      cutTrial(setting, setting.random.pick(cuts.slice(0, 2) as ['reset', 'end']), 20_000, bytesOfRun),
  },
  {
    name: 'connection stalled at a random byte',
    full: 20,
    few: 0,
    trial: (setting) => cutTrial(setting, 'stall', 20_000, bytesOfRun),
  },
  {
    name: 'delivery of 2 MB cut at a random byte',
    full: 100,
    few: 3,
    trial: (setting) => cutTrial(setting, setting.random.pick(['reset', 'end']), 2_000_000, 2_000_000),
  },
  {
    name: 'kill -9 of the runner',
    full: 300,
    few: 4,
    async trial({ sshd, random, tally }) {
      const trial = makeTrial({ sshd, tally })
      return tried(trial, async () => {
        const runner = trial.scene.station.start('run', 'release', 'web1', '--json')
        await sleep(random.below(1_100))
        runner.signal('SIGKILL')
        const { exit } = await runner.ended
        if (exit === null) trial.note('killed')
        await trial.check(exit ?? 137)
      })
    },
  },
  {
    name: 'kill -9 of the sshd session',
    full: 200,
    few: 3,
    async trial({ sshd, random, tally }) {
      const trial = makeTrial({ sshd, attributes: { reattach: random.pick(['0', '2']) }, tally })
      return tried(trial, async () => {
        const running = runHere(trial.scene.station)
        await sleep(random.below(700))
        sshd.killSessions()
        await trial.check((await running).exit)
      })
    },
  },
  {
    name: 'race of 2 to 8 runners for the lock',
    full: 1_000,
    few: 6,
    async trial({ sshd, random, tally }) {
      const trial = makeTrial({ sshd, size: 10, tally })
      return tried(trial, async () => {
        const runners = 2 + random.below(7)
        const ends = await Promise.all(Array.from({ length: runners }, () => runHere(trial.scene.station)))
        const exits = ends.map(({ exit }) => exit)
        // Who comes after the winner has closed is the next winner, and its steps run again: that is no race any more.
        const winners = exits.filter((exit) => exit === 0).length
        if (winners !== 1) trial.faults.push(`(d) ${winners} of ${runners} runners won: ${exits.join(' ')}`)
        if (exits.some((exit) => exit !== 0 && exit !== 3)) trial.faults.push(`(g) exit codes ${exits.join(' ')}`)
        await trial.check(0)
      })
    },
  },
  {
    name: 'halts and resumes from alternating workstations',
    full: 200,
    few: 4,
    async trial({ sshd, random, tally }) {
      const trial = makeTrial({ sshd, tally })
      return tried(trial, async () => {
        const halts = new AbortController()
        const running = runHere(trial.scene.station, { halt: halts.signal })
        await sleep(random.below(500))
        if (random.below(2) === 0) halts.abort()
        else await haltHere(trial.scene.station).catch(() => trial.note('nothing to halt'))
        const { exit } = await running
        if (exit === 5) trial.note('halted')
        else if (exit !== 0) trial.faults.push(`(g) a halt ended with ${exit}`)
        await trial.check(exit)
      })
    },
  },
  {
    name: 'disk of the bundle full',
    full: 100,
    few: 2,
    async trial({ sshd, random, tally }) {
      const disk = mkdtempSync(join(tmpdir(), 'conc-disk-'))
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400k,mode=0777', 'tmpfs', disk])
      try {
        const filler = join(disk, 'filler')
        mkdirSync(join(disk, 'b'), { mode: 0o777 })
        execFileSync('chmod', ['777', join(disk, 'b')])
        const trial = makeTrial({ sshd, attributes: { bundle: join(disk, 'b', 'shop') }, tally })
        return await tried(trial, async () => {
          const fill = sleep(random.below(500)).then(() => {
            try {
              writeFileSync(filler, Buffer.alloc(2_000_000))
            } catch {
              // Full, as it is meant to be.
            }
          })
          const { exit } = await runHere(trial.scene.station)
          await fill
          rmSync(filler, { force: true })
          if (exit !== 0) trial.note(`ended with ${exit}`)
          await trial.check(exit)
        })
      } finally {
        execFileSync('umount', ['-l', disk])
        rmSync(disk, { recursive: true, force: true })
      }
    },
  },
]

/** A runner that is broken on purpose: it runs a failed step again, though nobody said so. */
export async function brokenTrial({ sshd, tally }: Setting): Promise<readonly string[]> {
  const trial = makeTrial({ sshd, tally })
  trial.scene.steps(...steps.map((line) => (line.startsWith('r3 ') ? line.replace(/"$/, '; exit 3"') : line)))
  await trial.check((await runHere(trial.scene.station)).exit)
  await trial.check((await resumeHere(trial.scene.station, { retry: true })).exit)
  trial.scene.remove()
  return trial.faults
}
