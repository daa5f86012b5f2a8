import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CodeOp, OpContext } from '../../src/ops/types.ts'
import { runCodeStep } from '../../src/run/codestep.ts'
import { conc } from '../fixtures/conc.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'

const folder = mkdtempSync(join(tmpdir(), 'conc-environment-'))
let station: Workstation
beforeAll(() => {
  station = makeWorkstation('')
})
afterAll(() => {
  station.remove()
  rmSync(folder, { recursive: true })
})

test('what a code op runs on the workstation has the environment of local steps', async () => {
  const context: OpContext = {
    ...{ positionals: [], flags: {}, step: 'a', node: 'web1', attributes: {}, variables: {}, files: {} },
    ...{ side: 'local', bundle: '.conc/shop', payload: '.conc/shop/payload' },
  }
  let told = ''
  const op: CodeOp = {
    summary: 'Looks.',
    byHand: () => 'env',
    run: async ({ host }) => {
      told = (await host.run(['/usr/bin/env'])).stdout.toString()
    },
  }
  const outcome = await runCodeStep(op, context, {
    ...{ remote: undefined, folder, env: { SEEN: 'yes' }, stop: undefined, timeout: undefined, secrets: () => [] },
    ...{ log: () => {}, progress: () => {}, keep: async () => {} },
  })
  expect([outcome.status, told]).toEqual(['OK', 'SEEN=yes\n'])
})

test('the local probe of a step has no variable that a secret is read from', async () => {
  const steps = {
    open: 'remote open-bundle',
    a: 'local sh "kill -KILL $PPID; sleep 30"',
    close: 'remote close-bundle',
  }
  const probe = `sh -c 'test -z "$$\{SHOP_TOKEN+x}" && test -n "$$\{SHOP_OTHER+x}"'`
  station.write(
    'deploy.ini',
    deployFile({
      ...{ deploy: { app: 'shop', release: '1' }, 'node:demo': { embedded: 'yes' }, 'job:release': steps },
      ...{ 'probe:release': { a: probe }, secrets: { token: 'env SHOP_TOKEN' } },
    }),
  )
  const where = { home: station.home, cwd: station.folder, env: { SHOP_TOKEN: 'm4rk3d', SHOP_OTHER: 'x' } }
  await conc(where, 'run', 'release', 'demo')
  const ended = await conc(where, 'resume', 'demo')
  expect([ended.exit, ended.stdout], ended.stdout + ended.stderr).toEqual([
    0,
    expect.stringContaining('its probe says done'),
  ])
})
