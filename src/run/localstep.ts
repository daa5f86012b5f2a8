import { resolve } from 'node:path'
import type { Stream } from '../agent/hearing.ts'
import { runChild } from '../hosts/child.ts'
import type { Command } from '../ops/types.ts'
import { argvOf } from '../plan/commandline.ts'
import type { PlannedStep } from '../plan/types.ts'
import { messageOf } from '../words/errors.ts'
import type { Outcome } from './outcome.ts'
import { fromStdin, longestArgument } from './remotestep.ts'
import type { Run } from './types.ts'
import { assignment } from './vault.ts'

/** Runs a command step on the workstation. */
export async function runLocalStep(
  { plan, ports, vault, emit }: Run,
  step: PlannedStep,
  command: Command,
  onData: (stream: Stream, bytes: Buffer) => void | Promise<void>,
): Promise<Outcome> {
  const { cd, timeout } = step.options
  const secrets = vault.environmentOf(step)
  const { argv, input } = callOf(step.options.as, command, secrets)
  const end = await runChild(argv, {
    cwd: resolve(plan.folder, cd ?? '.'),
    env: { ...ports.env, ...secrets },
    onData,
    onLeft: () =>
      emit({
        event: 'note',
        level: 'warning',
        message: 'a process it left behind still holds its output',
        step: step.name,
      }),
    ...(input === undefined ? {} : { input }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(ports.stop === undefined ? {} : { signal: ports.stop }),
  }).catch(messageOf)
  if (typeof end === 'string') return { status: 'ERROR', why: end }
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

/**
 * What is started and what it reads. A shell takes off its stdin what can't stand in argv: a script that is too long, and
 * the secrets of another user's step, as sudo keeps no environment.
 */
function callOf(user: string | undefined, command: Command, secrets: Readonly<Record<string, string>>) {
  const argv = argvOf(command)
  const text = argv.at(-1) ?? ''
  const long = 'script' in command && Buffer.byteLength(text) >= longestArgument
  const sudo = user === undefined ? [] : ['sudo', '-n', '-u', user, '--']
  const given = user === undefined ? {} : secrets
  const lines = Object.entries(given).map(([name, value]) => `${assignment(name, value)}\n`)
  if (lines.length === 0 && !long) return { argv: [...sudo, ...argv] }
  const shell = long ? ['sh', '-euc', fromStdin] : ['sh', '-c', fromStdin, 'sh', ...argv]
  return { argv: [...sudo, ...shell], input: Buffer.from(`${lines.join('')}unset s; ${long ? text : 'exec "$@"'}\n`) }
}
