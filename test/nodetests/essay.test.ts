import { readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { objectsOf } from '../cli/sample.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { isRoot } from '../fixtures/sshd.ts'
import { type Machine, password, startMachine } from './machine.ts'

const suite = fileURLToPath(new URL('./essay', import.meta.url))
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
    station = makeWorkstation(machine.knownHosts)
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
    station.write('deploy.ini', deployFile({ deploy: { app: 'shop', release: '1' }, 'node:web1': node }))
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
})
