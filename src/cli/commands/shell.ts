import { leave, noteShell, takeOver } from '../../bundle/hold.ts'
import { type BundleReport, readBundle } from '../../bundle/read.ts'
import { writeText } from '../../hosts/remote.ts'
import { attributesOf, chooseNode, type Deploy } from '../../operations/deploy.ts'
import { atNode } from '../../operations/node.ts'
import { quote } from '../../plan/quote.ts'
import { visibleLine } from '../../report/clean.ts'
import type { Link } from '../../run/link.ts'
import { whyNotResumable } from '../../run/resume.ts'
import { variableOf } from '../../words/attributes.ts'
import { UsageError } from '../../words/errors.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import type { World } from '../world.ts'

/** `conc shell NODE`: an interactive login in the bundle of a halted run, its attributes in the environment; recorded. */
export async function shell([pattern = '']: readonly string[], options: CommonOptions, world: World): Promise<number> {
  const { terminal } = world
  if (terminal === undefined)
    throw new UsageError('shell is for a person at a terminal, and there is none. conc exec runs a command.')
  const deploy = await readDeploy(options)
  const node = chooseNode(deploy, pattern)
  return atNode(deploy, node, world, async ({ link, bundle }) => {
    const report = await record(link, bundle, node, 'entered', world)
    await writeEntry(link, bundle, deploy, node, report)
    world.say(`conc: ${node}, in ${bundle}. Exit to come back.\n`)
    const remote = await link.connection.openTerminal(
      `exec /bin/sh ${quote(`${bundle}/enter`)}`,
      terminal.kind,
      terminal.size(),
    )
    await terminal.connect(remote)
    await record(link, bundle, node, 'left', world)
    const step = report.steps.find(({ status }) => status !== 'OK' && status !== 'SKIPPED')
    world.say(`conc: back from ${node}. ${visibleLine(ways(node, step?.name))}\n`)
    return 0
  })
}

function ways(node: string, step: string | undefined): string {
  const mark = step === undefined ? '' : `If ${step} is done now: conc mark ${node} ${step} --done -m WHY. `
  return `${mark}To go on: conc resume ${node}`
}

/** Writes into the journal that a person is in the bundle; refused while a run is in progress. */
async function record(
  { session }: Link,
  bundle: string,
  node: string,
  what: 'entered' | 'left',
  world: World,
): Promise<BundleReport> {
  const report = await readBundle(session, bundle)
  if (what === 'left' && report.evidence.bundle !== 'there') return report
  const mine = what === 'left' && report.evidence.attended
  const obstacle = whyNotResumable(report, bundle, node)
  if (obstacle !== undefined && !mine) throw obstacle
  if (!mine) await takeOver(session, bundle, report, { by: world.who })
  await noteShell(session, what, world.who)
  if (what === 'left') await leave(session, world.who, 'after a shell')
  return report
}

/** A script in the bundle that the login starts: no value is in a command line, and none becomes code. */
async function writeEntry(
  { session }: Link,
  bundle: string,
  deploy: Deploy,
  node: string,
  report: BundleReport,
): Promise<void> {
  const attributes = attributesOf(deploy, node)
  const lines = [
    ...[...attributes].map(([key, { value }]) => `export ${variableOf(key)}=${quote(value)}`),
    `export bundle=${quote(bundle)} CONC_RUN=${quote(report.holder?.run ?? '')}`,
    `cd ${quote(bundle)} || exit 1`,
    'exec "${SHELL:-/bin/sh}" -i',
    '',
  ]
  await writeText(session, `${bundle}/enter`, lines.join('\n'))
}
