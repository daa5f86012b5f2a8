import { Session } from '../agent/session.ts'
import { closeLink, type Link } from '../run/link.ts'
import { trustsSudo } from '../run/sudo.ts'
import type { Target } from '../transport/target.ts'
import type { Connection } from '../transport/types.ts'
import { ConcError } from '../words/errors.ts'
import { attributesOf, bundleOf, type Deploy } from './deploy.ts'
import { clockOf } from './doctor/clock.ts'
import { disksOf } from './doctor/disk.ts'
import { exitCodeOf, type Finding, good } from './doctor/finding.ts'
import { safetyOf, siteOf } from './doctor/folders.ts'
import { holderOf } from './doctor/holder.ts'
import { lingering } from './doctor/linger.ts'
import { noRoute, reached, routeOf, whyNotReached } from './doctor/route.ts'
import { noShell } from './doctor/shell.ts'
import { asOthers, stepsFor, toolsOf } from './doctor/steps.ts'
import { sudoFor } from './doctor/sudo.ts'
import { toolsThere } from './doctor/tools.ts'
import { portsOf } from './node.ts'
import type { Workplace } from './workplace.ts'

export type { Finding } from './doctor/finding.ts'

/** What was found on a node, and the exit code that it comes to. */
export interface Examined {
  readonly findings: readonly Finding[]
  readonly exitCode: number
}

/**
 * Looks whether a node can be deployed to, and changes nothing there. The exit code is 0, 3 when only somebody holds the
 * bundle, 4 when something stands in the way, 2 when the deploy file names no address.
 */
export async function examine(deploy: Deploy, node: string, place: Workplace): Promise<Examined> {
  const attributes = attributesOf(deploy, node)
  let route: Target | undefined
  try {
    route = await routeOf(attributes, place)
  } catch (error) {
    if (!(error instanceof ConcError)) throw error
    return { findings: [noRoute(error, node)], exitCode: error.exitCode }
  }
  const findings = await passed(deploy, node, place, route)
  return { findings, exitCode: exitCodeOf(findings) }
}

/** Stage by stage; the first that fails ends it. */
async function passed(
  deploy: Deploy,
  node: string,
  place: Workplace,
  route: Target | undefined,
): Promise<readonly Finding[]> {
  let connection: Connection
  try {
    connection = await portsOf(deploy, node, place).connect()
  } catch (error) {
    if (!(error instanceof ConcError)) throw error
    return whyNotReached(error, route)
  }
  const before = reached(route, connection.label)
  let session: Session
  try {
    session = await Session.start(connection)
  } catch (error) {
    await connection.close()
    if (!(error instanceof ConcError)) throw error
    return [...before, noShell(error)]
  }
  const link = { connection, session }
  try {
    return [
      ...before,
      good('shell', `the agent runs, home ${session.home}`),
      ...(await look(deploy, node, place, link)),
    ]
  } finally {
    await closeLink(link)
  }
}

/** What the node itself tells, in a few round trips. */
async function look(deploy: Deploy, node: string, place: Workplace, link: Link): Promise<readonly Finding[]> {
  const { connection, session } = link
  const bundle = bundleOf(deploy, node)
  const steps = stepsFor(deploy, node)
  const trusted = trustsSudo(attributesOf(deploy, node))
  const password = portsOf(deploy, node, place).sudoPassword
  // A person may take long to answer.
  session.keepBeating()
  const site = await siteOf(session, bundle)
  const found = await Promise.all([
    toolsThere(session, toolsOf(steps, deploy)),
    sudoFor({ session, steps: asOthers(steps), trusted, password }),
    connection.hasSftp().then((sftp) => [sftpFinding(sftp)]),
    safetyOf(site),
    disksOf(site),
    clockOf(session, place.now).then((finding) => [finding]),
    lingering(session),
    holderOf(session, bundle, node, place.conc).then((finding) => [finding]),
  ])
  return found.flat()
}

function sftpFinding(there: boolean): Finding {
  return good('sftp', there ? 'there, so the bundle can be mounted' : 'not offered: the bundle can not be mounted')
}
