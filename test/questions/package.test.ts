import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { packageOf, parsePackage } from '../../src/questions/package.ts'
import { Absent, Unknown } from '../../src/questions/types.ts'
import { busyboxAlone, dash, shells } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'
import { elsewhere } from './elsewhere.ts'

// Recorded 2026-11-21 on Debian 12: dpkg 1.21.22 with packages made for it, in a root of its own; rpm 4.18.0, likewise.
test.each([
  ['dpkg: installed', 'via dpkg\ninstall ok installed 1:1.2-3\n', { version: '1:1.2-3', held: false }],
  ['dpkg: held', 'via dpkg\nhold ok installed 3.1+dfsg-2ubuntu1\n', { version: '3.1+dfsg-2ubuntu1', held: true }],
  ['dpkg: removed, its configuration left', 'via dpkg\ndeinstall ok config-files 2.0\n', undefined],
  ['dpkg: its postinst failed', 'via dpkg\ninstall ok half-configured 1.0-1\n', undefined],
  ['dpkg: unpacked', 'via dpkg\ninstall ok unpacked 0.9~rc1\n', undefined],
  [
    'dpkg: two architectures',
    'via dpkg\ninstall ok installed 1.0\ninstall ok installed 1.0\n',
    { version: '1.0', held: false },
  ],
  // Ubuntu 18.04, April 2021 at the latest: `dpkg -l` told so, here as conc's own format puts it: jc 1.22.5 (2023-01-11),
  // tests/fixtures/ubuntu-18.04/dpkg-l.out.
  [
    'dpkg of Ubuntu: bash',
    'via dpkg\ninstall ok installed 4.4.18-2ubuntu1.2\n',
    { version: '4.4.18-2ubuntu1.2', held: false },
  ],
  [
    'dpkg of Ubuntu: acpid, with an epoch',
    'via dpkg\ninstall ok installed 1:2.0.28-1ubuntu1\n',
    { version: '1:2.0.28-1ubuntu1', held: false },
  ],
  ['rpm: with an epoch', 'via rpm\n2:1.2-3\n', { version: '2:1.2-3', held: undefined }],
])('%s', (_where, text, expected) => {
  expect(parsePackage(text)).toEqual(expected)
})

test('what no package manager says is Unknown', () => {
  expect(() => parsePackage('via dpkg\nbash 5.2\n')).toThrow(Unknown)
  expect(() => parsePackage('bash\n')).toThrow(Unknown)
})

// As dpkg 1.21.22 wrote it, 2026-11-21.
const status = `Package: broken
Status: install ok half-configured
Maintainer: t <t@t>
Architecture: amd64
Version: 1.0-1
Description: t

Package: foreign
Status: install ok installed
Maintainer: t <t@t>
Architecture: i386
Version: 4.4
Description: t

Package: held
Status: hold ok installed
Maintainer: t <t@t>
Architecture: all
Version: 3.1+dfsg-2ubuntu1
Description: t
`
const admin = mkdtempSync(join(tmpdir(), 'conc-dpkg-'))
writeFileSync(join(admin, 'status'), status)
writeFileSync(join(admin, 'arch'), 'amd64\ni386\n')
execFileSync('mkdir', ['-p', join(admin, 'info'), join(admin, 'updates')])
afterAll(() => rmSync(admin, { recursive: true, force: true }))

// anchore/syft, syft/pkg/cataloger/alpine/testdata/multiple-1: a database of Alpine 3.19 (December 2023), without most files.
const database = readFileSync(new URL('apk/installed', import.meta.url), 'utf8')
const world = readFileSync(new URL('apk/world', import.meta.url), 'utf8')

// rpm 4.18.0, 2026-11-21: exit 1 and no word on stderr when there is none.
const rpm = `#!/bin/sh
for last; do :; done
case $last in
  demo | demo.noarch | demo-1.2) [ "$2" != --qf ] || echo 'demo noarch 2:1.2-3' ;;
  *) echo "package $last is not installed"; exit 1 ;;
esac
`
// The same, as a user who may not read the database.
const deniedRpm = `#!/bin/sh
echo 'error: cannot open Packages database in /var/lib/rpm' >&2
echo "package demo is not installed"
exit 1
`
const noDpkg = { '/var/lib/dpkg/status': '', '/var/lib/rpm/rpmdb.sqlite': '' }

describe.each(shells.filter((shell) => shell !== busyboxAlone))('by dpkg under $name', (shell) => {
  const about = (name: string) => packageOf(askUnder(shell, { DPKG_ADMINDIR: admin }), name, 'web1')

  test.each([
    ['held', true],
    ['foreign:i386', true],
    ['broken', false],
    ['nosuch', false],
    ['h*', false],
    ['-W', false],
    ["held' ; exit 0 #", false],
  ])('%s: installed is %s', async (name, expected) => {
    expect(await about(name).isInstalled()).toBe(expected)
  })

  test('what is held is said to be, and what is not installed has no version', async () => {
    expect(await about('held').isHeld()).toBe(true)
    expect(await about('foreign').isHeld()).toBe(false)
    await expect(about('broken').version()).rejects.toThrow(Absent)
  })
})

test('a package of this machine has its version', async () => {
  const version = execFileSync('dpkg-query', ['-W', '-f', '${Version}', 'dash'], { encoding: 'utf8' })
  expect(await packageOf(askUnder(dash), 'dash', 'web1').version()).toBe(version)
})

describe.each(shells)('by apk under $name', (shell) => {
  const there = elsewhere(shell, { '/usr/lib/apk/db/installed': database, '/etc/apk/world': world })
  const about = (name: string) => packageOf(askUnder(there), name, 'web1')

  test.each([
    ['bash', '5.2.21-r0', true],
    ['musl', '1.2.4_git20230717-r4', false],
  ])('%s has its version', async (name, version, held) => {
    expect(await about(name).version()).toBe(version)
    expect(await about(name).isHeld()).toBe(held)
  })

  test.each(['cmd:bash', '/bin/sh', 'mus', 'bash:x86_64'])('%s is no package', async (name) => {
    expect(await about(name).isInstalled()).toBe(false)
  })
})

describe('by rpm', () => {
  const about = (name: string, program: string) =>
    packageOf(askUnder(elsewhere(dash, { ...noDpkg, '/usr/bin/rpm': program })), name, 'web1')

  test('a package is found by its name alone', async () => {
    expect(await about('demo', rpm).version()).toBe('2:1.2-3')
    expect(await about('demo.noarch', rpm).isInstalled()).toBe(true)
    expect(await about('demo-1.2', rpm).isInstalled()).toBe(false)
    expect(await about('nosuch', rpm).isInstalled()).toBe(false)
    await expect(about('demo', rpm).isHeld()).rejects.toThrow(Unknown)
  })

  test('who may not read the database is told so, not that there is no such package', async () => {
    await expect(about('demo', deniedRpm).isInstalled()).rejects.toThrow('cannot open Packages database')
  })
})

test('without its tool the node can not tell', async () => {
  const about = packageOf(askUnder(busyboxAlone), 'bash', 'web1')
  await expect(about.isInstalled()).rejects.toThrow('package bash on web1: the node has no dpkg-query')
  const bare = packageOf(askUnder(elsewhere(dash, { '/var/lib/dpkg/status': '' })), 'bash', 'web1')
  await expect(bare.isInstalled()).rejects.toThrow('no database')
})

test('what could not be asked is Unknown', async () => {
  await expect(
    packageOf(answering('via dpkg\n', 11, 'dpkg-query: error: …\n'), 'bash', 'web1').isInstalled(),
  ).rejects.toThrow(Unknown)
})
