import type { Outcome, TestEvent } from '../ops/tests.ts'

/** How a test stood at a scan. */
export type Stand = Exclude<Outcome, 'interrupted'> | 'waived' | 'broken'

/** How a node stood at its last scan: what a scan leaves behind for the next one. */
export interface Scan {
  readonly reached: boolean
  /** By file and full name, from the second of that name on also by its number. */
  readonly tests: ReadonlyMap<string, Stand>
}

/** A test that the last scan had, and this one has not; without a name the breakage of its file. */
export interface Gone {
  readonly event: 'test-gone'
  readonly test: string
  readonly file: string
  readonly was: Stand
  readonly time: string
  readonly node: string
  readonly run: string
}

/** An event of a scan; `was` is how it stood before, where it stands otherwise now. */
export type ScanEvent = (TestEvent & { readonly was?: Stand | 'unreachable' | 'reached' }) | Gone

/** Lets through what differs from the last scan. */
export interface Changes {
  event(event: TestEvent): readonly ScanEvent[]
  /** How the nodes stand now; complete after `run-end`. */
  scans(): ReadonlyMap<string, Scan>
}

/** At a scan of more tests than this the rest is told every time: a file of state has an end. */
export const mostTests = 10_000

interface OfNode {
  readonly before: Scan | undefined
  readonly tests: Map<string, Stand>
  /** How many tests of a name have ended. */
  readonly named: Map<string, number>
  readonly broken: Set<string>
  changed: boolean
  reached: boolean
}

/**
 * Compares a run of tests with the last scan of each node. At a first scan all that is not a pass differs.
 * @param before the last scan of a node; undefined when there was none.
 * @param isWhole whether every test of the nodes runs to its end: what is missing then is gone.
 */
export function changes(before: (node: string) => Scan | undefined, isWhole: () => boolean): Changes {
  const nodes = new Map<string, OfNode>()
  const of = (node: string): OfNode => {
    const found = nodes.get(node) ?? freshNode(before(node))
    nodes.set(node, found)
    return found
  }
  let anything = false
  const tell = (node: OfNode, ...events: readonly ScanEvent[]): readonly ScanEvent[] => {
    node.changed ||= events.length > 0
    anything ||= events.length > 0
    return events
  }
  const stand = (event: TestEvent & { file: string }, key: string, now: Stand): readonly ScanEvent[] => {
    const node = of(event.node)
    node.tests.set(key, now)
    const was = node.before?.tests.get(key)
    if (now === (was ?? 'pass')) return []
    return tell(node, was === undefined ? event : { ...event, was })
  }
  return {
    event(event) {
      switch (event.event) {
        case 'test-start':
        case 'test-output':
        // What it leaves out is told as that.
        case 'file-only':
          return []
        case 'test-end':
          // How it stands is not known: it stands as it stood.
          if (event.outcome === 'interrupted') return tell(of(event.node), event)
          return stand(event, numbered(of(event.node), event), event.waived === undefined ? event.outcome : 'waived')
        case 'file-broken':
          of(event.node).broken.add(event.file)
          return stand(event, keyOf(event.file, ''), 'broken')
        case 'node-end': {
          const node = of(event.node)
          node.reached = event.outcome !== 'unreachable'
          const gone =
            isWhole() && node.reached ? goneOf(node).map(({ key: _key, ...one }) => ({ ...one, ...origin(event) })) : []
          const was = node.before?.reached ?? true
          if (was === node.reached && gone.length === 0 && !node.changed) return []
          const end = was === node.reached || node.before === undefined ? event : { ...event, was: reachWord(was) }
          return tell(node, ...gone, end)
        }
        case 'run-end':
          return anything || event.why !== undefined || !isPlain(event.exitCode, nodes) ? [event] : []
      }
    },
    scans: () => new Map([...nodes].map(([name, node]) => [name, scanOf(node, isWhole())])),
  }
}

function freshNode(before: Scan | undefined): OfNode {
  return { before, tests: new Map(), named: new Map(), broken: new Set(), changed: false, reached: true }
}

function reachWord(reached: boolean): 'reached' | 'unreachable' {
  return reached ? 'reached' : 'unreachable'
}

/** Whether an exit code says no more than the stands of tests and nodes do. */
function isPlain(exitCode: number, nodes: ReadonlyMap<string, OfNode>): boolean {
  const isBroken = [...nodes.values()].some(({ broken }) => broken.size > 0)
  return [0, 1, 4].includes(exitCode) || (exitCode === 2 && isBroken)
}

const separator = '\n'

function keyOf(file: string, test: string): string {
  return `${file}${separator}${test}`
}

/** The key of a test that has ended: several may have one name, and are told in the order in which they are written. */
function numbered({ named }: OfNode, { file, test }: { file: string; test: string }): string {
  const key = keyOf(file, test)
  const number = (named.get(key) ?? 0) + 1
  named.set(key, number)
  return number === 1 ? key : `${key}${separator}#${number}`
}

function origin({ time, node, run }: TestEvent): Pick<Gone, 'time' | 'node' | 'run'> {
  return { time, node, run }
}

/** What the last scan had and this one has not; nothing is known of the tests of a file that can't be loaded. */
function goneOf({
  before,
  tests,
  broken,
}: OfNode): (Pick<Gone, 'event' | 'test' | 'file' | 'was'> & { key: string })[] {
  return [...(before?.tests ?? [])].flatMap(([key, was]) => {
    const at = key.indexOf(separator)
    const [file, test] = [key.slice(0, at), key.slice(at + 1).replace(/\n#\d+$/, '')]
    return tests.has(key) || broken.has(file) ? [] : [{ event: 'test-gone', key, test, file, was }]
  })
}

/** What did not run now stands as it stood: of a node that was not reached, of other tests, of broken files. */
function scanOf(node: OfNode, whole: boolean): Scan {
  const gone = new Set(whole && node.reached ? goneOf(node).map(({ key }) => key) : [])
  const former = [...(node.before?.tests ?? [])].filter(([key]) => !gone.has(key))
  const tests = new Map([...former, ...node.tests].slice(-mostTests))
  return { reached: node.reached, tests }
}

/** A scan as the text of its file of state. */
export function scanText({ reached, tests }: Scan): string {
  return `${JSON.stringify({ version: 1, reached, tests: Object.fromEntries(tests) })}\n`
}

const stands: readonly string[] = ['pass', 'fail', 'skip', 'unknown', 'waived', 'broken'] satisfies Stand[]

/** Reads such a text; undefined when it is none: then the scan is a first one. */
export function parseScan(text: string): Scan | undefined {
  const found = parsed(text)
  if (typeof found !== 'object' || found === null || !('tests' in found) || !('reached' in found)) return undefined
  const entries = Object.entries(found.tests ?? {}).filter((entry): entry is [string, Stand] => isStand(entry[1]))
  return { reached: found.reached === true, tests: new Map(entries) }
}

function isStand(value: unknown): value is Stand {
  return typeof value === 'string' && stands.includes(value)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
