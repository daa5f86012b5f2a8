import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Finding } from '../../src/operations/doctor.ts'
import { findingLines } from '../../src/report/doctor.ts'
import { isRoot } from '../fixtures/sshd.ts'
import { asRoot, Patient } from './patient.ts'

test.each<[Finding, string[]]>([
  [{ check: 'disk', ok: true, text: '5 MiB' }, ['web1  ok    disk      5 MiB']],
  [
    { check: 'disk', ok: false, text: 'full', mend: 'df -h' },
    ['web1  FAIL  disk      full', 'web1  mend  disk      df -h'],
  ],
  [{ check: 'linger', ok: true, text: 'no', mend: 'x' }, ['web1  warn  linger    no', 'web1  mend  linger    x']],
  [{ check: 'shell', ok: false, text: 'a\nweb1  ok    b\x1b[2J' }, ['web1  FAIL  shell     a\\nweb1  ok    b\\x1b[2J']],
])('the finding %j is these lines', (finding, lines) => {
  expect(findingLines('web1', finding)).toEqual(lines)
})

/** Users of one's own and rules are root's to make. */
describe.runIf(isRoot)('doctor', () => {
  let node: Patient
  beforeAll(async () => {
    node = await Patient.start()
  })
  afterAll(() => node.stop())
  afterEach(() => node.heal())

  test('finds nothing wrong with a sound node, in the order in which it looks', async () => {
    node.file()
    const { exit, findings } = await node.examine()
    expect(findings.filter(({ ok, mend }) => !ok || mend !== undefined)).toEqual([])
    const order = ['address', 'port', 'host key', 'login', 'shell', 'sftp', 'folder', 'disk', 'disk', 'clock', 'bundle']
    expect(findings.map(({ check }) => check)).toEqual(order)
    expect(findings.map(({ node }) => node)).toEqual(order.map(() => 'web1'))
    expect(findings[3]?.text).toBe(`${node.sshd.user}@127.0.0.1:${node.sshd.port}, offered: key ${node.sshd.keyFile}`)
    expect(exit).toBe(0)
  })

  test('names the run that holds the bundle, and how it goes on', async () => {
    node.file()
    expect((await node.station.conc('run', 'release', 'web1', '--until', 'say')).exit).toBe(5)
    const { exit, findings } = await node.examine()
    expect(findings.filter(({ ok }) => !ok)).toEqual([
      {
        node: 'web1',
        check: 'bundle',
        ok: false,
        text: expect.stringMatching(/^run \S+ \(job release\) of \S+ holds \.conc\/shop since .+ and is STOPPED\.$/),
        mend: 'conc resume web1',
      },
    ])
    expect(exit).toBe(3)
    const { stdout } = await node.station.conc('-f', 'deploy.ini', 'doctor', 'web1')
    expect(stdout).toContain('\nweb1  mend  bundle    conc -f deploy.ini resume web1\n')
  })

  test.each<[string, string]>([
    ['wants a password says that one will be asked for', 'ALL=(ALL) ALL'],
    ['is not granted can only be told once there is a password', 'ALL=(ALL) !ALL'],
  ])('where sudo %s', async (_, may) => {
    node.file({}, asRoot)
    node.rule(may)
    const { exit, findings } = await node.examine()
    expect(findings.find(({ check }) => check === 'sudo')).toEqual({
      node: 'web1',
      check: 'sudo',
      ok: true,
      text: 'a password will be asked for (a password is required); it was not tried: give it with -K or --sudo-password-command',
    })
    expect(exit).toBe(0)
  })

  test('looks at sudo only where a step runs as another user', async () => {
    node.file()
    node.programs(['sudo', 'tar', 'sha256sum'])
    const { exit, findings } = await node.examine()
    expect(findings.map(({ check }) => check)).not.toContain('sudo')
    expect(exit).toBe(0)
  })

  test('warns where logind ends what a login leaves behind', async () => {
    node.file()
    node.programs([], { busctl: 'echo "b true"' })
    const { exit, findings } = await node.examine()
    expect(findings.filter(({ mend }) => mend !== undefined)).toMatchObject([
      { check: 'linger', ok: true, mend: `loginctl enable-linger ${node.sshd.user}` },
    ])
    expect(exit).toBe(0)
    node.programs([], { busctl: 'echo "b false"' })
    expect((await node.examine()).findings.map(({ check }) => check)).not.toContain('linger')
  })

  test('states how far the clock is off', async () => {
    node.file()
    node.programs([], {
      date: 'case $* in +%s) echo $(($(/usr/bin/date +%s) - 7200)) ;; *) exec /usr/bin/date "$@" ;; esac',
    })
    const { findings } = await node.examine()
    expect(findings.find(({ check }) => check === 'clock')).toMatchObject({
      ok: true,
      text: expect.stringMatching(/^differs by -7(199|200|201) s; conc decides nothing by it$/),
    })
  })

  test('of several nodes tells each, and exits with the worst', async () => {
    node.file()
    const text = readFileSync(join(node.station.folder, 'deploy.ini'), 'utf8')
    const section = /\[node:web1\][^[]*/.exec(text)?.[0] ?? ''
    const second = section.replace('web1', 'web2').replace(`= ${node.sshd.port}`, `= ${node.closed}`)
    node.station.write('deploy.ini', `${text}\n${second}`)
    const { exit, stdout } = await node.station.conc('doctor', 'web1', 'web2')
    expect(exit).toBe(4)
    expect(stdout).toMatch(/^web1 {2}ok {4}bundle/m)
    expect(stdout).toMatch(/^web2 {2}FAIL {2}port/m)
  })
})
