import { resolve } from 'node:path'
import type { Stream } from '../agent/hearing.ts'
import { runChild } from '../hosts/child.ts'
import type { Command } from '../ops/types.ts'
import { argvOf } from '../plan/commandline.ts'
import type { PlannedStep } from '../plan/types.ts'
import type { Outcome } from './outcome.ts'
import type { Ports } from './types.ts'

/** Runs a command step on the workstation. */
export async function runLocalStep(
  step: PlannedStep,
  command: Command,
  folder: string,
  ports: Ports,
  onData: (stream: Stream, bytes: Buffer) => void | Promise<void>,
): Promise<Outcome> {
  const { as, cd, timeout } = step.options
  const argv = argvOf(command)
  const end = await runChild(as === undefined ? argv : ['sudo', '-n', '-u', as, '--', ...argv], {
    cwd: resolve(folder, cd ?? '.'),
    env: ports.env,
    onData,
    ...(timeout === undefined ? {} : { timeout }),
    ...(ports.stop === undefined ? {} : { signal: ports.stop }),
  })
  const detail = {
    ...(end.exit === undefined ? {} : { exit: end.exit }),
    ...(end.signal === undefined ? {} : { signal: end.signal }),
  }
  if (end.alive) return { status: 'ERROR', ...detail, why: 'its processes are still alive after KILL' }
  if (end.ended === 'late') return { status: 'TIMED OUT', ...detail }
  if (end.ended === 'stopped') return { status: 'STOPPED', ...detail, why: 'ended by the operator' }
  if (end.failure !== undefined) return { status: 'FAILED', why: end.failure }
  if (end.signal !== undefined) return { status: 'FAILED', ...detail, why: `killed by ${end.signal}` }
  if (end.exit === 0) return { status: 'OK', ...detail }
  return { status: 'FAILED', ...detail, why: `exit ${end.exit}` }
}
