import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isRoot } from '../fixtures/sshd.ts'
import { asRoot, contentsOf, Patient } from './patient.ts'

/** Rules and passwords are root's to write. */
describe.runIf(isRoot)('where sudo wants a password, doctor', () => {
  let node: Patient
  beforeAll(async () => {
    node = await Patient.start()
  })
  afterAll(() => node.stop())
  beforeEach(() => {
    execFileSync('chage', ['-d', '2026-01-01', '-M', '-1', node.sshd.user])
    execFileSync('chpasswd', { input: `${node.sshd.user}:it's right\n` })
    node.file({}, asRoot)
  })
  afterEach(() => node.heal())

  const examine = async (command: string) => {
    const before = contentsOf(node.sshd.home)
    const ended = await node.station.conc('doctor', 'web1', '--json', '--sudo-password-command', command)
    expect(contentsOf(node.sshd.home)).toEqual(before)
    expect(ended.stdout + ended.stderr).not.toContain("it's right")
    const findings = ended.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    return [ended.exit, findings.filter(({ check }) => check === 'sudo')] as const
  }

  test.each([
    ['says that one is right', '(ALL) ALL', `echo "it's right"`, 0, /^the password is right$/],
    ['refuses a wrong one', '(ALL) ALL', 'echo wrong', 4, /^sudo refuses the password\. It says: 1 incorrect/],
    [
      'says what a right one does not help with',
      '(nobody) ALL',
      `echo "it's right"`,
      4,
      /^sudo does not let own run as root with the password, which is right: id -u$/,
    ],
    ['says why it can not be had', '(ALL) ALL', 'exit 3', 4, /^its password can't be had: .* ended with exit 3\.$/],
  ])('%s', async (_, may, command, code, text) => {
    node.rule(`ALL=${may}`)
    const [exit, findings] = await examine(command)
    expect([exit, findings]).toEqual([code, [expect.objectContaining({ text: expect.stringMatching(text) })]])
  })

  test('asks for none where the rules want none', async () => {
    node.rule('ALL=(ALL) NOPASSWD: ALL')
    expect(await examine('exit 3')).toEqual([0, [expect.objectContaining({ text: 'wants no password' })]])
  })

  test('asks nobody where there is no terminal', async () => {
    node.rule('ALL=(ALL) ALL')
    const { exit, stderr } = await node.station.conc('doctor', 'web1', '-K')
    expect([exit, stderr]).toEqual([2, expect.stringContaining('Give --sudo-password-command CMD.')])
  })
})
