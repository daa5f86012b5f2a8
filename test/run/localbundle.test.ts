import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bundleFormat, writeHolder } from '../../src/journal/holder.ts'
import { closeLocalBundle, openLocalBundle } from '../../src/run/localbundle.ts'
import { isRoot } from '../fixtures/users.ts'

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
