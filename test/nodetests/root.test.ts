import { readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { objectsOf } from '../cli/sample.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { isRoot } from '../fixtures/sshd.ts'
import { type Machine, password, startMachine } from './machine.ts'

const suite = fileURLToPath(new URL('./root', import.meta.url))
const setting = 'vm.mmap_rnd_bits'

/** A parameter of a module that root alone may read, and that has a value. */
function hiddenParameter() {
  const all = readdirSync('/sys/module').flatMap((module) => parametersOf(module).map((name) => ({ module, name })))
  const found = all.map(({ module, name }) => ({
    module,
    name,
    value: hiddenValue(`/sys/module/${module}/parameters/${name}`),
  }))
  return found.find(({ value }) => value !== undefined && value !== '')
}

function parametersOf(module: string): readonly string[] {
  try {
    return readdirSync(`/sys/module/${module}/parameters`)
  } catch {
    return []
  }
}

/** Some that root may read give an error even so. */
function hiddenValue(path: string): string | undefined {
  try {
    return (statSync(path).mode & 0o444) === 0o400 ? readFileSync(path, 'utf8').trim() : undefined
  } catch {
    return undefined
  }
}

/** Only root may give a machine users with passwords. */
describe.runIf(isRoot)('what only root may read', () => {
  let machine: Machine
  let station: Workstation
  beforeAll(async () => {
    machine = await startMachine('debian', /Accepted publickey/)
    station = makeWorkstation(machine.knownHosts, { SHOP_DB: 'of-the-database', SHOP_COLOUR: 'blue' })
    const parameter = hiddenParameter()
    const node = {
      'sshd.ip': '127.0.0.1',
      'sshd.port': String(machine.ssh),
      admin: 'ops',
      key: machine.keyFile,
      nodetests: suite,
      setting,
      'setting.value': hiddenValue(`/proc/sys/${setting.replaceAll('.', '/')}`) ?? 'not hidden',
      module: parameter?.module ?? 'none',
      parameter: parameter?.name ?? 'none',
      'parameter.value': parameter?.value ?? 'none',
    }
    station.write(
      'deploy.ini',
      deployFile({
        deploy: { app: 'shop', release: '1' },
        secrets: { db_password: 'env SHOP_DB' },
        'node:web1': node,
        'node:web2': { ...node, nodetests: 'own' },
      }),
    )
  })
  afterAll(async () => {
    station.remove()
    await machine.stop()
  })

  const outcomes = async (...options: readonly string[]) => {
    const { stdout } = await station.conc('test', 'web1', '--json', ...options)
    const ends = objectsOf(stdout).filter(({ event }) => event === 'test-end')
    return Object.fromEntries(
      ends.map(({ test, outcome, why }) => [test, why === undefined ? outcome : `${outcome}: ${why}`]),
    )
  }

  test('is read with sudo by its password, and unknown without sudo', async () => {
    expect(await outcomes('--sudo-password-command', `printf %s '${password}'`)).toEqual({
      'the parameter, as root': 'pass',
      'the setting, as root': 'pass',
      'the parameter, as the login user': expect.stringMatching(
        /^unknown: .*permission denied; ask with node\.sudo\(\)/,
      ),
      'the setting, as the login user': expect.stringMatching(/^unknown: .*permission denied; ask with node\.sudo\(\)/),
    })
  })

  test('is unknown with sudo where nobody gives its password', async () => {
    expect(await outcomes('-t', 'as root')).toEqual({
      'the parameter, as root': expect.stringMatching(/^unknown: .*sudo wants a password that nobody gives/),
      'the setting, as root': expect.stringMatching(/^unknown: .*sudo wants a password that nobody gives/),
    })
  })

  test('no beginning of the password is shown, however a message shortens it', async () => {
    const text = JSON.stringify(password)
    station.write(
      'own/password.nodetest.ts',
      `import { beforeAll, expect, test } from 'conc-deploy/test'
beforeAll(async ({ node }) => { await node.sudo().run(['true']) })
test('as text', () => { expect(${text}).toBe('x') })
test('in an object', () => { expect({ a: { b: [${text}] } }).toBe(1) })
test('in a truth', () => { expect.soft(${text} === 'x', ${text}.repeat(100)).toBe(true) })
test('of the node', ({ node }) => expect(node.sudo().run(['echo', 'x'.repeat(390) + ${text}])).toPrint('z'))
`,
    )
    const { stdout } = await station.conc('test', 'web2', '--sudo-password-command', `printf %s '${password}'`)
    expect(stdout).toMatch(/^✗ web2 {2}4 failed;/m)
    expect(stdout.match(/\[secret sudo\]/g)?.length).toBeGreaterThan(4)
    expect(stdout).not.toMatch(/pa.{1,3}ss/)
  })

  test('a variable that a secret is read from is not there for the tests, the others are', async () => {
    station.write(
      'own/password.nodetest.ts',
      `import { expect, test } from 'conc-deploy/test'
test('environment', () => { expect([process.env.SHOP_DB, 'SHOP_DB' in process.env, process.env.SHOP_COLOUR]).toEqual([undefined, false, 'blue']) })
`,
    )
    const { exit, stdout } = await station.conc('test', 'web2')
    expect(exit, stdout).toBe(0)
  })
})
