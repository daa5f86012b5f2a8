import { describeHolder } from '../bundle/hold.ts'
import { readBundle } from '../bundle/read.ts'
import { ConcError, messageOf } from '../words/errors.ts'
import { exitCodes } from '../words/status.ts'
import type { Deploy } from './deploy.ts'
import { type AtNode, atNode } from './node.ts'
import type { Workplace } from './workplace.ts'

/** One thing that was looked at, in plain words. */
export interface Finding {
  readonly check: string
  readonly ok: boolean
  readonly text: string
}

/** Looks whether a node can be deployed to, and changes nothing. The exit code is 4 when something stands in the way. */
export async function examine(
  deploy: Deploy,
  node: string,
  place: Workplace,
): Promise<{ findings: Finding[]; exitCode: number }> {
  try {
    const findings = await atNode(deploy, node, place, (at) => look(deploy, at, place))
    return { findings, exitCode: exitCodeOf(findings) }
  } catch (cause) {
    if (!(cause instanceof ConcError)) throw cause
    return { findings: [{ check: 'login', ok: false, text: messageOf(cause) }], exitCode: cause.exitCode }
  }
}

async function look(deploy: Deploy, { link, bundle }: AtNode, place: Workplace): Promise<Finding[]> {
  const { connection, session } = link
  const login = { check: 'login', ok: true, text: `${connection.label}, home ${session.home}, agent runs` }
  const [clock, disk, holder, sudo, sftp] = await Promise.all([
    clockOf(link, place),
    diskOf(link),
    readBundle(session, bundle),
    sudoOf(deploy, link),
    connection.hasSftp(),
  ])
  const free = holder.evidence.bundle === 'none'
  return [
    login,
    disk,
    clock,
    ...sudo,
    {
      check: 'sftp',
      ok: true,
      text: sftp ? 'there, so the bundle can be mounted' : 'not offered: the bundle can not be mounted',
    },
    { check: 'bundle', ok: free, text: free ? `${bundle} is free` : describeHolder(holder, bundle) },
  ]
}

async function clockOf({ session }: AtNode['link'], place: Workplace): Promise<Finding> {
  const asked = place.now().getTime()
  const answer = Number((await session.ask('date', '+%s')).stdout.toString('utf8'))
  const off = Math.round(answer - (asked + place.now().getTime()) / 2000)
  const ok = Math.abs(off) <= 60
  return {
    check: 'clock',
    ok: true,
    text: ok ? 'agrees with the workstation' : `differs by ${off} s; conc decides nothing by it`,
  }
}

/** A run needs little room for itself: this only finds a disk that is full or can't be written. */
async function diskOf({ session }: AtNode['link']): Promise<Finding> {
  const { stdout } = await session.ask('sh', '-c', 'df -Pk . | tail -n 1; [ -w . ] && echo writable')
  const [line = '', writable] = stdout.toString('utf8').trim().split('\n')
  const free = Number(line.split(/\s+/)[3] ?? 0)
  if (writable !== 'writable') return { check: 'disk', ok: false, text: 'the home directory can not be written' }
  return { check: 'disk', ok: free > 1024, text: `${Math.floor(free / 1024)} MiB free in the home directory` }
}

/** Only where some step asks for another user. */
async function sudoOf(deploy: Deploy, { session }: AtNode['link']): Promise<Finding[]> {
  const steps = [...deploy.deployFile.jobs.values()].flatMap((job) => job.steps)
  const users = new Set(steps.filter(({ side }) => side === 'remote').flatMap(({ options }) => options.as ?? []))
  const findings: Finding[] = []
  for (const user of [...users].filter((name) => !name.includes('${'))) {
    const { words } = await session.ask('sudo', '-n', '-u', user, 'true')
    const ok = words[0] === '0'
    findings.push({
      check: 'sudo',
      ok,
      text: ok ? `as ${user} without a password` : `as ${user} is refused or wants a password`,
    })
  }
  return findings
}

/** A bundle that is held is no fault of the node's. */
function exitCodeOf(findings: readonly Finding[]): number {
  const wrong = findings.filter(({ ok }) => !ok)
  if (wrong.length === 0) return exitCodes.ok.code
  return wrong.every(({ check }) => check === 'bundle') ? exitCodes.blocked.code : exitCodes.unreachable.code
}
