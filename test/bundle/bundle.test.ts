import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { giveUp, leave, note, openBundle, takeOver } from '../../src/bundle/hold.ts'
import { readBundle } from '../../src/bundle/read.ts'
import { writeHolder } from '../../src/journal/holder.ts'
import { BlockedError, UnreachableError, UsageError } from '../../src/words/errors.ts'
import { type Agent, dash, endProcess, isAlive, runSteps, startAgent } from '../fixtures/agent.ts'
import { until } from '../fixtures/until.ts'

const bundle = '.conc/shop'
const holder = {
  run: 'r1',
  job: 'release',
  node: 'web1',
  app: 'shop',
  release: '1',
  by: 'ana@desk',
  since: '2026-11-20T12:00:00Z',
  conc: '0.1.0',
  format: '1',
}
const steps = ['s1', 's2'].map((name, index) => ({
  n: index + 1,
  name,
  side: 'remote',
  op: 'run',
  words: [],
  options: {},
  command: 'true',
}))
const opening = {
  bundle,
  durable: true,
  run: 'r1',
  holder: writeHolder(holder),
  plan: JSON.stringify({ format: 1, conc: '0.1.0', job: 'release', node: 'web1', app: 'shop', release: '1', steps }),
  commands: 'true\n',
  order: ['s1', 's2'],
  records: [],
}

let one: Agent
let two: Agent
beforeEach(async () => {
  one = await startAgent(dash)
  two = await startAgent(dash, { home: one.home })
})
afterEach(async () => {
  await two.end()
  await one.end()
})

const kill = async (agent: Agent) => {
  endProcess(agent.pid)
  await expect.poll(() => isAlive(agent.pid)).toBe(false)
}

test('a node without a bundle is FREE', async () => {
  expect(await readBundle(one.session, bundle)).toMatchObject({ state: 'FREE', steps: [] })
})

test('a bundle says who holds it, its plan, and where each step stands', async () => {
  await openBundle(one.session, opening)
  await runSteps(one, [{ argv: ['true'] }, { argv: ['false'] }])
  const report = await readBundle(two.session, bundle)
  expect(report).toMatchObject({ state: 'RUNNING', holder, plan: { job: 'release' }, evidence: { attended: true } })
  expect(report.steps.map(({ name, status }) => `${name} ${status}`)).toEqual(['s1 OK', 's2 FAILED'])
  await kill(one)
  expect((await readBundle(two.session, bundle)).state).toBe('FAILED')
})

test('a second run is blocked and told by whom', async () => {
  await openBundle(one.session, opening)
  const second = openBundle(two.session, { ...opening, run: 'r2' })
  await expect(second).rejects.toThrow(BlockedError)
  await expect(second).rejects.toThrow(
    /^run r1 \(job release\) of ana@desk holds \.conc\/shop since 2026-11-\d\d \d\d:\d\d:00 \S+ and is RUNNING\. Nothing was changed/,
  )
})

test('a folder that is no bundle blocks as well', async () => {
  mkdirSync(join(one.home, bundle), { recursive: true })
  await expect(openBundle(one.session, opening)).rejects.toThrow('names no run')
})

test('a place where no bundle can be made is told before anything is changed', async () => {
  const at = { ...opening, bundle: '/proc/shop/bundle' }
  await expect(openBundle(one.session, at)).rejects.toThrow(UnreachableError)
  await expect(openBundle(one.session, at)).rejects.toThrow('Nothing was changed')
})

test('nobody takes over from a runner who is there, nor what has changed hands since', async () => {
  await openBundle(one.session, opening)
  const seen = await readBundle(two.session, bundle)
  await expect(takeOver(two.session, bundle, seen, { by: 'bob@desk' })).rejects.toThrow('Its runner is connected')
  await kill(one)
  expect(await takeOver(two.session, bundle, seen, { by: 'bob@desk' })).toBe(2)
  const three = await startAgent(dash, { home: one.home })
  await expect(takeOver(three.session, bundle, seen, { by: 'eve@desk' })).rejects.toThrow('has changed hands')
  await three.end()
})

test('a run that is left on purpose is STOPPED, and is given up by who took it', async () => {
  await openBundle(one.session, opening)
  expect(await note(one.session, 'skip 1 s1 not needed')).toBeUndefined()
  await leave(one.session, 'ana@desk', 'asked for')
  await one.session.close()
  const seen = await readBundle(two.session, bundle)
  expect(seen).toMatchObject({ state: 'STOPPED', steps: [{ status: 'SKIPPED' }, { status: 'PENDING' }] })
  await takeOver(two.session, bundle, seen, { by: 'bob@desk' })
  await giveUp(two.session, 'r1', 'shop', 'unlock r1 bob@desk why')
  expect((await readBundle(two.session, bundle)).state).toBe('FREE')
  expect(await note(two.session, 'end 2 1 s2 OK')).toBe('fenced')
  await expect(giveUp(two.session, 'r1', 'shop', 'unlock r1 bob@desk why')).rejects.toThrow(UsageError)
})

test('a plan that this version can not read is none', async () => {
  await openBundle(one.session, { ...opening, plan: '{"format":2}' })
  expect((await readBundle(two.session, bundle)).plan).toBeUndefined()
  rmSync(join(one.home, bundle, 'plan.json'))
  expect((await readBundle(two.session, bundle)).plan).toBeUndefined()
})

test('a runner whose own line was cut takes over from its former agent, which has not noticed', async () => {
  await openBundle(one.session, opening)
  const seen = await readBundle(two.session, bundle)
  expect(seen.evidence.attended).toBe(true)
  expect(await takeOver(two.session, bundle, seen, { by: 'ana@desk', own: true })).toBe(2)
  await until(() => !isAlive(one.pid))
  expect(await readBundle(two.session, bundle)).toMatchObject({ evidence: { epoch: 2, attended: true } })
})
