import { expect, test } from 'vitest'
import { asOthers } from '../../src/operations/doctor/steps.ts'
import { sudoFor } from '../../src/operations/doctor/sudo.ts'
import { Secret } from '../../src/secrets/secret.ts'
import { UsageError } from '../../src/words/errors.ts'
import { type Agent, startAgent } from '../fixtures/agent.ts'
import { type StandIns, standInsForEach } from '../fixtures/standins.ts'
import { plan } from '../jobs/plans.ts'

let standIns: StandIns
let agent: Agent
standInsForEach(startAgent, (made, started) => {
  standIns = made
  agent = started
})

const asRoot = 'remote as=root run id -u'

/** What doctor says of sudo, where the steps are these and sudo does this. */
async function found(sudo: string, lines: readonly string[] = [asRoot], more = {}) {
  standIns.set('sudo', sudo)
  const { steps, errors } = await plan(lines, { attributes: ['[secrets]', 'token = ask'] })
  expect(errors).toEqual([])
  const asked = { session: agent.session, steps: asOthers(steps), trusted: false, password: undefined }
  const findings = await sudoFor({ ...asked, ...more })
  return findings.map(({ ok, text }) => `${ok ? 'ok' : 'FAIL'} ${text}`)
}

/** Says this where a password would be wanted, as sudo 1.9.13 does. */
const says = (text: string) => `echo ${JSON.stringify(text)} >&2; exit 1`

test.each([
  'sudo: sorry, you must have a tty to run sudo',
  'Sorry, user ops may not run sudo on web1.',
  'ops is not in the sudoers file.',
])('a user whom sudo serves with no password is told so, and is asked for none: %s', async (text) => {
  const password = async () => {
    throw new Error('asked')
  }
  const [line] = await found(says(text), [asRoot], { password })
  expect(line).toBe(`FAIL sudo refuses. It says: ${text.replace(/^sudo: |\.$/g, '')}`)
})

test('a sudo that refuses without a word is told as that', async () => {
  expect(await found('exit 1')).toEqual([
    'ok a password will be asked for (it gave no reason); it was not tried: give it with -K or --sudo-password-command',
  ])
})

test("no password is asked for where the node's shell can't keep it from ps", async () => {
  // As in mksh, whose printf is a program.
  agent.session.send('can_feed() { return 1; }')
  const password = async () => new Secret('sudo', 'x')
  expect(await found(says('sudo: a password is required'), [asRoot], { password })).toEqual([
    "FAIL sudo wants a password, and the node's /bin/sh can't keep it from ps",
  ])
})

test('why a password can not be had is a finding, and anything else is not hidden behind one', async () => {
  const asked = (thrown: Error) => ({ password: () => Promise.reject(thrown) })
  const sudo = says('sudo: a password is required')
  expect(await found(sudo, [asRoot], asked(new UsageError('exit 3.')))).toEqual([
    "FAIL its password can't be had: exit 3.",
  ])
  await expect(found(sudo, [asRoot], asked(new TypeError('ours')))).rejects.toThrow(new TypeError('ours'))
})

test('sudo is asked for what it runs: of a step with secrets that is the shell that reads them', async () => {
  const lines = ['remote as=root secrets=token run id -u', 'remote as=root run id -g', 'local as=root run id']
  expect(await found('case " $* " in *" -l "*) exit 1; esac', lines)).toEqual([
    'FAIL sudo does not let s1_ run as root without a password: /bin/sh',
    'FAIL sudo does not let s2_ run as root without a password: id -g',
  ])
})

test('a user who is not there is named once, with the steps that would run as him', async () => {
  const lines = ['remote as=nobody-here run id', 'remote as=nobody-here run true']
  expect(await found('exit 0', lines)).toEqual([
    'FAIL there is no user nobody-here, as whom s1_, s2_ would run',
    'ok wants no password',
  ])
})
