import { join, relative, resolve } from 'node:path'
import { glob } from 'tinyglobby'
import { groupsOf } from '../deployfile/groups.ts'
import { redactedEvent } from '../nodetest/redact.ts'
import { runNodeTests } from '../nodetest/run.ts'
import type { TestNode } from '../nodetest/types.ts'
import { type Waiving, waiving } from '../nodetest/waive.ts'
import type { WrittenWaiver } from '../nodetest/waivers.ts'
import type { TestEvent, TestRequest, TestSelection } from '../ops/tests.ts'
import { UsageError } from '../words/errors.ts'
import { didYouMean } from '../words/suggest.ts'
import { readBaseline } from './baselines.ts'
import type { Deploy } from './deploy.ts'
import { secretVariables } from './node.ts'
import type { Reach } from './reach.ts'
import { testFolder } from './testfolder.ts'
import { readWaivers } from './waivers.ts'
import type { Workplace } from './workplace.ts'

/** The sets of tests that are part of conc. A node's baseline is one too, and runs wherever it was recorded. */
export const builtInSets = ['webapp'] as const

/** Tests that can run: all that is wrong with what is written is out of the way, and nothing was asked yet. */
export interface ReadyTests {
  /** Every test of the nodes runs: none is left out by a name, a tag or a file. */
  readonly whole: boolean
  run(onEvent: (event: TestEvent) => void, signal?: AbortSignal): Promise<TestsEnded>
}

export interface TestsEnded {
  readonly exitCode: number
  /** Waivers for which there was no test, of those that could have had one. */
  readonly unmatched: readonly WrittenWaiver[]
  readonly needless: Waiving['needless']
}

/** Makes tests ready to run on the nodes that these reach. Throws UsageError where there is none to run, ProblemsError for waivers that are wrong. */
export async function readyTests(
  deploy: Deploy,
  request: TestRequest,
  place: Workplace,
  reaches: readonly Reach[],
): Promise<ReadyTests> {
  checkSets(request.selection.builtin ?? [])
  const nodes = await Promise.all(reaches.map((reach) => testNode(deploy, reach)))
  const waivers = await readWaivers(
    deploy,
    nodes.map(({ folder }) => folder),
  )
  const selection = await selectionOf(deploy, request.selection, nodes)
  const { name, tags, files } = request.selection
  const whole = name === undefined && (tags ?? []).length === 0 && (files ?? []).length === 0
  return {
    whole,
    async run(onEvent, signal) {
      const folders = new Map(nodes.map(({ name, folder }) => [name, folder]))
      const made = waiving((node) => waivers.get(folders.get(node) ?? '') ?? [], dayOf(place.now()))
      let ended: number | undefined
      const exitCode = await runNodeTests({
        nodes,
        folder: deploy.deployFile.folder,
        selection,
        hidden: [...secretVariables(deploy.deployFile.secrets)],
        run: place.newRunId(),
        now: place.now,
        ...(request.timeout === undefined ? {} : { timeout: request.timeout }),
        refusesOnly: request.refusesOnly ?? isCi(place.env.CI),
        cacheFolder: join(place.env.XDG_CACHE_HOME || join(place.home, '.cache'), 'conc', 'tests'),
        ...(signal === undefined ? {} : { signal }),
        onEvent: (event) => {
          const secrets = reaches.flatMap((reach) => reach.secrets())
          const told = made.event(redactedEvent(event, secrets))
          if (told.event === 'run-end') ended = told.exitCode
          onEvent(told)
        },
      })
      const unmatched = whole ? made.unmatched().filter((waiver) => !isOfOtherSet(waiver, selection)) : []
      return { exitCode: ended ?? exitCode, unmatched, needless: made.needless }
    },
  }
}

/** As vitest's own `allowOnly` decides it: build servers set this, and somebody may take it back. */
function isCi(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value)
}

/** The day on the workstation: `2026-11-20`. */
function dayOf(time: Date): string {
  const [month, day] = [time.getMonth() + 1, time.getDate()].map((n) => String(n).padStart(2, '0'))
  return `${time.getFullYear()}-${month}-${day}`
}

function checkSets(names: readonly string[]): void {
  for (const name of names) {
    if (builtInSets.some((set) => set === name)) continue
    throw new UsageError(
      `--builtin ${name}: there is no such set. Give ${builtInSets.join(' or ')}.${didYouMean(name, builtInSets)}`,
    )
  }
}

async function testNode(deploy: Deploy, { node, attributes, reach }: Reach): Promise<TestNode> {
  const section = deploy.deployFile.nodes.get(node)
  const groups = section === undefined ? [] : groupsOf(section, deploy.deployFile.groups)
  const folder = testFolder(deploy, attributes)
  const baseline = await readBaseline(folder, node)
  const facts = baseline === undefined ? undefined : Object.fromEntries(baseline.facts)
  return {
    name: node,
    attributes,
    groups: groups.map(({ name }) => name),
    folder,
    reach,
    ...(baseline === undefined ? {} : { data: { baseline: { ...baseline, facts } } }),
  }
}

/** The test files of some nodes, absolute. */
async function testFiles(nodes: readonly TestNode[]): Promise<readonly string[]> {
  const folders = [...new Set(nodes.map(({ folder }) => folder))]
  const ignore = ['**/node_modules/**', '**/.git/**']
  const found = folders.map((cwd) => glob('**/*.nodetest.ts', { cwd, ignore, absolute: true, onlyFiles: true }))
  return (await Promise.all(found)).flat().sort()
}

/** The selection with whole paths for the parts of paths that were given. Throws UsageError when no test is left. */
async function selectionOf(
  deploy: Deploy,
  selection: TestSelection,
  nodes: readonly TestNode[],
): Promise<TestSelection> {
  const all = await testFiles(nodes)
  const { files = [], builtin = [] } = selection
  const { folder } = deploy.deployFile
  const chosen = files.flatMap((part) => matching(part, all, folder, deploy))
  const baselines = files.length === 0 && nodes.some(({ data }) => data?.baseline !== undefined)
  const sets = [...builtin, ...(baselines ? ['baseline'] : [])]
  if (all.length === 0 && sets.length === 0) {
    const folders = [...new Set(nodes.map((node) => relative(folder, node.folder) || '.'))].join(', ')
    throw new UsageError(
      `${folders}: there is no test file, such as shop.nodetest.ts. Write one, or give --builtin webapp.`,
    )
  }
  return { ...selection, ...(files.length === 0 ? {} : { files: [...new Set(chosen)] }), builtin: sets }
}

function matching(part: string, all: readonly string[], folder: string, { deployFile }: Deploy): readonly string[] {
  const found = all.filter((file) => file === resolve(part) || relative(folder, file).includes(part))
  if (found.length > 0) return found
  const names = [...deployFile.nodes.keys(), ...deployFile.groups.keys()]
  throw new UsageError(
    `${part}: it names no node and no group, and is in the path of no test file. Correct it.${didYouMean(part, names)}`,
  )
}

/** Whether a waiver is for a built-in set that does not run now. */
function isOfOtherSet({ test }: WrittenWaiver, { builtin = [] }: TestSelection): boolean {
  return [...builtInSets, 'baseline'].some((set) => test.startsWith(`${set} > `) && !builtin.includes(set))
}
