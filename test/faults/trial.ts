import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEvent } from '../../src/index.ts'
import type { Workstation } from '../fixtures/deploy.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { makeScene, type Scene, type Status } from '../run/scene.ts'
import { resumeHere, statusHere, unlockHere } from './inprocess.ts'
import { type Evidence, exitFaults, orderFaults, statusFaults, toldDone, toldFaults } from './oracle.ts'

/** One run of a plan on a node that a fault befalls, and all that is found wrong with it. */
export interface Trial {
  readonly scene: Scene
  readonly faults: string[]
  /** Counts what may happen and is of interest: `unknown`, `re-attached`, … */
  note(what: string): void
  /** Checks what a command's end and events, the node and the traces say of each other. Gives the node's status. */
  check(exit: number, events: readonly RunEvent[]): Promise<Status>
  /**
   * Resumes, from one workstation after the other, until the run is over. Gives how often.
   * @param disturb befalls the first resume, which may then end as it likes.
   */
  finish(disturb?: () => Promise<unknown>): Promise<number>
}

/** Acts, then finishes the run; gives all that was found wrong, with the journal where it helps. */
export async function tried(trial: Trial, act: () => Promise<unknown>, disturb?: () => Promise<unknown>) {
  try {
    await act()
    await trial.finish(disturb)
  } catch (thrown) {
    trial.faults.push(`the trial broke: ${thrown instanceof Error ? thrown.stack : thrown}`)
  }
  if (trial.faults.length === 0) trial.scene.remove()
  else trial.faults.push(...trial.scene.journal().map((line) => `journal: ${line}`))
  return trial.faults
}

/** The steps that leave a trace: both sides, quick ones in a batch, one that takes a while, a delivery between them. */
const traced = ['r1', 'r2', 'l1', 'r3', 'r4', 'l2', 'r5'] as const

/** What such a step does: `pause` is in seconds. */
const script = (name: string, pause: number) =>
  `sh "echo begin ${name} >>$trace; sleep ${pause}; echo end ${name} >>$trace"`

export const steps = [
  'open = remote open-bundle',
  `r1 = remote ${script('r1', 0.01)}`,
  `r2 = remote ${script('r2', 0.05)}`,
  `l1 = local ${script('l1', 0.03)}`,
  'send = local deliver blob.bin',
  `r3 = remote ${script('r3', 0.02)}`,
  `r4 = remote ${script('r4', 0.1)}`,
  `l2 = local ${script('l2', 0.02)}`,
  `r5 = remote ${script('r5', 0.01)}`,
  'close = remote close-bundle',
]

export interface TrialOptions {
  readonly sshd: Sshd
  /** Where workstations reach the node; its own port when absent. */
  readonly port?: number
  readonly attributes?: Readonly<Record<string, string>>
  /** Bytes of the file that is delivered. */
  readonly size?: number
  readonly tally: Map<string, number>
}

/** Sets a trial up: an application of its own, with nothing run yet. */
export function makeTrial({ sshd, port, attributes = {}, size = 20_000, tally }: TrialOptions): Trial {
  const scene = makeScene(sshd, { reattach: '0', ...attributes }, port)
  const blob = randomBytes(size)
  const sha256 = createHash('sha256').update(blob).digest('hex')
  const equip = (station: Workstation) => writeFileSync(join(station.folder, 'blob.bin'), blob)
  scene.steps(...steps)
  equip(scene.station)
  const faults: string[] = []
  const retries = new Map<string, number>()
  const told = new Set<string>()
  const note = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1)
  const evidence = (): Evidence => ({ steps: traced, trace: scene.trace(), retries, told })
  const check = async (exit: number, events: readonly RunEvent[]) => {
    for (const done of toldDone(events)) told.add(done)
    const status = await statusHere(scene.station)
    const seen = evidence()
    faults.push(...orderFaults(seen), ...statusFaults(status, seen), ...toldFaults(status, seen))
    faults.push(...exitFaults(exit, status, seen), ...deliveryFaults(status))
    return status
  }
  const deliveryFaults = ({ state, stands }: Status): readonly string[] => {
    const delivered = join(attributes.bundle ?? scene.bundle, 'payload', 'blob.bin')
    if (state === 'FREE') return []
    if (!existsSync(delivered)) return stands.includes('send OK') ? ['(e) what was delivered is gone'] : []
    const isWhole = createHash('sha256').update(readFileSync(delivered)).digest('hex') === sha256
    return isWhole ? [] : ['(e) a half-delivered file stands under its final name']
  }
  const finish = async (disturb?: () => Promise<unknown>) => {
    const stations = [scene.other(), scene.station]
    equip(stations[0] as Workstation)
    for (let turn = 0; turn < 40; turn++) {
      const status = await settled(scene)
      if (status.state === 'FREE') return turn
      if (status.run === null) {
        note('unnamed bundle given up')
        await unlockHere(scene.station)
        continue
      }
      const needy = status.steps.find(({ status: at }) => !['OK', 'SKIPPED', 'PENDING', 'RUNNING'].includes(at))
      if (needy !== undefined) {
        note(
          needy.status === 'UNKNOWN'
            ? `unknown ${isLocal(needy.name) ? 'local' : 'remote'} step`
            : `asked after ${needy.status}`,
        )
        retries.set(needy.name, (retries.get(needy.name) ?? 0) + 1)
      }
      const station = stations[turn % 2] as Workstation
      const disturbed = turn === 0 ? disturb?.() : undefined
      const { exit, message, events } = await resumeHere(station, { retry: needy !== undefined })
      await disturbed
      const after = await check(exit, events)
      // A node that has not noticed yet that its runner is gone lets nobody in; it does within 45 s.
      if (exit === 3) await new Promise((resolve) => setTimeout(resolve, 2_000))
      // A local step counts as running until the node notices that its runner is gone: that may be just then.
      const running = status.steps.find((step) => step.status === 'RUNNING' && isLocal(step.name))
      const noticed = exit === 7 && after.stands.includes(`${running?.name} UNKNOWN`)
      if (exit !== 0 && exit !== 3 && disturbed === undefined && !noticed)
        faults.push(`resume ended with ${exit}: ${message}`)
    }
    faults.push('forty times resumed, and not done')
    return 40
  }
  return { scene, faults, note, check, finish }
}

function isLocal(step: string): boolean {
  return step.startsWith('l') || step === 'send'
}

/** The status once a step that still runs is the only thing that can be alive: an agent needs a moment to see a cut. */
async function settled(scene: Scene): Promise<Status> {
  for (let look = 0; ; look++) {
    const status = await statusHere(scene.station)
    const agentOnly = status.state === 'RUNNING' && !status.steps.some(({ status: at }) => at === 'RUNNING')
    if (!agentOnly || look === 600) return status
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
