import { describe, expect, test } from 'vitest'
import { group, parseGroup } from '../../src/questions/group.ts'
import { Absent, Unknown } from '../../src/questions/types.ts'
import { parseKeys, parseUser, user } from '../../src/questions/user.ts'
import { busyboxAlone, dash, shells } from '../fixtures/agent.ts'
import { askUnder } from '../fixtures/asking.ts'
import { elsewhere } from './elsewhere.ts'

describe('what the databases hold', () => {
  // Recorded 2026-11-21 on Debian 12: getent passwd postgres, then its groups.
  test('of a user is read', () => {
    const recorded =
      'postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash\n104 postgres\n103 ssl-cert\n'
    expect(parseUser(recorded)).toEqual({
      uid: 101,
      gid: 104,
      groups: ['postgres', 'ssl-cert'],
      gecos: 'PostgreSQL administrator,,,',
      home: '/var/lib/postgresql',
      shell: '/bin/bash',
    })
  })

  // From public pages; a group's number and name are put as conc's question has them. A container of
  // Alpine with its `id`, 2019-04-19; /etc/passwd of Ubuntu 25.04, spring of 2026, without its
  // groups, which are by hand; `getent passwd` and `getent group` of an Ubuntu server, May 2016.
  test.each([
    [
      'guest:x:405:100:guest:/dev/null:/sbin/nologin\n100 users\n',
      { uid: 405, gid: 100, groups: ['users'], gecos: 'guest', home: '/dev/null', shell: '/sbin/nologin' },
    ],
    [
      'tss:x:107:108:TPM software stack,,,:/var/lib/tpm:/bin/false\n108 tss\n',
      {
        uid: 107,
        gid: 108,
        groups: ['tss'],
        gecos: 'TPM software stack,,,',
        home: '/var/lib/tpm',
        shell: '/bin/false',
      },
    ],
    [
      'landscape:x:108:109::/var/lib/landscape:/usr/sbin/nologin\n109 landscape\n',
      { gecos: '', home: '/var/lib/landscape', shell: '/usr/sbin/nologin' },
    ],
    [
      'spa:x:1002:1002:spa,,,:/home/spa:/bin/bash\n1002 spa\n100 users\n',
      { uid: 1002, gid: 1002, groups: ['spa', 'users'], gecos: 'spa,,,', home: '/home/spa', shell: '/bin/bash' },
    ],
  ])('of users of Alpine and Ubuntu is read: %j', (text, expected) => {
    expect(parseUser(text)).toMatchObject(expected)
  })

  // Debian 12, 2026-11-21. Ubuntu: `getent group` of a server, May 2016, on a public page, but lxd of 18.04, March
  // 2020 at the latest: jc 1.22.5 (2023-01-11), tests/fixtures/ubuntu-18.04/group.out. Alpine: /etc/group of a virtual machine, 2026-05-10,
  // likewise.
  test.each([
    ['Debian', 'root:x:0:\n', { gid: 0, members: [] }],
    ['Debian', 'ssl-cert:x:103:postgres\n', { gid: 103, members: ['postgres'] }],
    ['Ubuntu', 'users:x:100:manager,spa\n', { gid: 100, members: ['manager', 'spa'] }],
    ['Ubuntu', 'sudo:x:27:manager\n', { gid: 27, members: ['manager'] }],
    ['Ubuntu', 'lxd:x:108:joeuser\n', { gid: 108, members: ['joeuser'] }],
    ['Alpine', 'root:x:0:root\n', { gid: 0, members: ['root'] }],
    ['Alpine', 'bin:x:1:root,bin,daemon\n', { gid: 1, members: ['root', 'bin', 'daemon'] }],
    ['Alpine', 'www-data:x:82:www-data,apache\n', { gid: 82, members: ['www-data', 'apache'] }],
    ['Alpine', 'nobody:x:65534:\n', { gid: 65_534, members: [] }],
  ])('of a group of %s is read: %j', (_where, text, expected) => {
    expect(parseGroup(text)).toEqual(expected)
  })

  test('is Unknown when it is something else', () => {
    expect(() => parseUser('getent: no\n')).toThrow(Unknown)
    expect(() => parseGroup('x:y:z:a\n')).toThrow(Unknown)
  })
})

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'

test.each([
  [`${key} me@here`, [key]],
  [`from="10.0.0.0/8",command="echo \\" ssh-rsa AAAAB x" ${key}`, [key]],
  [`no-pty ${key}\n# ${key}\n\n`, [key]],
  ['sk-ssh-ed25519@openssh.com AAAAGnNr== x', ['sk-ssh-ed25519@openssh.com AAAAGnNr==']],
  ['hello', []],
])('the keys in %j', (text, expected) => {
  expect(parseKeys(text)).toEqual(expected)
})

const files = {
  '/etc/passwd': `root:x:0:0:root:/root:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
shop:x:4711:4711:The, Shop,,:/opt/shop:/bin/ash
lone:x:4712:4799::/opt/lone:/bin/sh
bare:x:4713:4711::/opt/bare:/bin/sh
`,
  '/etc/group': 'root:x:0:\nshop:x:4711:\nweb:x:4720:shop,lone\n',
  '/etc/shadow': 'root:$6$abc:19000::::::\nshop:!:19000::::::\nlone:!*:19000::::::\nnobody:*:19000::::::\n',
  '/opt/shop/.ssh/authorized_keys': `# none\nno-pty ${key} deploy@here`,
  '/opt/lone/x': '',
}

describe.each(shells)('under $name', (shell) => {
  const there = elsewhere(shell, files)
  const about = (name: string) => user(askUnder(there), name, 'web1')

  test('a user tells who it is', async () => {
    const it = about('shop')
    expect(await it.uid()).toBe(4711)
    expect(await it.groups()).toEqual(['shop', 'web'])
    expect(await it.gecos()).toBe('The, Shop,,')
    expect(await about('lone').group()).toBe('4799')
  })

  test('one that is not there is not there, and a number is no name', async () => {
    expect(await about('nosuch').exists()).toBe(false)
    expect(await about('0').exists()).toBe(false)
    await expect(about('sho.').uid()).rejects.toThrow(Absent)
  })

  test('a password is locked or not', async () => {
    expect(await about('root').isLocked()).toBe(false)
    expect(await about('shop').isLocked()).toBe(true)
    await expect(about('bare').isLocked()).rejects.toThrow('it has no line in /etc/shadow')
  })

  test('a key is there, whatever its comment', async () => {
    expect(await about('shop').hasAuthorizedKey(`${key} somebody@else`)).toBe(true)
    expect(await about('shop').hasAuthorizedKey(key.replace('AAAAC3', 'AAAAC4'))).toBe(false)
    expect(await about('lone').hasAuthorizedKey(key)).toBe(false)
  })

  test('a group tells its members', async () => {
    const web = group(askUnder(there), 'web', 'web1')
    expect(await web.gid()).toBe(4720)
    expect(await web.members()).toEqual(['shop', 'lone'])
    expect(await group(askUnder(there), '4720', 'web1').exists()).toBe(false)
  })
})

test.each(['', 'a:b', 'nobody\nroot', '*', '.*'])('%j is no user', async (name) => {
  expect(await user(askUnder(dash), name, 'web1').exists()).toBe(false)
})

test('who may not read the passwords, or the home of the user, is told so', async () => {
  const nobody = {
    command: '/usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups /usr/bin/dash',
    path: dash.path,
  }
  await expect(user(askUnder(nobody), 'root', 'web1').isLocked()).rejects.toThrow(
    'user root on web1: permission denied; ask with node.sudo()',
  )
  await expect(user(askUnder(nobody), 'root', 'web1').hasAuthorizedKey(key)).rejects.toThrow('permission denied')
})

test.each(['hello', '', undefined])('%j is no key: a mistake of who asks', async (key) => {
  const asked = user(askUnder(busyboxAlone), 'root', 'web1').hasAuthorizedKey(key as string)
  await expect(asked).rejects.toThrow('user root on web1: this is no public key.')
})

test('without id the node can not tell', async () => {
  const bare = { command: dash.command, path: '/nowhere' }
  await expect(user(askUnder(bare), 'root', 'web1').exists()).rejects.toThrow('the node has no id')
})
