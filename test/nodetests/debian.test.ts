import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { matchers } from '../../src/nodetest/matchers.ts'
import { objectsOf } from '../cli/sample.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { isRoot } from '../fixtures/sshd.ts'
import { textOf } from '../manual/pages.ts'
import { type Machine, password, startMachine } from './machine.ts'

const suite = fileURLToPath(new URL('./debian', import.meta.url))
const sudo = ['--sudo-password-command', `printf %s '${password}'`]

/** Only root may give a machine mounts and users of its own. */
describe.runIf(isRoot)('the suite for Debian', () => {
  let machine: Machine
  let datagrams: Socket
  let station: Workstation
  beforeAll(async () => {
    datagrams = createSocket('udp4').bind(0, '127.0.0.1')
    await once(datagrams, 'listening')
    machine = await startMachine('debian', /Accepted publickey/)
    station = makeWorkstation(machine.knownHosts)
    station.write('deploy.ini', deployFile({ deploy: { app: 'shop', release: '1.4.2' }, 'node:web1': attributes() }))
  })
  afterAll(async () => {
    station.remove()
    await machine.stop()
    datagrams.close()
  })

  const attributes = () => ({
    'sshd.ip': '127.0.0.1',
    'sshd.port': String(machine.ssh),
    admin: 'ops',
    key: machine.keyFile,
    nodetests: suite,
    'http.port': String(machine.http),
    'https.port': String(machine.https),
    'udp.port': String(datagrams.address().port),
    'deploy.key': readFileSync(`${machine.keyFile}.pub`, 'utf8').trim(),
    'kernel.module': readdirSync('/sys/module')[0] ?? '',
  })

  const read = (file: string) => readFileSync(join(station.folder, file), 'utf8')

  test('passes as a whole over one login, in fewer round trips than it has tests, and every report says the same', async () => {
    const before = machine.logins()
    const files = ['--junit=r.xml', '--tap=r.tap', '--json=r.jsonl']
    const { exit, stdout, stderr } = await station.conc('test', 'web1', ...sudo, ...files)
    expect({ exit, stderr }, stdout).toEqual({ exit: 0, stderr: '' })
    const events = objectsOf(read('r.jsonl'))
    const [{ counts, roundTrips } = nothing] = events.filter((event): event is Ended => event.event === 'node-end')
    expect(counts).toEqual({ pass: expect.any(Number), skip: 2, fail: 0, unknown: 0, interrupted: 0 })
    expect(counts.pass).toBeGreaterThanOrEqual(75)
    const all = counts.pass + counts.skip
    expect(events.filter(({ event }) => event === 'test-end')).toHaveLength(all)
    expect(read('r.xml')).toMatch(/<testsuite name="web1" /)
    expect(read('r.xml')).toContain(` tests="${all}" failures="0" errors="0" skipped="2" `)
    expect(read('r.tap')).toContain(`\n    1..${all}\n`)
    expect(stdout).toMatch(new RegExp(`^✓ web1 {2}${counts.pass} passed, 2 skipped; `, 'm'))
    expect(machine.logins() - before).toBe(1)
    // Though each asks several things, as three users.
    expect(roundTrips).toBeLessThan(counts.pass)
  })

  test('its tags choose', async () => {
    const { exit, stdout } = await station.conc('test', 'web1', '--tag', 'smoke && !slow', ...sudo, '-v')
    expect(exit, stdout).toBe(0)
    expect(stdout).toMatch(/^✓ web1 {2}3 passed; /m)
  })

  test('asks every question with every matcher, and its opposite', () => {
    const text = readdirSync(suite)
      .map((file) => readFileSync(join(suite, file), 'utf8'))
      .join('')
    const asked = (name: string) => new RegExp(`\\)\\.${name}\\(`).test(text)
    const denied = (name: string) => new RegExp(`\\.not\\.${name}\\(`).test(text)
    const names = Object.keys(matchers)
    // Only systemd masks a service, and a node has no interface that is switched off.
    expect(names.filter((name) => !asked(name))).toEqual(['toBeMasked'])
    expect(names.filter((name) => !denied(name))).toEqual(['toBeUp'])
    const questions = textOf('src/nodetest/questions.ts').matchAll(/^ {2}(\w+)\(.*\): \w+$/gm)
    expect([...questions].map(([, name]) => name).filter((name) => !text.includes(`.${name}(`))).toEqual([])
  })
})

/** The end of a node's tests. */
interface Ended extends Record<string, unknown> {
  readonly event: 'node-end'
  readonly counts: { readonly pass: number; readonly skip: number }
  readonly roundTrips: number
}
const nothing = { counts: { pass: 0, skip: 0 }, roundTrips: Number.NaN }
