import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { localHost } from '../../src/hosts/local.ts'
import { runNodeTests } from '../../src/nodetest/run.ts'
import type { TestInput, TestNode } from '../../src/nodetest/types.ts'
import type { TestEvent } from '../../src/ops/tests.ts'
import type { Host } from '../../src/ops/types.ts'

/** A folder with a deploy file's tests in it. */
export interface Tree {
  readonly folder: string
  write(path: string, text: string): void
  remove(): void
}

export function makeTree(files: Readonly<Record<string, string>> = {}): Tree {
  const folder = mkdtempSync(join(tmpdir(), 'conc-nodetest-'))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  mkdirSync(join(folder, 'nodetests'))
  for (const [path, text] of Object.entries(files)) write(path, text)
  return { folder, write, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A test file: its lines after the import. */
export function testFile(...lines: readonly string[]): string {
  return [
    "import { describe, expect, test, until, beforeAll, afterAll, Unknown } from 'conc-deploy/test'",
    ...lines,
    '',
  ].join('\n')
}

/** A node that this machine plays, or another host. */
export function nodeIn(
  { folder }: Tree,
  name = 'web1',
  host: Host = localHost(tmpdir()),
  more: Partial<TestNode> = {},
): TestNode {
  const reach = async () => ({ host, close: async () => {} })
  return { name, attributes: { name }, groups: [], folder: join(folder, 'nodetests'), reach, ...more }
}

export interface Told {
  readonly exit: number
  readonly events: readonly TestEvent[]
  /** How each test ended, by its full name, behind the node's name where there are several. */
  readonly outcomes: Readonly<Record<string, string>>
  /** Why a test did not pass. */
  why(test: string): string
  of<Kind extends TestEvent['event']>(kind: Kind): readonly Extract<TestEvent, { event: Kind }>[]
}

/** Runs the tests of a tree. */
export async function runTests(tree: Tree, nodes: readonly TestNode[], more: Partial<TestInput> = {}): Promise<Told> {
  const events: TestEvent[] = []
  const cacheFolder = mkdtempSync(join(tmpdir(), 'conc-nodetest-cache-'))
  const exit = await runNodeTests({
    nodes,
    folder: tree.folder,
    selection: {},
    run: 'r1',
    now: () => new Date('2026-11-21T12:00:00Z'),
    cacheFolder,
    onEvent: (event) => events.push(event),
    ...more,
  })
  rmSync(cacheFolder, { recursive: true })
  const of = <Kind extends TestEvent['event']>(kind: Kind) =>
    events.filter((event): event is Extract<TestEvent, { event: Kind }> => event.event === kind)
  const ends = of('test-end')
  const keyOf = ({ node, test }: { node: string; test: string }) => (nodes.length > 1 ? `${node} ${test}` : test)
  return {
    exit,
    events,
    of,
    outcomes: Object.fromEntries(ends.map((end) => [keyOf(end), end.outcome])),
    why: (test) => ends.find((end) => keyOf(end) === test)?.why ?? '',
  }
}
