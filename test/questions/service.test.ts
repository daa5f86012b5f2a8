import { describe, expect, test } from 'vitest'
import { parseService, service } from '../../src/questions/service.ts'
import { Absent, Unknown } from '../../src/questions/types.ts'
import { dash, shells } from '../fixtures/agent.ts'
import { askUnder } from '../fixtures/asking.ts'
import { elsewhere } from './elsewhere.ts'

/** As systemctl prints them, whatever order they are asked in. */
function shown(load: string, active: string, file: string, pulls = { RequiredBy: '', WantedBy: '', TriggeredBy: '' }) {
  const { RequiredBy, WantedBy, TriggeredBy } = pulls
  return `RequiredBy=${RequiredBy}\nWantedBy=${WantedBy}\nTriggeredBy=${TriggeredBy}\nLoadState=${load}\nActiveState=${active}\nUnitFileState=${file}\n`
}
const wanted = { RequiredBy: '', WantedBy: 'default.target', TriggeredBy: '' }

describe('what systemctl show prints', () => {
  // Recorded 2026-11-21 on Debian 12 (systemd 252.38) from `systemd --user` with units made for it;
  // without the lines that conc does not ask for.
  test.each([
    ['of a running unit', shown('loaded', 'active', 'enabled', wanted), true, true, false],
    ['of one that is off', shown('loaded', 'inactive', 'disabled'), false, false, false],
    ['of a running static one', shown('loaded', 'active', 'static'), true, false, false],
    ['of a one-shot that has ended and remains', shown('loaded', 'active', 'enabled', wanted), true, true, false],
    ['of one that falls and is started again', shown('loaded', 'activating', 'static'), false, false, false],
    ['of one that failed', shown('loaded', 'failed', 'static'), false, false, false],
    ['of a masked one', shown('masked', 'inactive', 'masked'), false, false, true],
    [
      'of a socket that a service requires',
      shown('loaded', 'active', 'enabled', {
        RequiredBy: 'gpg-agent.service',
        WantedBy: 'sockets.target',
        TriggeredBy: '',
      }),
      true,
      true,
      false,
    ],
  ])('%s is read', (_of, text, running, enabled, masked) => {
    expect(parseService(`via systemd\n${text}`)).toEqual({ running, enabled, masked })
  })

  // Ubuntu, 2018-06-20: a public page: the lines that conc asks for.
  test('of a target of Ubuntu that is static and wanted is read', () => {
    const pulls = {
      RequiredBy: '',
      WantedBy: 'networking.service systemd-networkd.service NetworkManager.service',
      TriggeredBy: '',
    }
    const text = shown('loaded', 'active', 'static', pulls)
    expect(parseService(`via systemd\n${text}`)).toMatchObject({ running: true, masked: false })
  })

  test('of a unit that is not there means that there is none', () => {
    expect(parseService(`via systemd\n${shown('not-found', 'inactive', '')}`)).toBeUndefined()
  })

  // Made up from systemctl(1) 252: these states need more than a manager of a user.
  test.each([
    ['reloading', 'enabled', wanted, true, true],
    ['deactivating', 'enabled-runtime', wanted, false, false],
    ['active', 'generated', wanted, true, true],
    ['active', 'generated', undefined, true, false],
    ['active', 'indirect', undefined, true, false],
    ['active', 'bad', undefined, true, undefined],
  ])('%s and %s', (active, file, pulls, running, enabled) => {
    expect(parseService(`via systemd\n${shown('loaded', active, file, pulls)}`)).toMatchObject({ running, enabled })
  })
})

test('what no init says is Unknown', () => {
  expect(() => parseService('via systemd\n')).toThrow(Unknown)
  expect(() => parseService('via openrc\nstatus\n')).toThrow(Unknown)
  expect(() => parseService('')).toThrow(Unknown)
})

// Stands for systemctl 252, with what was recorded above.
const systemctl = `#!/bin/sh
for last; do :; done
case $last in
  good) printf '${shown('loaded', 'active', 'enabled', wanted).replaceAll('\n', '\\n')}' ;;
  templ@) echo 'Failed to get properties: Unit name templ@.service is neither a valid invocation ID nor unit name.' >&2; exit 1 ;;
  *) printf '${shown('not-found', 'inactive', '').replaceAll('\n', '\\n')}' ;;
esac
`

describe.each(shells)('systemd under $name', (shell) => {
  const there = elsewhere(shell, {
    '/run/systemd/system/here': '',
    '/usr/bin/systemctl': systemctl,
    '/usr/sbin/systemctl': systemctl,
  })
  const about = (name: string) => service(askUnder(there), name, 'web1')

  test('a unit runs, is enabled and not masked', async () => {
    const it = about('good')
    expect([await it.exists(), await it.isRunning(), await it.isEnabled(), await it.isMasked()]).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  test('"no such service" is not "it does not run"', async () => {
    expect(await about('nosuch').exists()).toBe(false)
    await expect(about('nosuch').isRunning()).rejects.toThrow(Absent)
    await expect(about('nosuch').isEnabled()).rejects.toThrow(Absent)
  })

  test('a pattern is no name, and what systemctl refuses is told in its words', async () => {
    expect(await about('g*').exists()).toBe(false)
    await expect(about('templ@').isRunning()).rejects.toThrow('neither a valid invocation ID nor unit name')
  })
})

/** Stands for rc-service 0.45.2 (Debian 12, in a mount namespace of its own, 2026-11-21): its exit codes, by the service's name. */
const rcService = `#!/bin/sh
[ "$1" != -e ] || { [ -e "/etc/init.d/$2" ]; exit; }
exit "\${1#demo}"
`

// Exit codes elsewhere, with the words beside them.
test.each([
  // Alpine 3.8, 2020-11-17: goss-org/goss, pull request 650, whose goss takes 0 alone for running.
  [0, 'started', true],
  // A container of Alpine 3.5, 2018-08-19: pytest-dev/pytest-testinfra, issue 357.
  [8, 'starting', false],
  // Alpine of Rancher Desktop 1.7.0-rc3, 2022-12-15: rancher-sandbox/rancher-desktop, issue 3638.
  [32, 'crashed', false],
  // An OpenRC on a system without a name, 2018-02-19: saltstack/salt, pull request 46101.
  [3, 'stopped', false],
  // Of the founder of Alpine, 2026-01-08: kardianos/service, pull request 416.
  [1, 'Permission denied', undefined],
  // supervise-daemon.sh of OpenRC 0.45.2 (Debian 12): it is in no table of codes.
  [64, 'unsupervised', undefined],
])('rc-service that ends with %i (%s): runs is %s', (code, _words, running) => {
  expect(parseService(`via openrc\nstatus ${code}\n`)).toEqual({ running, enabled: false, masked: false })
})

describe.each(shells)('OpenRC under $name', (shell) => {
  const codes = [0, 3, 4, 8, 16, 32, 1]
  const there = elsewhere(shell, {
    '/run/openrc/softlevel': 'default\n',
    '/usr/sbin/rc-service': rcService,
    ...Object.fromEntries(codes.map((code) => [`/etc/init.d/demo${code}`, '#!/sbin/openrc-run\n'])),
    '/etc/runlevels/default/demo0': { link: '/etc/init.d/demo0' },
    '/etc/runlevels/shutdown/demo3': { link: '/etc/init.d/demo3' },
  })
  const about = (name: string) => service(askUnder(there), name, 'web1')

  test.each([
    ['demo0', 'started', true],
    ['demo8', 'starting', false],
    ['demo16', 'inactive', false],
    ['demo32', 'crashed', false],
  ])('%s (%s): runs is %s', async (name, _state, expected) => {
    expect(await about(name).isRunning()).toBe(expected)
  })

  test('it is enabled in a runlevel, but not in shutdown', async () => {
    expect(await about('demo0').isEnabled()).toBe(true)
    expect(await about('demo3').isEnabled()).toBe(false)
    expect(await about('demo0').isMasked()).toBe(false)
  })

  test('a code that means nothing is Unknown, and no script is no service', async () => {
    await expect(about('demo1').isRunning()).rejects.toThrow(Unknown)
    expect(await about('nosuch').exists()).toBe(false)
  })
})

const script = (text: string) => `#!/bin/sh\n${text}\n`

const scripts = {
  '/etc/init.d/up': script('[ "$1" = status ] || exit 7; cat; exit 0'),
  '/etc/init.d/dead': script('exit 1'),
  '/etc/init.d/off': script('exit 3'),
  '/etc/init.d/unsure': script('exit 4'),
  '/etc/init.d/old': script('echo "Usage: $0 {start|stop|restart}" >&2; exit 3'),
  '/etc/init.d/plain': 'no program',
  '/etc/rc2.d/S01up': { link: '../init.d/up' },
  '/etc/rc2.d/K01off': { link: '../init.d/off' },
  '/etc/rc6.d/S01off': { link: '../init.d/off' },
  '/usr/lib/systemd/system/shop.service': '[Service]\n',
}

describe.each(shells)('/etc/init.d under $name', (shell) => {
  const there = elsewhere(shell, scripts)
  const about = (name: string) => service(askUnder(there), name, 'web1')

  test('it runs and is enabled as its script and its links say', async () => {
    expect(await about('up').isRunning()).toBe(true)
    expect(await about('up').isEnabled()).toBe(true)
    expect(await about('off').isEnabled()).toBe(false)
  })

  test('a script that does not know status proves nothing', async () => {
    await expect(about('old').isRunning()).rejects.toThrow('/etc/init.d/old does not know status')
  })
})

describe('/etc/init.d', () => {
  const about = (name: string) => service(askUnder(elsewhere(dash, scripts)), name, 'web1')

  test.each(['dead', 'off'])('%s does not run', async (name) => {
    expect(await about(name).isRunning()).toBe(false)
  })

  test.each([
    ['unsure', 'its state is not known there'],
    ['plain', '/etc/init.d/plain may not be executed'],
    ['shop', 'a unit of systemd, which did not start this node'],
  ])('whether %s runs is not known: %s', async (name, why) => {
    await expect(about(name).isRunning()).rejects.toThrow(why)
  })

  test.each(['nosuch', '..', '../passwd', 'up*', ''])('%j is no service', async (name) => {
    expect(await about(name).exists()).toBe(false)
  })
})

test("OpenRC's script can not tell where OpenRC did not start the node", async () => {
  const there = elsewhere(dash, { '/usr/sbin/rc-service': rcService, '/etc/init.d/demo0': '#!/sbin/openrc-run\n' })
  await expect(service(askUnder(there), 'demo0', 'web1').isRunning()).rejects.toThrow('OpenRC did not start this node')
})
