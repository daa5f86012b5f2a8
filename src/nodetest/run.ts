import type { TestHappening } from '../ops/tests.ts'
import { exitCodes } from '../words/status.ts'
import type { Broker } from './broker.ts'
import { exitOf } from './exit.ts'
import { namePattern } from './pattern.ts'
import { reporterHooks, TestReporter } from './reporter.ts'
import { type Server, startServer } from './server.ts'
import { Silence } from './silence.ts'
import { tagsIn } from './tags.ts'
import { sumOf, worstOf } from './tally.ts'
import { goneOf, reachAll, type Tested, testedOf } from './tested.ts'
import type { TestInput } from './types.ts'
import { openVitest } from './vitest.ts'

/** Milliseconds a test may take. */
const usual = 30_000

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
    const silence = new Silence(input.timeout ?? usual)
    if (waiting.length > 0)
      await runAll({ all: waiting, input, silence, strays, ...(name === undefined ? {} : { name }) })
  } finally {
    for (const tested of all) endNode(tested, input)
    await Promise.all(all.map(({ closing }) => closing))
  }
  return tellEnd(all, input, strays, begun)
}

/** The tests of some nodes, on their way. */
interface Running {
  readonly all: readonly Tested[]
  readonly input: TestInput
  readonly name?: RegExp
  readonly silence: Silence
  readonly strays: string[]
}

/** Vitest starts while the nodes are logged in to. */
async function runAll(running: Running): Promise<void> {
  const { all, input, silence } = running
  const brokers = new Map<string, Broker>()
  const server = await startServer(brokers)
  const reporter = reporterFor(running)
  const opening = openFor(running, server, reporter)
  try {
    const [vitest] = await Promise.all([opening, reachAll(all, input.signal, (tested) => endNode(tested, input))])
    for (const { token, broker } of all) if (broker !== undefined) brokers.set(token, broker)
    const reached = all.filter(({ broker }) => broker !== undefined).map(({ node }) => node.name)
    silence.heard()
    if (reached.length > 0) await vitest.run(reached)
  } finally {
    silence.stop()
    const vitest = await opening.catch(() => undefined)
    await Promise.all([vitest?.close(), server.close()])
    reporter.end((node) => all.some((tested) => tested.node.name === node && goneOf(tested) !== undefined))
  }
}

function reporterFor({ all, input, name, silence, strays }: Running): TestReporter {
  const byName = new Map(all.map((tested) => [tested.node.name, tested]))
  return new TestReporter({
    tallies: byName,
    names: new Map(all.flatMap(({ selected }) => selected.map((file) => [file.path, file.name]))),
    filtered: name !== undefined || (input.selection.tags ?? []).length > 0,
    refusesOnly: input.refusesOnly === true,
    tell: (node, happening, at) => tell(input, node, happening, at),
    onNodeEnd: (node) => endNode(byName.get(node), input),
    onHeard: (longest) => silence.heard(longest),
    onStray: (why) => strays.push(why),
  })
}

function openFor({ all, input, name, silence, strays }: Running, { socket }: Server, reporter: TestReporter) {
  const { folder, cacheFolder, timeout = usual, selection, signal, hidden = [] } = input
  return openVitest({
    folder,
    cacheFolder,
    timeout,
    tags: selection.tags ?? [],
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

/** Tells a node's end, once, and leaves it. */
function endNode(tested: Tested | undefined, input: TestInput): void {
  if (tested === undefined || tested.closing !== undefined) return
  const { node, counts, broker, begun, broken, selected, reached } = tested
  const gone = goneOf(tested)
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
  const unreachable = all.filter((tested) => goneOf(tested) !== undefined).length
  const stopped = input.signal?.aborted === true
  const { exit, status, why } = exitOf({ counts, broken, unreachable, strays, stopped })
  const exitCode = exitCodes[exit].code
  const ms = Math.round(performance.now() - begun)
  const end = { status, exitCode, counts, unreachable, ms, ...(why === undefined ? {} : { why }) }
  tell(input, all.map(({ node }) => node.name).join(','), { event: 'run-end', ...end })
  return exitCode
}

function tell({ run, now, onEvent }: TestInput, node: string, happening: TestHappening, at = now()): void {
  onEvent({ ...happening, time: at.toISOString(), node, run })
}
