import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type InventoryKind, inventory, inventoryKinds } from '../../src/questions/inventory.ts'
import { Unknown } from '../../src/questions/types.ts'
import { dash, shells } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'
import { elsewhere } from './elsewhere.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOUeRoa0BGtPENHCJpmDu3ezsrbIj/ZCXW3jDUo6JMe3'
const fingerprint = 'SHA256:gWZX1KQ6lBBfuLraEZIajZ0xoWSGHN8ZwHeYGs1ML+w'

// Recorded 2026-11-21 on Debian 12 where nothing else is said.
const rows: readonly (readonly [string, InventoryKind, string, readonly string[]])[] = [
  [
    'packages, with one that left its configuration',
    'packages',
    'installed adduser 3.134\nconfig-files gone 1.0\ninstalled acl 2.3.1-3\n',
    ['acl 2.3.1-3', 'adduser 3.134'],
  ],
  [
    'users',
    'users',
    'root 0 0 /root /bin/bash\nbin 2 2 /bin /usr/sbin/nologin\n',
    ['bin 2 2 /bin /usr/sbin/nologin', 'root 0 0 /root /bin/bash'],
  ],
  [
    'sockets, without those of clients',
    'sockets',
    'via ss\n4\ntcp LISTEN 0      511    0.0.0.0:4104 0.0.0.0:* users:(("node",pid=10461,fd=22))\nudp UNCONN 0 0 0.0.0.0:40000 0.0.0.0:*\nudp UNCONN 0 0 0.0.0.0:68 0.0.0.0:*\n6\n\n',
    ['tcp 0.0.0.0 4104 node', 'udp 0.0.0.0 68 -'],
  ],
  [
    'mounts of Ubuntu (kellyjonbrazil/jc, linux-proc/pid_mountinfo at 00afd79), without what comes and goes',
    'mounts',
    `via mountinfo
28 30 0:25 / /run rw,nosuid,nodev,noexec,relatime shared:5 - tmpfs tmpfs rw,size=399728k,mode=755
30 1 253:0 / / rw,relatime shared:1 - ext4 /dev/mapper/ubuntu--vg-ubuntu--lv 
125 30 8:2 / /boot rw,relatime shared:67 - ext4 /dev/sda2 rw
131 30 7:0 / /snap/core18/2538 ro,nodev,relatime shared:71 - squashfs /dev/loop0 ro
832 28 0:52 / /run/user/1000 rw,nosuid,nodev,relatime shared:426 - tmpfs tmpfs rw,size=399724k,nr_inodes=99931,mode=700,uid=1000,gid=1000

/
`,
    ['/dev/mapper/ubuntu--vg-ubuntu--lv / ext4', '/dev/sda2 /boot ext4'],
  ],
  [
    // The fingerprint is what `ssh-keygen -lf` of OpenSSH 9.2 says of this key.
    'keys, with and without options',
    'authorizedKeys',
    `root ${key} ops@laptop\nshop from="10.0.0.0/8",command="echo \\"a b\\"" ${key}\nshop rubbish\n`,
    [
      `root ssh-ed25519 ${fingerprint}`,
      `shop ssh-ed25519 ${fingerprint} options SHA256:5bQQ0Xd/m5PeG0Uft6WVQZRrGeJ7jNqhL0iKAKECPjQ`,
      'shop unreadable SHA256:ccp9ky5am+qCsRQlvIPUdHJ7uU7N5yFF4GP4sjsXbqM',
    ],
  ],
  ['sysctls', 'sysctls', 'net/ipv4/ip_local_port_range 32768\t60999\n', ['net.ipv4.ip_local_port_range 32768 60999']],
  ['cron', 'cron', 'system /etc/crontab\n>17 *\t* * *\troot\tcd / && run\n', ['root 17 * * * * cd / && run']],
]

test.each(rows)('%s', async (_what, kind, text, expected) => {
  expect(await inventory(answering(text), kind, 'web1')).toEqual(expected)
})

describe.each(shells)('this machine under $name', (shell) => {
  const ask = askUnder(shell)
  test('has users and groups', async () => {
    expect(await inventory(ask, 'users', 'web1')).toContainEqual(expect.stringMatching(/^root 0 0 \/root /))
    expect(await inventory(ask, 'groups', 'web1')).toContainEqual(expect.stringMatching(/^root 0 ?/))
  })

  test('has settings, mounts and sockets', async () => {
    expect(await inventory(ask, 'sysctls', 'web1')).toContainEqual(
      expect.stringMatching(/^kernel\.randomize_va_space \d$/),
    )
    expect(await inventory(ask, 'mounts', 'web1')).toContainEqual(expect.stringMatching(/ \/ /))
    expect(await inventory(ask, 'sockets', 'web1')).toEqual(expect.any(Array))
  })

  test('tells keys and tables', async () => {
    expect(await inventory(ask, 'authorizedKeys', 'web1')).toEqual(expect.any(Array))
    expect(await inventory(ask, 'cron', 'web1')).toEqual(expect.any(Array))
  })
})

test('the packages are those of dpkg', async () => {
  expect(await inventory(askUnder(dash), 'packages', 'web1')).toContainEqual(expect.stringMatching(/^dpkg \d/))
})

test('without a package manager the packages are unknown', async () => {
  const ask = askUnder({ command: dash.command, path: '/nonexistent' })
  await expect(inventory(ask, 'packages', 'web1')).rejects.toThrow('neither dpkg-query, apk nor rpm')
})

test.each(['setuid', 'authorizedKeys'] as const)('%s is only root’s to tell', async (kind) => {
  const nobody = askUnder({ command: `setpriv --reuid=65534 --clear-groups ${dash.command}`, path: dash.path })
  await expect(inventory(nobody, kind, 'web1')).rejects.toThrow('only root sees all; ask with node.sudo()')
})

/** Some lines of `systemctl list-unit-files`, each where and when. */
const unitFiles: readonly (readonly [string, string, readonly string[]])[] = [
  [
    // A container, 2026-08-07 by its timers: cpprhtn/LiteDeck, testdata/golden/ubuntu-22.04/list-unit-files.txt at e158d25.
    'Ubuntu 22.04.5 (systemd 249)',
    `autovt@.service                        alias           -
console-getty.service                  enabled-runtime disabled
getty@.service                         disabled        enabled
litedeck-worker.service                enabled         enabled
ssh.service                            enabled         enabled
sshd.service                           alias           -
sudo.service                           masked          enabled
systemd-resolved.service               enabled         enabled
user@.service                          static          -
`,
    ['litedeck-worker.service', 'ssh.service', 'systemd-resolved.service'],
  ],
  [
    // Beside it, in ubuntu-20.04; the lines end in a blank.
    'Ubuntu 20.04.6 (systemd 245)',
    `dbus-org.freedesktop.timesync1.service enabled         enabled 
getty@.service                         disabled        enabled 
litedeck-worker.service                enabled         enabled 
ssh.service                            enabled         enabled 
sshd.service                           enabled         enabled 
systemd-remount-fs.service             enabled-runtime enabled 
user@.service                          static          enabled 
`,
    ['dbus-org.freedesktop.timesync1.service', 'litedeck-worker.service', 'ssh.service', 'sshd.service'],
  ],
  [
    // Autumn of 2019: kellyjonbrazil/jc, tests/fixtures/ubuntu-18.04/systemctl-luf.out at 36c5382, without its heading and foot.
    'Ubuntu 18.04 (two columns)',
    String.raw`snap-core-8039.mount                   enabled        
snap-google\x2dcloud\x2dsdk-106.mount  enabled        
acpid.service                          disabled       
apport.service                         generated      
getty@.service                         enabled        
lxd.service                            indirect       
ssh.service                            enabled        
cloud-init.target                      enabled-runtime
apt-daily.timer                        enabled        
`,
    ['apt-daily.timer', 'getty@.service', 'ssh.service'],
  ],
]

test.each(unitFiles)('services as systemctl of %s tells them', async (_where, lines, expected) => {
  // Stands for systemctl, which picks the states itself.
  const systemctl = `#!/bin/sh
[ "$*" = 'list-unit-files --state=enabled --no-legend --no-pager --plain' ] || exit 1
grep -E '^[^ ]+ +enabled( |$)' <<'END'
${lines}END
`
  const there = elsewhere(dash, {
    '/run/systemd/system/here': '',
    '/usr/bin/systemctl': systemctl,
    '/usr/sbin/systemctl': systemctl,
  })
  expect(await inventory(askUnder(there), 'services', 'web1')).toEqual(expected)
})

/** A root folder with busybox alone, where everything is as it is written here. */
describe('another root', () => {
  const root = mkdtempSync(join(tmpdir(), 'conc-root-'))
  const write = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    chmodSync(join(root, path), mode)
  }
  const ask = askUnder({ command: `/usr/sbin/chroot ${root} /bin/busybox sh`, path: '/bin' })
  beforeAll(() => {
    const libraries = execFileSync('ldd', ['/usr/bin/busybox'], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
    for (const path of libraries) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      copyFileSync(path, join(root, path))
    }
    mkdirSync(join(root, 'bin'))
    mkdirSync(join(root, 'dev'))
    execFileSync('mknod', ['-m', '666', join(root, 'dev/null'), 'c', '1', '3'])
    copyFileSync('/usr/bin/busybox', join(root, 'bin/busybox'))
    execFileSync('/usr/sbin/chroot', [root, '/bin/busybox', '--install', '-s', '/bin'])
    write('etc/passwd', 'root:x:0:0:root:/root:/bin/ash\nshop:x:1000:1000:A Shop:/srv/a shop:/sbin/nologin\n')
    write('etc/group', 'root:x:0:root\nshop:x:1000:\n')
    write('srv/a shop/.ssh/authorized_keys', `# ours\n\n ${key} me`)
    write('var/spool/cron/crontabs/shop', '# min\n*/15\t*\t*\t*\t*\trun-parts /etc/periodic/15min\n', 0o600)
    write('srv/a b', '', 0o4755)
    write('srv/plain', '', 0o755)
    write('srv/group', '', 0o2755)
    write('var/lib/docker/layer/su', '', 0o4755)
    // Alpine's own, as many public trees hold it; of its dozen fields those that are read and some others.
    write(
      'lib/apk/db/installed',
      'C:Q1gwkUCQyUBQ5ixUJMU9ugflJvaV8=\nP:alpine-baselayout\nV:3.4.3-r1\nA:aarch64\n\nP:busybox\nV:1.37.0-r18\nF:bin\n\n',
    )
    for (const level of [2, 3]) write(`etc/rc${level}.d/S01ssh`, '')
    write('etc/rc2.d/K01gone', '')
  })
  afterAll(() => rmSync(root, { recursive: true }))

  test.each<[InventoryKind, readonly string[]]>([
    ['users', ['root 0 0 /root /bin/ash', 'shop 1000 1000 /srv/a shop /sbin/nologin']],
    ['groups', ['root 0 root', 'shop 1000']],
    ['packages', ['alpine-baselayout 3.4.3-r1', 'busybox 1.37.0-r18']],
    ['authorizedKeys', [`shop ssh-ed25519 ${fingerprint}`]],
    ['cron', ['shop */15 * * * * run-parts /etc/periodic/15min']],
    ['services', ['ssh 2', 'ssh 3']],
    ['setuid', ['2755 root root /srv/group', '4755 root root /srv/a b']],
  ])('%s', async (kind, expected) => {
    expect(await inventory(ask, kind, 'web1')).toEqual(expected)
  })

  test('services as OpenRC 0.45.2 of Debian 12 tells them, 2026-11-21', async () => {
    const said =
      '               net.lo | boot default                                        \n                 sshd |      default                                        '
    write('bin/rc-update', `#!/bin/sh\necho '${said}'\n`, 0o755)
    expect(await inventory(ask, 'services', 'web1')).toEqual(['net.lo boot', 'net.lo default', 'sshd default'])
  })

  // naelolaiz/esp32s31-alpine, docs/journal/2026-10-07-openrc.md at 7a3c57f: some of its lines.
  test('services as OpenRC 0.63.2 of Alpine tells them, 2026-10-07', async () => {
    const said =
      '             bootmisc | boot\n            killprocs |                        shutdown\n                local |      default\n                sysfs |                                 sysinit'
    write('bin/rc-update', `#!/bin/sh\necho '${said}'\n`, 0o755)
    const expected = ['bootmisc boot', 'killprocs shutdown', 'local default', 'sysfs sysinit']
    expect(await inventory(ask, 'services', 'web1')).toEqual(expected)
  })

  test.each<[InventoryKind, string]>([
    ['sockets', 'the node has neither ss nor /proc/net/tcp'],
    ['mounts', '/proc is not mounted'],
  ])('%s are unknown without /proc', async (kind, why) => {
    await expect(inventory(ask, kind, 'web1')).rejects.toThrow(why)
  })
})

test('every kind is unknown when the node says nothing of use', async () => {
  for (const kind of inventoryKinds) {
    await expect(inventory(answering('', 11, 'no\n'), kind, 'web1')).rejects.toThrow(Unknown)
  }
})
