import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRoot } from '../fixtures/sshd.ts'
import { type CutKind, startByteProxy } from './bytes.ts'
import type { Fault, Setting } from './fault.ts'
import { haltHere, runHere } from './inprocess.ts'
import { powerTrial } from './power.ts'
import { canCutPower } from './powernode.ts'
import { makeTrial, tried } from './trial.ts'

const cuts: readonly [CutKind, ...CutKind[]] = ['reset', 'end', 'stall']

/** About as many bytes as a whole run moves, login and agent included. */
const bytesOfRun = 60_000

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
      await trial.check(exit, events)
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
        const { exit, events } = await runner.ended
        if (exit === null) trial.note('killed')
        await trial.check(exit ?? 137, events)
      })
    },
  },
  {
    name: 'SIGTERM or SIGHUP of the runner',
    full: 50,
    few: 2,
    async trial({ sshd, random, tally }) {
      const trial = makeTrial({ sshd, tally })
      return tried(trial, async () => {
        const runner = trial.scene.station.start('run', 'release', 'web1', '--json')
        await sleep(random.below(1_100))
        runner.signal(random.pick(['SIGTERM', 'SIGHUP']))
        const { exit, events } = await runner.ended
        if (exit === null) trial.note('ended by it, before it listened')
        else if (exit === 5) trial.note('halted')
        else if (exit !== 0) trial.faults.push(`(g) a halt ended with ${exit}`)
        if (exit === null && events.length > 0)
          trial.faults.push('(g) a run had begun, and the signal ended it unasked')
        await trial.check(exit ?? 143, events)
      })
    },
  },
  {
    name: 'kill -9 of the sshd session',
    full: 200,
    few: 3,
    alone: true,
    async trial({ sshd, random, tally }) {
      const trial = makeTrial({ sshd, attributes: { reattach: random.pick(['0', '2']) }, tally })
      return tried(trial, async () => {
        const running = runHere(trial.scene.station)
        await sleep(random.below(700))
        sshd.killSessions()
        const { exit, events } = await running
        await trial.check(exit, events)
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
        await trial.check(
          0,
          ends.flatMap(({ events }) => events),
        )
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
        const { exit, events } = await running
        if (exit === 5) trial.note('halted')
        else if (exit !== 0) trial.faults.push(`(g) a halt ended with ${exit}`)
        await trial.check(exit, events)
      })
    },
  },
  {
    name: 'disk of the bundle full',
    full: 100,
    few: 2,
    isPossible: () => isRoot,
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
          const { exit, events } = await runHere(trial.scene.station)
          await fill
          rmSync(filler, { force: true })
          if (exit !== 0) trial.note(`ended with ${exit}`)
          await trial.check(exit, events)
        })
      } finally {
        execFileSync('umount', ['-l', disk])
        rmSync(disk, { recursive: true, force: true })
      }
    },
  },
  {
    name: 'power cut of the node',
    full: 100,
    few: 2,
    isPossible: canCutPower,
    alone: true,
    trial: (setting) => powerTrial(setting, {}),
  },
  {
    name: 'power cut of a node with an awkward disk',
    full: 60,
    few: 2,
    isPossible: canCutPower,
    alone: true,
    trial: (setting) => powerTrial(setting, setting.random.pick([{ unordered: true }, { apart: true }])),
  },
]
