import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bundleFormat, writeHolder } from '../../src/journal/holder.ts'
import { closeLocalBundle, openLocalBundle } from '../../src/run/localbundle.ts'
import { isRoot } from '../fixtures/users.ts'
import { close, makeScene, open, startNode, step } from './scene.ts'

const about = { job: 'release', node: 'web1', app: 'shop', release: '1', by: 'ana@desk', since: '', conc: '0.1.0' }
const holder = (run: string) => writeHolder({ run, ...about, format: bundleFormat })

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'conc-home-'))
})
afterEach(() => rmSync(home, { recursive: true }))

test('the bundle on the workstation is a lock too, and only its own run gives it back', async () => {
  expect(await openLocalBundle(home, '.conc/shop', holder('r1'))).toEqual({ status: 'OK' })
  expect(await openLocalBundle(home, '.conc/shop', holder('r2'))).toMatchObject({
    status: 'BLOCKED',
    why: expect.stringContaining('run r1 of ana@desk'),
  })
  expect(await closeLocalBundle(home, '.conc/shop', 'r2')).toMatchObject({ status: 'FAILED' })
  expect(await closeLocalBundle(home, '.conc/shop', 'r1')).toEqual({ status: 'OK' })
  expect(readdirSync(join(home, '.conc'))).toEqual([])
})

/** Only root can mount. */
describe.runIf(isRoot)("where a node's bundle is mounted over it", () => {
  test('it is left alone, and what to do first is told', async () => {
    const [node, path] = [join(home, 'node'), join(home, '.conc/shop')]
    for (const folder of [node, path]) mkdirSync(folder, { recursive: true })
    writeFileSync(join(node, 'holder'), holder('r1'))
    execFileSync('mount', ['--bind', node, path])
    try {
      const why = expect.stringMatching(/is mounted at .*: unmount it first/)
      expect(await openLocalBundle(home, '.conc/shop', holder('r2'))).toEqual({ status: 'BLOCKED', why })
      expect(await closeLocalBundle(home, '.conc/shop', 'r1')).toEqual({ status: 'FAILED', why })
    } finally {
      execFileSync('umount', [path])
    }
    expect(readdirSync(node)).toEqual(['holder'])
  })
})

test("where node and workstation are one machine, the node's own bundle at the same path is left alone", async () => {
  const path = join(home, '.conc/shop')
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'holder'), holder('r1'))
  writeFileSync(join(path, 'journal'), '')
  expect(await closeLocalBundle(home, '.conc/shop', 'r1')).toMatchObject({ status: 'OK' })
  expect(readdirSync(path).sort()).toEqual(['holder', 'journal'])
})

test('a run whose bundle lies at one path for both is given up with its journal kept', {
  timeout: 30_000,
}, async () => {
  const sshd = await startNode()
  const scene = makeScene(sshd)
  try {
    scene.steps(open, step('a', 'remote'), close)
    const same = ['--set', `bundle=${join(sshd.home, '.conc', 'same')}`]
    const ended = await scene.station.conc('run', 'release', 'web1', '--until', 'close', '--json', ...same)
    expect(ended.exit, ended.stdout + ended.stderr).toBe(5)
    const { run = '' } = ended.end ?? {}
    const given = await scene.station.conc('unlock', 'web1', '--id', run, '-m', 'enough', ...same)
    expect(given.exit, given.stdout + given.stderr).toBe(0)
    expect(readFileSync(join(sshd.home, '.conc', 'history', scene.app, run, 'journal'), 'utf8')).toContain(' unlock ')
  } finally {
    scene.remove()
    await sshd.stop()
  }
})
