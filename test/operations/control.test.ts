import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { halt, status, unlock } from '../../src/operations/control.ts'
import { planJob } from '../../src/operations/deploy.ts'
import { resume } from '../../src/operations/resume.ts'
import { type RunOptions, run } from '../../src/operations/run.ts'
import { watch } from '../../src/operations/watch.ts'
import { allOf, endsOf, makeNodes, type Nodes } from './nodes.ts'

let nodes: Nodes
beforeEach(() => {
  nodes = makeNodes('one')
  nodes.write({ open: 'remote open-bundle', look: 'local pause', close: 'remote close-bundle' })
})
afterEach(() => {
  vi.unstubAllEnvs()
  nodes.remove()
})

/** Runs the job up to its pause. */
async function begin(options: RunOptions = { workplace: nodes.place }) {
  const deploy = await nodes.deploy()
  const { plan } = planJob(deploy, 'release', 'one')
  return { deploy, ends: endsOf(await allOf(run(deploy, plan, options))) }
}

test('a bundle that names no run is followed by nobody, and is given up as unnamed', async () => {
  const { deploy } = await begin()
  rmSync(nodes.files().find((path) => path.endsWith('/shop/holder')) ?? '')
  const watcher = { leave: new AbortController().signal, begin: () => {}, cut: () => {} }
  const tell = async () => {}
  await expect(watch(deploy, 'one', nodes.place, { ...watcher, tell })).rejects.toThrow(
    '.conc/shop on one names no run to follow. Look again: conc status one.',
  )
  await expect(unlock(deploy, 'one', { id: 'x', why: 'why' }, nodes.place)).rejects.toThrow('run unnamed holds')
  expect(await unlock(deploy, 'one', { id: 'unnamed', why: 'why' }, nodes.place)).toMatch(
    /^\.conc\/history\/unnamed\/unnamed-\d{8}T/,
  )
  expect((await status(deploy, 'one', nodes.place)).state).toBe('FREE')
})

test('nothing is to be halted where no run is in progress', async () => {
  const { deploy } = await begin()
  await expect(halt(deploy, 'one', nodes.place)).rejects.toThrow(/^nothing to halt on one: run \S+ .* is STOPPED/)
  await allOf(resume(deploy, 'one', { workplace: nodes.place }))
  await expect(halt(deploy, 'one', nodes.place)).rejects.toThrow('no run on one to halt.')
})

test('a run and its resume are at this workplace where no other is given', async () => {
  vi.stubEnv('HOME', nodes.station.home)
  vi.stubEnv('XDG_STATE_HOME', undefined)
  const { deploy, ends } = await begin({})
  expect(ends).toEqual(['one STOPPED'])
  expect(endsOf(await allOf(resume(deploy, 'one')))).toEqual(['one OK'])
})

test('a workplace with an agent of keys, that asks ssh anew each time, is one like another', async () => {
  const { sshAnswers: _, ...place } = nodes.place
  const workplace = { ...place, env: { ...place.env, SSH_AUTH_SOCK: '/nonexistent' } }
  expect((await begin({ workplace })).ends).toEqual(['one STOPPED'])
})
