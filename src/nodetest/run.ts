import { randomBytes } from 'node:crypto'
import type { TestHappening } from '../ops/tests.ts'
import { messageOf } from '../words/errors.ts'
import { exitCodes } from '../words/status.ts'
import { Broker } from './broker.ts'
import { exitOf } from './exit.ts'
import { findTests, type TestFile } from './find.ts'
import { namePattern } from './pattern.ts'
import { type NodeTally, reporterHooks, TestReporter } from './reporter.ts'
import { type Server, startServer } from './server.ts'
import { Silence } from './silence.ts'
import { tagsIn } from './tags.ts'
import { noCounts, sumOf, worstOf } from './tally.ts'
import type { Reached, TestInput, TestNode } from './types.ts'
import { type OpenVitest, openVitest } from './vitest.ts'

/** Nodes that are logged in to at the same time. */
const abreast = 16
/** Milliseconds a test may take. */
const usual = 30_000

/** A node with its selected files, and what becomes of it. */
interface Tested extends NodeTally {
  readonly node: TestNode
  readonly selected: readonly TestFile[]
  readonly token: string
  readonly begun: number
  reached?: Reached
  broker?: Broker
  /** Why there was no login. */
  unreachable?: string
  /** Its end was told, and its login is being closed. */
  closing?: Promise<void>
}

/**
 * Runs the selected tests of every node over one login each, and tells what happens.
 * @returns the exit code: 2 when no test was found or a file is broken, else 1 when a test failed or could not tell, else 4
 *   when a node was not reached, else 0; 5 when it was stopped. Throws UsageError, before anything is asked.
 */
export async function runNodeTests(input: TestInput): Promise<number> {
  const begun = performance.now()
  const name = input.selection.name === undefined ? undefined : namePattern(input.selection.name)
  tagsIn(input.selection.tags ?? [])
  const all = await Promise.all(input.nodes.map((node) => testedOf(node, input)))
  const strays: string[] = []
  try {
    const waiting = all.filter(({ selected }) => selected.length > 0)
    if (waiting.length > 0) await runAll(waiting, input, name, strays)
  } finally {
    for (const tested of all) endNode(tested, input)
    await Promise.all(all.map(({ closing }) => closing))
  }
  return tellEnd(all, input, strays, begun)
}

async function testedOf(node: TestNode, { folder, selection }: TestInput): Promise<Tested> {
  const selected = await findTests(node, folder, selection)
  const token = randomBytes(16).toString('hex')
  const begun = performance.now()
  return { node, selected, token, begun, counts: noCounts, broken: new Set(), files: selected.length }
}

/** Vitest starts while the nodes are logged in to. */
async function runAll(
  all: readonly Tested[],
  input: TestInput,
  name: RegExp | undefined,
  strays: string[],
): Promise<void> {
  const brokers = new Map<string, Broker>()
  const server = await startServer(brokers)
  const silence = new Silence(input.timeout ?? usual)
  const opening = openFor(all, input, name, server, silence, strays)
  try {
    const [vitest] = await Promise.all([opening, reachAll(all, input)])
    for (const { token, broker } of all) if (broker !== undefined) brokers.set(token, broker)
    const reached = all.filter(({ broker }) => broker !== undefined).map(({ node }) => node.name)
    silence.heard()
    if (reached.length > 0) await vitest.run(reached)
  } finally {
    silence.stop()
    const vitest = await opening.catch(() => undefined)
    await Promise.all([vitest?.close(), server.close()])
  }
}

function openFor(
  all: readonly Tested[],
  input: TestInput,
  name: RegExp | undefined,
  { socket }: Server,
  silence: Silence,
  strays: string[],
): Promise<OpenVitest> {
  const { folder, cacheFolder, timeout = usual, selection, signal, hidden = [] } = input
  const { tags = [] } = selection
  const byName = new Map(all.map((tested) => [tested.node.name, tested]))
  const reporter = new TestReporter({
    tallies: byName,
    names: new Map(all.flatMap(({ selected }) => selected.map((file) => [file.path, file.name]))),
    filtered: name !== undefined || tags.length > 0,
    tell: (node, happening) => tell(input, node, happening),
    onNodeEnd: (node) => endNode(byName.get(node), input),
    onHeard: (longest) => silence.heard(longest),
    onStray: (why) => strays.push(why),
  })
  return openVitest({
    folder,
    cacheFolder,
    timeout,
    tags,
    nodes: all.map((tested) => ({ files: tested.selected, provided: { ...providedFor(tested, socket), hidden } })),
    reporter: reporterHooks(reporter),
    givenUp: silence.over.then(() => void strays.push('the tests are not heard any more: one of them does not yield')),
    ...(name === undefined ? {} : { name }),
    ...(signal === undefined ? {} : { signal }),
  })
}

function providedFor({ node, token }: Tested, socket: string) {
  const { name, attributes, groups, data = {} } = node
  return { name, attributes, groups, data, socket, token }
}

async function reachAll(all: readonly Tested[], input: TestInput): Promise<void> {
  const waiting = [...all]
  const next = async () => {
    for (let tested = waiting.shift(); tested !== undefined && !input.signal?.aborted; tested = waiting.shift()) {
      await reach(tested)
      if (tested.unreachable !== undefined) endNode(tested, input)
    }
  }
  await Promise.all(Array.from({ length: Math.min(abreast, waiting.length) }, next))
}

async function reach(tested: Tested): Promise<void> {
  try {
    tested.reached = await tested.node.reach()
    tested.broker = new Broker(tested.reached.host)
  } catch (thrown) {
    tested.unreachable = messageOf(thrown)
  }
}

/** Tells a node's end, once, and leaves it. */
function endNode(tested: Tested | undefined, input: TestInput): void {
  if (tested === undefined || tested.closing !== undefined) return
  const { node, counts, broker, begun, broken, selected, reached } = tested
  const gone = tested.unreachable ?? broker?.lost
  const outcome = gone !== undefined ? 'unreachable' : broken.size > 0 ? 'fail' : worstOf(counts)
  const why = gone ?? (selected.length === 0 ? `no test is selected in ${node.folder}` : undefined)
  const ms = Math.round(performance.now() - begun)
  const about = { outcome, counts, roundTrips: broker?.roundTrips ?? 0, ms } as const
  tell(input, node.name, { event: 'node-end', ...about, ...(why === undefined ? {} : { why }) })
  tested.closing = reached === undefined ? Promise.resolve() : reached.close().catch(() => {})
}

function tellEnd(all: readonly Tested[], input: TestInput, strays: readonly string[], begun: number): number {
  const counts = sumOf(all.map((tested) => tested.counts))
  const broken = new Set(all.flatMap((tested) => [...tested.broken])).size
  const unreachable = all.filter((tested) => (tested.unreachable ?? tested.broker?.lost) !== undefined).length
  const stopped = input.signal?.aborted === true
  const { exit, status, why } = exitOf({ counts, broken, unreachable, strays, stopped })
  const exitCode = exitCodes[exit].code
  const ms = Math.round(performance.now() - begun)
  const end = { status, exitCode, counts, unreachable, ms, ...(why === undefined ? {} : { why }) }
  tell(input, all.map(({ node }) => node.name).join(','), { event: 'run-end', ...end })
  return exitCode
}

function tell({ run, now, onEvent }: TestInput, node: string, happening: TestHappening): void {
  onEvent({ ...happening, time: now().toISOString(), node, run })
}
