import { dirname } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { createVitest, Reporter, Vitest } from 'vitest/node'
import { BrokenError, messageOf } from '../words/errors.ts'
import type { TestFile } from './find.ts'
import type { Provided } from './messages.ts'
import { ownModule } from './own.ts'
import { quoted } from './pattern.ts'
import { notedProcess } from './process.ts'
import { tagsIn } from './tags.ts'

/** How long tests that are stopped may take to end, and how long vitest may take to close, in milliseconds. */
const patience = 5_000
/** Tests of a file that run side by side: what they ask in the same moment is one round trip. */
const abreast = 100

/** What vitest is to run. */
export interface Work {
  /** Absolute: the folder of the deploy file. */
  readonly folder: string
  readonly cacheFolder: string
  /** Milliseconds a test may take. */
  readonly timeout: number
  /** Matched with the full name, its parts joined by spaces. */
  readonly name?: RegExp
  readonly tags: readonly string[]
  readonly nodes: readonly NodeWork[]
  readonly reporter: Reporter
  /** Resolves when tests are not waited for any more. */
  readonly givenUp: Promise<void>
  readonly signal?: AbortSignal
}

export interface NodeWork {
  readonly files: readonly TestFile[]
  readonly provided: Provided
}

type Options = NonNullable<Parameters<typeof createVitest>[1]>
type ViteOptions = NonNullable<Parameters<typeof createVitest>[2]>

/** A vitest that is ready to run the tests of its nodes. */
export interface OpenVitest {
  /** Runs those of the named nodes, until all have ended or some time after the signal. Throws BrokenError when vitest breaks. */
  run(nodes: readonly string[]): Promise<void>
  /** Takes a bounded time. */
  close(): Promise<void>
}

/**
 * Makes one vitest for all nodes, a project each, whatever configuration lies in the user's folders. It prints nothing,
 * writes nothing there, and leaves this process as it was.
 */
export async function openVitest(work: Work): Promise<OpenVitest> {
  const putBack = notedProcess()
  const vitest = await startVitest(work).finally(putBack)
  return {
    run: (nodes) => run(vitest, work, nodes),
    async close() {
      await Promise.race([vitest.close(), sleep(patience, undefined, { ref: false })])
      putBack()
    },
  }
}

async function run(vitest: Vitest, work: Work, nodes: readonly string[]): Promise<void> {
  const { signal } = work
  // A worker that is asked twice, here and at the closing, is ended by force.
  const stop = () => void vitest.cancelCurrentRun('keyboard-input')
  if (signal?.aborted) return
  signal?.addEventListener('abort', stop, { once: true })
  try {
    const specifications = specificationsOf(vitest, work, nodes)
    await Promise.race([vitest.runTestSpecifications(specifications), ended(signal), work.givenUp.then(stop)])
  } catch (cause) {
    throw new BrokenError(`vitest broke: ${messageOf(cause)}`, { cause })
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/** A while after the signal: until then the tests that run may end. */
async function ended(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))
  await sleep(patience, undefined, { ref: false })
}

async function startVitest(work: Work): Promise<Vitest> {
  const { createVitest } = await import('vitest/node')
  const options = optionsOf(work)
  const vite = viteOf(work)
  const projects = work.nodes.map(({ provided }) => ({
    ...vite,
    root: work.folder,
    test: { ...options, name: provided.name, provide: { conc: provided } },
  }))
  const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() })
  const root: Options = {
    ...options,
    root: work.folder,
    config: false,
    watch: false,
    reporters: [work.reporter],
    projects,
  }
  return createVitest('test', root, { ...vite, cacheDir: work.cacheFolder }, { stdout: nowhere(), stderr: nowhere() })
}

function specificationsOf(vitest: Vitest, work: Work, nodes: readonly string[]) {
  return work.nodes.flatMap(({ files, provided: { name } }) => {
    const project = nodes.includes(name) ? vitest.projects.find((each) => each.name === name) : undefined
    return project === undefined ? [] : files.map(({ path }) => project.createSpecification(path))
  })
}

/** What holds for the whole and for each project: these inherit nothing. */
function optionsOf({ timeout, name, tags, nodes }: Work) {
  const setup = ownModule('nodetest/setup') ?? ''
  return {
    include: ['**/*.nodetest.ts'],
    // Worker threads start quicker than processes, and a Ctrl-C at the terminal does not reach them by itself.
    pool: 'threads',
    isolate: false,
    maxWorkers: Math.min(16, Math.max(2, nodes.length)),
    maxConcurrency: abreast,
    sequence: { concurrent: true },
    testTimeout: timeout,
    hookTimeout: timeout,
    teardownTimeout: patience,
    // The user's own .only is his choice; what it leaves out is told as skipped.
    allowOnly: true,
    cache: false,
    environment: 'node',
    expect: { poll: { timeout: 10_000, interval: 500 } },
    setupFiles: [setup],
    server: { deps: { external: [insideOf(dirname(dirname(setup)))], inline: [exactly(setup)] } },
    strictTags: false,
    // Vitest wants each tag of a filter to be known; a pattern knows itself.
    tags: tagsIn(tags).map((tag) => ({ name: tag })),
    ...(tags.length === 0 ? {} : { tagsFilter: [...tags] }),
    ...(name === undefined ? {} : { testNamePattern: name }),
  } satisfies Options
}

/** Nothing is looked for in the user's folders: no vite, TypeScript or PostCSS configuration, no `.env`. */
function viteOf({ cacheFolder }: Work) {
  return {
    envDir: false,
    publicDir: false,
    cacheDir: cacheFolder,
    oxc: transform,
    css: { postcss: {} },
    resolve: {
      alias: [
        { find: /^conc-deploy\/test$/, replacement: ownModule('test') ?? '' },
        { find: /^conc-deploy$/, replacement: ownModule('index') ?? '' },
      ],
    },
  } satisfies ViteOptions
}

/** What the user's TypeScript is read by; `tsconfig` is handed on to rolldown's transform, where vite's types end. */
const transform = { include: /\.(m?ts|[jt]sx)$/, tsconfig: false }

/** Built modules are loaded as they are; the sources are TypeScript, and Node.js 20 can't load those. */
function insideOf(folder: string): RegExp {
  return new RegExp(`^${quoted(folder)}/.*\\.js$`)
}

function exactly(path: string): RegExp {
  return new RegExp(`^${quoted(path)}$`)
}
