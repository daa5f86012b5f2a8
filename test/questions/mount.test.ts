import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mount, parseMounts } from '../../src/questions/mount.ts'
import { Absent, Unknown } from '../../src/questions/types.ts'
import { shells } from '../fixtures/agent.ts'
import { askUnder } from '../fixtures/asking.ts'

// Ubuntu with snaps, September 2022 by the snaps: kellyjonbrazil/jc, tests/fixtures/linux-proc/pid_mountinfo at 00afd79. The root's line ends so there.
const ubuntu = `via mountinfo
28 30 0:25 / /run rw,nosuid,nodev,noexec,relatime shared:5 - tmpfs tmpfs rw,size=399728k,mode=755
30 1 253:0 / / rw,relatime shared:1 - ext4 /dev/mapper/ubuntu--vg-ubuntu--lv 
24 30 0:22 / /sys rw,nosuid,nodev,noexec,relatime master:1 shared:7 - sysfs sysfs rw
50 25 0:45 / /proc/sys/fs/binfmt_misc rw,relatime shared:26 - autofs systemd-1 rw,fd=28,pgrp=1,timeout=0,minproto=5,maxproto=5,direct,pipe_ino=29773
143 50 0:53 / /proc/sys/fs/binfmt_misc rw,nosuid,nodev,noexec,relatime shared:70 - binfmt_misc binfmt_misc rw

/
`
// A container of Alpine: a public page, of 2018 or later: it names Docker 17.09; soon after a 24 July by its files.
const alpine = `via mountinfo
131 110 259:3 /var/lib/docker/containers/e696563e1ffb2c6443cc9505cd52850b0686729ff6f829826495d56f5bc455a4/resolv.conf /etc/resolv.conf rw,noatime - ext4 /dev/root rw,discard

/etc/resolv.conf
`
// Alpine 3.25.0_alpha20260805, kernel 6.18, 2026-10-07: naelolaiz/esp32s31-alpine, docs/journal/2026-10-07-boot-from-stick.md at 330a3ee.
const alpineMounts = `via mounts
/dev/sda1 / ext4 rw,relatime 0 0
devtmpfs /dev devtmpfs rw,nosuid,noexec,relatime,size=10240k,nr_inodes=1838,mode=755 0 0
proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0
tmpfs /run tmpfs rw,nosuid,nodev,size=2948k,nr_inodes=819200,mode=755 0 0
devpts /dev/pts devpts rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=000 0 0
shm /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime 0 0
sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0

/dev/shm
`
// Debian 12, kernel 6.18, 2026-11-21.
const debian = `via mounts
/dev/vda / ext4 rw,relatime,discard,resv_strict,resuid=65534,resgid=65534 0 0
tmpfs /dev/shm tmpfs rw,relatime,size=24684092k 0 0

/dev/shm
`

describe('the mount table', () => {
  test.each([
    ['of Ubuntu', ubuntu, 0, { point: '/run', device: 'tmpfs', filesystem: 'tmpfs' }],
    ['without options of the file system', ubuntu, 1, { point: '/', filesystem: 'ext4', options: ['rw', 'relatime'] }],
    ['with two optional fields', ubuntu, 2, { point: '/sys', filesystem: 'sysfs', device: 'sysfs' }],
    [
      'of Alpine, of a file',
      alpine,
      0,
      { point: '/etc/resolv.conf', device: '/dev/root', filesystem: 'ext4', options: ['rw', 'noatime', 'discard'] },
    ],
    [
      'of Alpine',
      alpineMounts,
      0,
      { point: '/', device: '/dev/sda1', filesystem: 'ext4', options: ['rw', 'relatime'] },
    ],
    [
      'of Alpine, of a file system in memory',
      alpineMounts,
      5,
      { point: '/dev/shm', device: 'shm', filesystem: 'tmpfs' },
    ],
    ['of Debian 12', debian, 1, { point: '/dev/shm', options: ['rw', 'relatime', 'size=24684092k'] }],
  ])('%s', (_what, text, at, expected) => {
    expect(parseMounts(text).table[at]).toMatchObject(expected)
  })

  test.each(['', 'via mountinfo\nrubbish\n\n/\n', 'via mounts\na b\n\n/\n'])('%j is unknown', (text) => {
    expect(() => parseMounts(text)).toThrow(Unknown)
  })
})

describe('of this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'conc mount-'))
  const point = join(folder, "a\tb\\ 'c'")
  beforeAll(() => {
    mkdirSync(point)
    symlinkSync(point, join(folder, 'link'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'noexec,size=64k', 'first', point])
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'nodev,size=64k', 'second one', point])
  })
  afterAll(() => {
    execFileSync('umount', [point])
    execFileSync('umount', [point])
    rmSync(folder, { recursive: true })
  })

  test.each(shells)('under $name', async (shell) => {
    const of = (path: string) => mount(askUnder(shell), path, 'web1')
    expect(await of(`${folder}/link/`).isMounted()).toBe(true)
    expect(await of(point).device()).toBe('second one')
    expect(await of(point).filesystem()).toBe('tmpfs')
    expect(await of(point).options()).toEqual(expect.arrayContaining(['rw', 'nodev', 'size=64k']))
    expect(await of(point).hasOption('noexec')).toBe(false)
    expect(await of(folder).exists()).toBe(false)
    expect(await of('-x').exists()).toBe(false)
    await expect(of(folder).options()).rejects.toThrow(Absent)
  })
})
