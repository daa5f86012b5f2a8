import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openBundle } from '../../src/bundle/hold.ts'
import { listOutputs, readOutputs } from '../../src/bundle/outputs.ts'
import { writeHolder } from '../../src/journal/holder.ts'
import { nothingSeen, type Sight } from '../../src/run/sights.ts'
import { type Watching, watchRun } from '../../src/run/watch.ts'
import { type Agent, dash, endProcess, runSteps, type Shell, script, shells, startAgent } from '../fixtures/agent.ts'

const bundle = '.conc/shop'
const head = { job: 'release', node: 'web1', app: 'shop', release: '1', conc: '0.1.0' }
const steps = ['s1', 's2'].map((name, index) => {
  return { n: index + 1, name, side: 'remote', op: 'run', words: [], options: {}, command: 'true' }
})
const opening = {
  bundle,
  durable: true,
  run: 'r1',
  holder: writeHolder({ ...head, run: 'r1', by: 'ana@desk', since: '2026-11-20T12:00:00Z', format: '1' }),
  plan: JSON.stringify({ ...head, format: 1, steps }),
  commands: 'true\n',
  order: ['s1', 's2'],
  records: [],
}

/** A runner that holds the bundle, and who watches it, under one home. */
async function withTwo(shell: Shell, act: (runner: Agent, watcher: Agent) => Promise<void>): Promise<void> {
  const runner = await startAgent(shell)
  const watcher = await startAgent(shell, { home: runner.home })
  try {
    await openBundle(runner.session, opening)
    await act(runner, watcher)
  } finally {
    await watcher.end()
    await runner.end()
  }
}

/** Watches the run until it is over; gives how it stands and what was seen. `first` is called when something was. */
async function watchToEnd({ session }: Agent, more: Partial<Watching> = {}, first: () => void = () => {}) {
  const sights: Sight[] = []
  const watched = { run: 'r1', bundle, history: '.conc/history/shop' }
  const tell = (sight: Sight) => {
    if (sights.push(sight) === 1) first()
  }
  const leave = AbortSignal.timeout(20_000)
  const report = await watchRun(session, watched, nothingSeen(), { tell, leave, pause: 50, patience: 0, ...more })
  return { report, kinds: sights.map((sight) => (sight.kind === 'record' ? sight.record.kind : sight.kind)) }
}

describe.each(shells)('under $name', (shell) => {
  test('a run is watched, and its outputs are listed and read from both ends', async () => {
    await withTwo(shell, async (runner, watcher) => {
      let over: ReturnType<typeof watchToEnd> | undefined
      // Of what has ended before the first look no output is told.
      await new Promise<void>((resolve) => {
        over = watchToEnd(watcher, {}, resolve)
      })
      await runSteps(runner, [script('printf abcdefghij; echo wrong >&2'), script('exit 3')])
      const folder = join(runner.home, bundle)
      const files = await listOutputs(watcher.session, folder)
      expect(files.map(({ name, size }) => `${name} ${size}`).sort()).toEqual(['1-s1.1.err 6', '1-s1.1.out 10'])
      const read = async (most: number) => {
        const outputs = await readOutputs(watcher.session, folder, files, most)
        return outputs.map(({ name, head: from, tail }) => `${name} ${from}|${tail}`).sort()
      }
      expect(await read(10)).toEqual(['1-s1.1.err wrong\n|', '1-s1.1.out abcdefghij|'])
      expect(await read(4)).toEqual(['1-s1.1.err wr|g\n', '1-s1.1.out ab|ij'])
      await runner.session.close()
      const { report, kinds } = (await over) ?? {}
      expect(report?.state).toBe('FAILED')
      expect(kinds).toEqual(['open', 'begin', 'output', 'output', 'end', 'begin', 'end'])
    })
  })
})

test('a run whose runner went without a word is LOST, once the patience is over', async () => {
  await withTwo(dash, async (runner, watcher) => {
    await runSteps(runner, [script('echo hello')])
    endProcess(runner.pid)
    const began = performance.now()
    const { report, kinds } = await watchToEnd(watcher, { patience: 600 })
    expect(performance.now() - began).toBeGreaterThan(500)
    expect(report?.state).toBe('LOST')
    expect(kinds).toEqual(['open', 'begin', 'end'])
  })
})

test("another's bundle under the same path is never taken for the run that is watched", async () => {
  await withTwo(dash, async (runner, watcher) => {
    const past = join(runner.home, '.conc/history/shop/r0')
    mkdirSync(past, { recursive: true })
    writeFileSync(join(past, 'holder'), opening.holder.replace('r1', 'r0'))
    writeFileSync(join(past, 'journal'), '2026-11-20T12:00:00Z open r0\n2026-11-20T12:00:09Z close r0\n')
    const sights: Sight[] = []
    const report = await watchRun(
      watcher.session,
      { run: 'r0', bundle, history: '.conc/history/shop' },
      nothingSeen(),
      { tell: (sight) => void sights.push(sight), leave: AbortSignal.timeout(10_000), pause: 50 },
    )
    expect([report?.state, report?.run]).toEqual(['OK', 'r0'])
    expect(sights).toHaveLength(2)
  })
})

test('more than the node keeps of a stream is said to be so, once', async () => {
  await withTwo(dash, async (runner, watcher) => {
    const over = watchToEnd(watcher)
    await runSteps(runner, [script('head -c 3000000 /dev/zero | tr "\\0" x; exit 1')])
    await runner.session.close()
    const { kinds } = await over
    expect(kinds.filter((kind) => kind === 'full')).toHaveLength(1)
  })
})
