import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import { parseSystem, systemInfo } from '../../src/questions/systemInfo.ts'
import { Absent, Unknown } from '../../src/questions/types.ts'
import { dash, shells } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'
import { elsewhere } from './elsewhere.ts'

const before = 'Linux\nx86_64\n6.18.44\nvm\n1795275101\n2801.40\n'

describe('os-release', () => {
  test.each([
    // Recorded 2026-11-21.
    [
      'Debian 12',
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n',
      ['debian', '12', 'bookworm'],
    ],
    // chef/os_release, alpine_3_22, whole; not before July 2025, when 3.22.1 came.
    [
      'Alpine 3.22',
      'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.1\nPRETTY_NAME="Alpine Linux v3.22"\nHOME_URL="https://alpinelinux.org/"\nBUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"\n',
      ['alpine', '3.22.1', undefined],
    ],
    // syunkitada/home, docs/env/os/ubuntu/upgrade_to_24.04.md, its first lines; not before August 2025, when 24.04.3 came.
    [
      'Ubuntu 24.04',
      'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nVERSION="24.04.3 LTS (Noble Numbat)"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\n',
      ['ubuntu', '24.04', 'noble'],
    ],
    // chef/os_release, redhat_8, its first lines.
    [
      'Red Hat 8',
      'NAME="Red Hat Enterprise Linux"\nVERSION="8.0 (Ootpa)"\nID="rhel"\nID_LIKE="fedora"\nVERSION_ID="8.0"\n',
      ['rhel', '8.0', undefined],
    ],
    // Made up from os-release(5).
    ['quotes', 'ID=\'a$b\'\nVERSION_ID="a\\"\\$b"\n# ID=no\n', ['a$b', 'a"$b', undefined]],
  ])('of %s is read', (_of, text, expected) => {
    const { release } = parseSystem(before + text)
    expect(['ID', 'VERSION_ID', 'VERSION_CODENAME'].map((name) => release.get(name))).toEqual(expected)
  })

  test('that names no codename has none: not even an empty one', async () => {
    // yorevs/homesetup, docs/misc/linux-releases.md: Fedora 38.
    const it = systemInfo(answering(`${before}ID=fedora\nVERSION_ID=38\nVERSION_CODENAME=""\n`), 'web1')
    expect(await it.distribution()).toBe('fedora')
    await expect(it.codename()).rejects.toThrow(Absent)
  })
})

test('what is no answer is Unknown', async () => {
  expect(() => parseSystem('uname: no\n')).toThrow(Unknown)
  await expect(systemInfo(answering('launchd\n'), 'web1').init()).rejects.toThrow(Unknown)
})

describe.each(shells)('under $name', (shell) => {
  test('this machine tells what it is', async () => {
    const it = systemInfo(askUnder(shell), 'web1')
    expect(await it.os()).toBe('linux')
    expect(await it.hostname()).toBe(hostname())
    expect(Math.abs((await it.clock()).getTime() - Date.now())).toBeLessThan(5_000)
    expect(await it.uptime()).toBeGreaterThan(0)
  })
})

const bare = { '/run/here': '', '/var/lib/dpkg/status': '' }
const alpine = {
  '/run/openrc/softlevel': 'default\n',
  '/usr/sbin/rc-service': '#!/bin/sh\n',
  '/usr/lib/apk/db/installed': 'P:musl\n',
}

describe('the init and the packages', () => {
  test.each([
    ['systemd', 'dpkg', { '/run/systemd/system/x': '', '/var/lib/dpkg/status': 'Package: bash\n' }],
    ['openrc', 'apk', { ...bare, ...alpine }],
    ['none', 'rpm', { ...bare, '/var/lib/rpm/rpmdb.sqlite': '' }],
    ['none', 'none', bare],
  ])('are %s and %s', async (init, packages, files) => {
    const it = systemInfo(askUnder(elsewhere(dash, files)), 'web1')
    expect(await it.init()).toBe(init)
    expect(await it.packages()).toBe(packages)
  })
})
