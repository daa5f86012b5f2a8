import { readdirSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { kernelModule, parseBlacklist, parseModule } from '../../src/questions/kernelModule.ts'
import { Absent, Unknown } from '../../src/questions/types.ts'
import { dash, shells } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'
import { hiding, openShells } from './hidden.ts'

/** Parameters that this machine's kernel has. */
const parameters = readdirSync('/sys/module').flatMap((module) => {
  const folder = `/sys/module/${module}/parameters`
  try {
    return readdirSync(folder).map((name) => ({
      module,
      name,
      path: `${folder}/${name}`,
      mode: statSync(`${folder}/${name}`).mode,
    }))
  } catch {
    return []
  }
})
const shown = parameters.find(({ module, mode }) => module.includes('_') && (mode & 0o004) !== 0)
const rootsOwn = parameters.find(({ mode }) => (mode & 0o444) === 0o400)
if (shown === undefined || rootsOwn === undefined) throw new Error('this kernel has no parameters to ask for')

describe.each(shells)('under $name', (shell) => {
  const of = (name: string) => kernelModule(askUnder(shell), name, 'web1')

  test('what is there is loaded, by either spelling', async () => {
    expect(await of(shown.module).isLoaded()).toBe(true)
    expect(await of(shown.module.replaceAll('_', '-')).isLoaded()).toBe(true)
    expect(await of('no_such_module').isLoaded()).toBe(false)
  })

  test('a parameter has the value that the kernel shows', async () => {
    const value = await of(shown.module.replaceAll('_', '-')).parameter(shown.name).value()
    expect(value).toBe(readFileSync(shown.path, 'utf8').trim())
    await expect(of(shown.module).parameter('gone').value()).rejects.toThrow(Absent)
  })

  test('the list of what is kept from loading can be read', async () => {
    expect(await of('no_such_module').isBlacklisted()).toBe(false)
  })
})

test('a parameter that is root’s is unknown to others', async () => {
  const nobody = askUnder({ command: `setpriv --reuid=65534 --clear-groups ${dash.command}`, path: dash.path })
  const value = kernelModule(nobody, rootsOwn.module, 'web1').parameter(rootsOwn.name).value()
  await expect(value).rejects.toThrow('permission denied; ask with node.sudo()')
})

test.each(openShells)('a folder of modprobe that may not be seen is not empty, under $name', async (shell) => {
  const it = kernelModule(askUnder(hiding(shell, '/usr/lib/modprobe.d')), 'pcspkr', 'web1')
  await expect(it.isBlacklisted()).rejects.toThrow('/usr/lib/modprobe.d: permission denied; ask with node.sudo()')
})

describe('what is kept from loading', () => {
  // /etc/modprobe.d of Ubuntu: lines of kmod's blacklist.conf and blacklist-framebuffer.conf, and the command line of kernel.org's
  // admin-guide/kernel-parameters (module_blacklist) and of kmod (modprobe.blacklist).
  const text = `BOOT_IMAGE=/vmlinuz quiet module_blacklist=foo,bar-baz modprobe.blacklist=nouveau
# evbug is a debug tool that should be loaded explicitly
blacklist evbug
  blacklist snd-pcsp
#blacklist pcspkr
install usb-storage /bin/false
`
  test.each([
    ['foo', true],
    ['bar_baz', true],
    ['bar-baz', true],
    ['nouveau', true],
    ['evbug', true],
    ['snd_pcsp', true],
    ['pcspkr', false],
    ['usb_storage', false],
  ])('%s: %s', async (name, expected) => {
    expect(await kernelModule(answering(text), name, 'web1').isBlacklisted()).toBe(expected)
  })

  test('nothing, when there is no line', () => {
    expect(parseBlacklist('quiet\n')).toEqual(new Set())
  })
})

test('an answer that is none is unknown', () => {
  expect(() => parseModule('')).toThrow(Unknown)
})

test.each(['', '..', 'a/b', '-r', 'a b'])('%j is no module', (name) => {
  expect(() => kernelModule(answering(''), name, 'web1')).toThrow(TypeError)
  expect(() => kernelModule(answering(''), 'loop', 'web1').parameter(name)).toThrow(TypeError)
})
