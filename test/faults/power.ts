import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Setting } from './fault.ts'
import { runHere } from './inprocess.ts'
import { type Disk, startPoweredNode } from './powernode.ts'
import { makeTrial, tried } from './trial.ts'

/** The node's power goes at a random moment of a run, and in every second trial once more as it is resumed. */
export async function powerTrial({ sshd, random, tally }: Setting, disk: Disk): Promise<readonly string[]> {
  const node = await startPoweredNode(sshd, disk)
  const reattach = random.pick(['0', '3'])
  const moments = [random.below(550), random.below(400)] as const
  const again = random.below(2) === 0
  const powerGoes = async (moment: number) => {
    await sleep(moment)
    await node.cut()
    await node.boot()
  }
  try {
    const trial = makeTrial({ sshd, port: node.port, attributes: { ...node.attributes, reattach }, tally })
    const act = async () => {
      const running = runHere(trial.scene.station)
      await powerGoes(moments[0])
      const { exit, events } = await running
      const { state, steps } = await trial.check(exit, events)
      if (reattach === '0' && state === 'RUNNING')
        trial.faults.push('(c) RUNNING, and its processes died with the node')
      const unknown = steps.find(({ status }) => status === 'UNKNOWN')
      trial.note(exit === 0 ? 'went on to its end' : `${state}${unknown === undefined ? '' : ' with an unknown step'}`)
    }
    return await tried(trial, act, again ? () => powerGoes(moments[1]) : undefined)
  } finally {
    await node.remove()
  }
}

/** The power goes once a local step was told as done; all that is on the disk by chance is the bundle as it was opened. */
export async function forgetfulNode({ sshd, tally }: Setting, durable: 'yes' | 'no'): Promise<readonly string[]> {
  const node = await startPoweredNode(sshd)
  try {
    const trial = makeTrial({ sshd, port: node.port, attributes: { durable }, tally })
    let cut: Promise<void> | undefined
    const { exit, events } = await runHere(trial.scene.station, {}, (event) => {
      if (event.event !== 'step-end') return
      if (event.step === 'open') execFileSync('sync', ['-f', node.disk])
      if (event.step === 'l1') cut = node.cut()
    })
    await cut
    await node.boot()
    await trial.check(exit, events)
    return trial.faults
  } finally {
    await node.remove()
  }
}

/** The power goes right after a run has ended. */
export async function endedTrial({ sshd, tally }: Setting, disk: Disk): Promise<readonly string[]> {
  const node = await startPoweredNode(sshd, disk)
  try {
    const trial = makeTrial({ sshd, port: node.port, attributes: node.attributes, tally })
    const { exit, events } = await runHere(trial.scene.station)
    await node.cut()
    await node.boot()
    await trial.check(exit, events)
    return trial.faults
  } finally {
    await node.remove()
  }
}
