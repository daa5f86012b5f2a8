import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { kernelModule, parseBlacklist, parseModule } from '../../src/questions/kernelModule.ts'
import { Absent, Unknown } from '../../src/questions/types.ts'
import { dash, shells } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'
import { elsewhere } from './elsewhere.ts'
import { hiding, openShells } from './hidden.ts'

const alpine = `#evbug is a debug tool and should be loaded explicitly
blacklist evbug

# Alternate 8139 driver.  Some 8139 cards need this specific driver,
# though...
# blacklist 8139cp

# we don't want use the pc speaker
blacklist snd-pcsp

# needs init config, not compatible with acpid
blacklist tiny_power_button
`

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

describe('recorded elsewhere', () => {
  // /proc/modules of Ubuntu 20.10, kernel 5.8, 2021: jc 1.22.5 (2023-01-11), tests/fixtures/linux-proc/modules. Of Alpine there is
  // lsmod of a virtual machine, kernel 4.9.73 of January 2018: a public page; its
  // lines are put into the order of /proc/modules.
  const modules = `binfmt_misc 24576 1 - Live 0xffffffffc0ab4000
vmw_vsock_virtio_transport_common 36864 1 vsock_loopback, Live 0xffffffffc0a03000
vsock 45056 5 vsock_loopback,vmw_vsock_virtio_transport_common,vmw_vsock_vmci_transport, Live 0xffffffffc09f7000
vboxsf 43377 1 - Live 0x0000000000000000
vboxguest 287321 1 vboxsf, Live 0x0000000000000000
`
  const folder = mkdtempSync(join(tmpdir(), 'conc-modules-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'proc'))
  writeFileSync(join(folder, 'proc', 'modules'), modules)
  writeFileSync(
    join(folder, 'shell'),
    `#!/bin/sh
exec unshare -m sh -c 'mount --bind ${folder}/proc /proc && mount -t tmpfs none /sys/module && exec dash "$@"' sh "$@"
`,
    { mode: 0o755 },
  )

  test.each([
    ['binfmt-misc', true],
    ['vsock', true],
    ['vsock_loopback', false],
    ['vboxsf', true],
    ['vboxguest', true],
  ])('%s is loaded: %s', async (name, expected) => {
    const there = askUnder({ command: join(folder, 'shell'), path: dash.path })
    expect(await kernelModule(there, name, 'web1').isLoaded()).toBe(expected)
  })

  // Debian 12, 2026-11-21: what systemd 252 lays into /lib/modprobe.d. Of Alpine some lines of alpinelinux/aports,
  // main/alpine-baselayout/blacklist.conf at 313096c, of alpine-baselayout 3.7.1-r6: between Alpine 3.22 of May 2025 (3.7.0-r0)
  // and 3.23 of December 2025 (3.7.1-r8).
  const debian = 'options bonding max_bonds=0\n\noptions dummy numdummies=0\n'
  test.each([
    ['bonding', 'Debian', false, debian],
    ['snd-pcsp', 'Alpine', true, alpine],
    ['8139cp', 'Alpine', false, alpine],
    ['tiny_power_button', 'Alpine', true, alpine],
  ])('%s is kept from loading by %s: %s', async (name, _where, expected, text) => {
    const there = askUnder(elsewhere(dash, { '/etc/modprobe.d/blacklist.conf': text }))
    expect(await kernelModule(there, name, 'web1').isBlacklisted()).toBe(expected)
  })
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
