import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { cron, parseCron } from '../../src/questions/cron.ts'
import { shells } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'
import { hiding, openShells } from './hidden.ts'

// Debian 12, 2026-11-21: the one table of e2fsprogs 1.47.0. That of Debian 10 is the same: jc 1.22.5 (2023-01-11), tests/fixtures/debian10.
const debian = `system /etc/cron.d/e2scrub_all
>30 3 * * 0 root test -e /run/systemd/system || SERVICE_MODE=1 /usr/lib/x86_64-linux-gnu/e2fsprogs/e2scrub_all_cron
>10 3 * * * root test -e /run/systemd/system || SERVICE_MODE=1 /sbin/e2scrub_all -A -r
`
// Ubuntu 18.04: kellyjonbrazil/jc, tests/fixtures/ubuntu-18.04/crontab-u.out at a116cdb, in jc 1.22.5 of 2023-01-11: /etc/crontab, shortened.
const ubuntu = `system /etc/crontab
># and files in /etc/cron.d. These files also have username fields,
>
>SHELL=/bin/sh
>PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin
>
># m h dom mon dow user  command
>17 *    * * *   root    cd / && run-parts --report /etc/cron.hourly
>25 6    * * *   root    test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )
>#
`
// CentOS 7.7: kellyjonbrazil/jc, tests/fixtures/centos-7.7/crontab.out at 4de8f42, in jc 1.22.5 of 2023-01-11: a user's table, shortened.
const centos = `crontab maverick
>SHELL=/bin/bash
>MAILTO=root
>
># run the drupal cron process every hour of every day
>0 * * * * /usr/bin/wget -O - -q -t 1 http://localhost/cron.php
>5 10-11,22 * * * /var/www/devdaily.com/bin/mk-new-links.php
>@reboot /home/cleanup
>0,20,40  * * * * /var/www/bin/ads/freshMint.sh
`
// Alpine in a container, May 2019: a public page of 2019-10-05; the tabs are so there.
const alpine = `crontab root
># do daily/weekly/monthly maintenance
># min\thour\tday\tmonth\tweekday\tcommand
>*/15\t*\t*\t*\t*\trun-parts /etc/periodic/15min
>0\t*\t*\t*\t*\trun-parts /etc/periodic/hourly
>0\t3\t*\t*\t6\trun-parts /etc/periodic/weekly
`

describe('the tables', () => {
  test('of the system name their users', () => {
    expect(parseCron(ubuntu)).toEqual([
      { schedule: '17 * * * *', user: 'root', command: 'cd / && run-parts --report /etc/cron.hourly' },
      {
        schedule: '25 6 * * *',
        user: 'root',
        command: 'test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )',
      },
    ])
  })

  test('of Debian are those of its packages', () => {
    expect(parseCron(debian)).toEqual([
      {
        schedule: '30 3 * * 0',
        user: 'root',
        command: 'test -e /run/systemd/system || SERVICE_MODE=1 /usr/lib/x86_64-linux-gnu/e2fsprogs/e2scrub_all_cron',
      },
      {
        schedule: '10 3 * * *',
        user: 'root',
        command: 'test -e /run/systemd/system || SERVICE_MODE=1 /sbin/e2scrub_all -A -r',
      },
    ])
  })

  test('of Alpine have tabs between their fields', () => {
    expect(parseCron(alpine)).toEqual([
      { schedule: '*/15 * * * *', user: 'root', command: 'run-parts /etc/periodic/15min' },
      { schedule: '0 * * * *', user: 'root', command: 'run-parts /etc/periodic/hourly' },
      { schedule: '0 3 * * 6', user: 'root', command: 'run-parts /etc/periodic/weekly' },
    ])
  })

  test('of a user do not', () => {
    expect(parseCron(centos)).toEqual([
      { schedule: '0 * * * *', user: 'maverick', command: '/usr/bin/wget -O - -q -t 1 http://localhost/cron.php' },
      { schedule: '5 10-11,22 * * *', user: 'maverick', command: '/var/www/devdaily.com/bin/mk-new-links.php' },
      { schedule: '@reboot', user: 'maverick', command: '/home/cleanup' },
      { schedule: '0,20,40 * * * *', user: 'maverick', command: '/var/www/bin/ads/freshMint.sh' },
    ])
  })

  test.each([
    '',
    'crontab root\n>\n>A = b c d e f g\n> # 1 2 3 4 5 6\n>"B"=c d e f g h\n>1 2 3 4 5\n',
    'system x\n>1 2 3 4 5 root\n',
  ])('hold no entries: %j', (text) => {
    expect(parseCron(text)).toEqual([])
  })
})

describe('an entry', () => {
  const both = cron(answering(centos + ubuntu), undefined, 'web1')
  test.each([
    ['run-parts --report', true],
    ['gone', false],
    [{ schedule: '@reboot', command: '/home/cleanup' }, true],
    [{ schedule: ' 17  * * * *', command: 'cd / && run-parts --report /etc/cron.hourly' }, true],
    [{ schedule: '18 * * * *', command: 'cd / && run-parts --report /etc/cron.hourly' }, false],
    [{ schedule: '@reboot', command: '/home' }, false],
    [{ command: '/home/cleanup' }, true],
  ])('%j: %s', async (wanted, expected) => {
    expect(await both.hasEntry(wanted)).toBe(expected)
  })

  test.each([undefined, '', {}, { schedule: '@daily' }])('can not be %j, also where there is none', async (wanted) => {
    const asked = cron(answering(''), undefined, 'web1').hasEntry(wanted as string)
    await expect(asked).rejects.toThrow('cron on web1: which entry? Give a part of its command')
  })

  test('is of the user who is asked about', async () => {
    const root = await cron(answering(centos + ubuntu), 'root', 'web1').entries()
    expect(root.map(({ user }) => user)).toEqual(['root', 'root'])
  })
})

test.each(['', '-u', 'a b', '../x', 'a:b'])('%j is no user', (user) => {
  expect(() => cron(answering(''), user, 'web1')).toThrow(TypeError)
})

describe('crontab of this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'conc-cron-'))
  // It answers as that of Debian's cron 3.0pl1 does, whose exit is 1 for both refusals.
  const crontab = `#!/bin/sh
case $* in
  '-u shop -l') echo '*/5 * * * * echo "50%"' ;;
  '-u none -l') echo 'no crontab for none' >&2; exit 1 ;;
  '-l') echo '@daily mine' ;;
  *) echo 'must be privileged to use -u' >&2; exit "$CODE" ;;
esac
`
  writeFileSync(join(folder, 'crontab'), crontab)
  chmodSync(join(folder, 'crontab'), 0o755)
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each(shells)('under $name', async (shell) => {
    const ask = askUnder({ ...shell, path: `${folder}:${shell.path}` }, { CODE: '3' })
    expect(await cron(ask, 'shop', 'web1').entries()).toContainEqual({
      schedule: '*/5 * * * *',
      user: 'shop',
      command: 'echo "50%"',
    })
    expect(await cron(ask, 'none', 'web1').entries()).toEqual([])
    expect(await cron(ask, undefined, 'web1').hasEntry({ schedule: '@daily', command: 'mine' })).toBe(true)
    await expect(cron(ask, 'other', 'web1').entries()).rejects.toThrow('must be privileged to use -u')
  })
})

test.each(openShells)('a folder of tables that may not be seen is not empty, under $name', async (shell) => {
  const it = cron(askUnder(hiding(shell, '/etc/cron.d')), undefined, 'web1')
  await expect(it.hasEntry('backup')).rejects.toThrow('/etc/cron.d: permission denied; ask with node.sudo()')
})
