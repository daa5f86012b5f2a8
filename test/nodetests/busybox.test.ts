import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { objectsOf } from '../cli/sample.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { isRoot } from '../fixtures/sshd.ts'
import { type Machine, startMachine } from './machine.ts'

const suite = fileURLToPath(new URL('./busybox', import.meta.url))

/** Only root may give a machine a root of its own. */
describe.runIf(isRoot)('the suite for busybox', () => {
  let machine: Machine
  let station: Workstation
  beforeAll(async () => {
    machine = await startMachine('busybox', /Pubkey auth succeeded/)
    station = makeWorkstation(machine.knownHosts)
    const node = { 'sshd.ip': '127.0.0.1', 'sshd.port': String(machine.ssh), key: machine.keyFile, nodetests: suite }
    const more = {
      'http.port': String(machine.http),
      'deploy.key': readFileSync(`${machine.keyFile}.pub`, 'utf8').trim(),
    }
    station.write(
      'deploy.ini',
      deployFile({
        deploy: { app: 'router', release: '1', ...node, ...more },
        'node:router1': { admin: 'ops' },
        'node:asroot': { admin: 'root' },
      }),
    )
  })
  afterAll(async () => {
    station.remove()
    await machine.stop()
  })

  test('passes as a whole, over one login', async () => {
    const { exit, stdout, stderr } = await station.conc('test', 'router1', 'router.nodetest.ts', '--json=r.jsonl')
    expect({ exit, stderr }, stdout).toEqual({ exit: 0, stderr: '' })
    const ends = objectsOf(readFileSync(join(station.folder, 'r.jsonl'), 'utf8')).filter(
      ({ event }) => event === 'test-end',
    )
    expect(ends.length).toBeGreaterThanOrEqual(33)
    expect(machine.logins()).toBe(1)
  })

  test('as root it can tell more', async () => {
    const { exit, stdout } = await station.conc('test', 'asroot', 'root.nodetest.ts')
    expect(exit, stdout).toBe(0)
    expect(stdout).toMatch(/^✓ asroot {2}3 passed; /m)
  })
})
