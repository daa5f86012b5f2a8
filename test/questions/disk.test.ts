import { mkdtempSync, rmSync, statfsSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { disk, parseDisk } from '../../src/questions/disk.ts'
import { Absent, Unknown } from '../../src/questions/types.ts'
import { dash, shells } from '../fixtures/agent.ts'
import { askUnder } from '../fixtures/asking.ts'

describe('what df prints', () => {
  test.each([
    [
      'coreutils 9.1 of Debian 12, 2026-11-21',
      `Filesystem     1024-blocks     Used Available Capacity Mounted on
/dev/vda         264212084 22944304  83446608      22% /
Filesystem       Inodes  IUsed    IFree IUse% Mounted on
/dev/vda       16777216 411781 16365435    3% /
`,
      { size: 264_212_084 * 1024, free: 83_446_608 * 1024, usedPercent: 22, inodesUsedPercent: 3 },
    ],
    [
      'busybox 1.35.0, 2026-11-21',
      `Filesystem           1024-blocks    Used Available Capacity Mounted on
/dev/vda             264212084  22944308  83446604  22% /
Filesystem              Inodes      Used Available Capacity Mounted on
/dev/vda              16777216    411781  16365435   2% /
`,
      { size: 264_212_084 * 1024, free: 83_446_604 * 1024, usedPercent: 22, inodesUsedPercent: 2 },
    ],
    [
      'a container of Alpine with `df -P`, 2024-03-03: netalertx/NetAlertX, issue 577',
      'Filesystem           1024-blocks    Used Available Capacity Mounted on\noverlay               27245572  20366532   6879040  75% /\n',
      { size: 27_245_572 * 1024, free: 6_879_040 * 1024, usedPercent: 75 },
    ],
    [
      'Alpine on a Raspberry Pi, 2021-11-27: a public page',
      'Filesystem           1K-blocks      Used Available Use% Mounted on\n/dev/mmcblk0p2         7335536     16512   6926680   0% /media/mmcblk0p2\n',
      { size: 7_335_536 * 1024, free: 6_926_680 * 1024, usedPercent: 0 },
    ],
    [
      'its full loop device, there',
      'Filesystem           1K-blocks      Used Available Use% Mounted on\n/dev/loop0               25472     25472         0 100% /.modloop\n',
      { size: 25_472 * 1024, free: 0, usedPercent: 100 },
    ],
    [
      'a full snap of Ubuntu 18.04 without inodes, autumn of 2019: kellyjonbrazil/jc, tests/fixtures/ubuntu-18.04/df.out at d192745',
      'Filesystem     1K-blocks    Used Available Use% Mounted on\n/dev/loop0         55936   55936         0 100% /snap/core18/1223\n',
      { size: 55_936 * 1024, free: 0, usedPercent: 100 },
    ],
    [
      'a cephfs, with its inodes as busybox told them, 2017: minio/minio, issue 4733; the first line by hand',
      'F 1024-blocks Used Available Capacity Mounted on\nceph 100 50 50 50% /data\nF Inodes Used Available Capacity Mounted on\nceph 28556 28557 18446744073709551615 100% /data\n',
      { size: 102_400, free: 51_200, usedPercent: 50 },
    ],
    [
      'a file system that counts no inodes, by hand',
      'F 1024-blocks Used Available Capacity Mounted on\n/dev/sdb1 100 50 50 50% /a b\nF Inodes IUsed IFree IUse% Mounted on\n/dev/sdb1 0 0 0 - /a b\n',
      { size: 102_400, free: 51_200, usedPercent: 50 },
    ],
  ])('%s', (_where, text, expected) => {
    expect(parseDisk(text)).toEqual(expected)
  })

  test('is unknown when it is something else', () => {
    expect(() => parseDisk('df: bad option\n')).toThrow(Unknown)
  })
})

test.each(shells)('this machine’s disk under $name', async (shell) => {
  const { bsize, blocks } = statfsSync(tmpdir())
  const it = disk(askUnder(shell), tmpdir(), 'web1')
  expect(await it.size()).toBe(bsize * blocks)
  expect(await it.free()).toBeGreaterThan(0)
  expect(await it.usedPercent()).toBeLessThanOrEqual(100)
  expect(await it.inodesUsedPercent()).toBeLessThanOrEqual(100)
  await expect(disk(askUnder(shell), '/proc', 'web1').inodesUsedPercent()).rejects.toThrow('its inodes are not counted')
  await expect(disk(askUnder(shell), '/gone/-x', 'web1').size()).rejects.toThrow(Absent)
})

test('what is hidden from the asker is unknown', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'conc-disk-'))
  symlinkSync(join(folder, 'x'), `${folder}-link`)
  const nobody = askUnder({ command: `setpriv --reuid=65534 --clear-groups ${dash.command}`, path: dash.path })
  for (const path of [join(folder, 'x', 'y'), `${folder}-link`]) {
    await expect(disk(nobody, path, 'web1').size()).rejects.toThrow(Unknown)
  }
  await expect(disk(nobody, `${folder}-gone`, 'web1').size()).rejects.toThrow(Absent)
  rmSync(folder, { recursive: true })
  rmSync(`${folder}-link`)
})
