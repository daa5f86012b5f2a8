import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { isRoot, type Sshd, startSshd } from '../fixtures/sshd.ts'
import { objectsOf } from './sample.ts'

const password = 'pa"ss\'w & rd'

/** Rules and passwords are root's to write. */
describe.runIf(isRoot)('where sudo wants a password', () => {
  let sshd: Sshd
  let station: Workstation
  let folder: string
  let rules: string
  beforeAll(async () => {
    sshd = await startSshd({ loginShell: '/bin/sh' })
    folder = mkdtempSync(join(tmpdir(), 'conc-sudo-'))
    rules = `/etc/sudoers.d/${sshd.user}`
    execFileSync('chpasswd', { input: `${sshd.user}:${password}\n` })
    writeFileSync(rules, `${sshd.user} ALL=(ALL) ALL\n`, { mode: 0o440 })
    writeFileSync(join(folder, 'right'), `${password}\n`)
    writeFileSync(join(folder, 'wrong'), 'wrong\n')
    station = makeWorkstation(readFileSync(sshd.knownHostsFile, 'utf8'))
    const at = { 'sshd.ip': '127.0.0.1', 'sshd.port': String(sshd.port), admin: sshd.user, key: sshd.keyFile }
    station.write('deploy.ini', deployFile({ deploy: { app: 'shop', release: '1' }, 'node:web1': at }))
  })
  afterAll(async () => {
    station.remove()
    rmSync(rules, { force: true })
    rmSync(folder, { recursive: true })
    await sshd.stop()
  })
  beforeEach(() => {
    station.write(
      'nodetests/root.nodetest.ts',
      `import { expect, test } from 'conc-deploy/test'
test('root', async ({ node }) => {
  const { stdout } = await node.sudo().run(['id', '-un'])
  expect(stdout).toBe('root\\n')
  console.log(${JSON.stringify(password)})
  expect(${JSON.stringify(password)}).toBe('x')
})
test('shadow', async ({ node }) => {
  await expect(node.sudo().file('/etc/shadow')).toContain('root:')
  await expect(node.file('/etc/shadow')).toContain('root:')
})
`,
    )
  })
  const run = (which: 'right' | 'wrong', ...more: readonly string[]) =>
    station.conc('test', 'web1', ...more, '--sudo-password-command', `cat ${folder}/${which}`)

  test('a test can ask as root, and no report shows the password', async () => {
    const { stdout, stderr } = await run('right', '--junit=r.xml', '--tap=r.tap', '--json=r.jsonl', '--log=r.log')
    const files = ['r.xml', 'r.tap', 'r.jsonl', 'r.log'].map((name) => readFileSync(join(station.folder, name), 'utf8'))
    for (const text of [stdout, ...files]) expect(text).toContain('[secret sudo]')
    for (const text of [stdout, stderr, ...files]) expect(text).not.toMatch(/pa.{1,6}ss.{1,6}w .{1,5} rd/)
    const ends = objectsOf(files[2] ?? '').filter(({ event }) => event === 'test-end')
    expect(ends.map(({ test, outcome }) => `${test} ${outcome}`).sort()).toEqual(['root fail', 'shadow unknown'])
  })

  test('where sudo refuses, it is unknown, in its own words', async () => {
    const { exit, stdout } = await run('wrong')
    expect(exit).toBe(1)
    expect(stdout).toMatch(/^ {2}\? root {2}\(unknown/m)
    expect(stdout).toMatch(/incorrect password/)
  })

  test('a baseline is recorded as root, and compared as root', async () => {
    const recorded = await run('right', '--baseline')
    expect(recorded.exit, recorded.stderr).toBe(0)
    expect(recorded.stdout).toMatch(/^web1 {2}recorded as seen by root: /)
    expect(recorded.stdout).not.toMatch(/(setuid|authorizedKeys|cron) +not recorded/)
    const drifted = await run('right', '-t', 'baseline > services')
    expect(drifted.exit, drifted.stdout).toBe(0)
    const alone = await station.conc('test', 'web1', '-t', 'baseline > services')
    expect(alone.stdout).toMatch(/^ {2}\? baseline > services {2}\(unknown/m)
    expect(alone.exit).toBe(1)
  })

  test('a baseline says why it was not recorded as root', async () => {
    const { exit, stdout } = await run('wrong', '--baseline')
    expect(exit, stdout).toBe(0)
    expect(stdout).toMatch(
      /^web1 {2}recorded as seen by the login user: .*\n {2}not asked as root: .*incorrect password/,
    )
  })
})
