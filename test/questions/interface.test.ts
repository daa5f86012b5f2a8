import { describe, expect, test } from 'vitest'
import { networkInterface, parseInterface } from '../../src/questions/interface.ts'
import { Absent, Unknown } from '../../src/questions/types.ts'
import { shells } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'

describe('what sysfs and ip tell', () => {
  // Recorded 2026-11-21 on Debian 12, kernel 6.18: iproute2 6.1, then busybox 1.35.0.
  const sysfs = '0x1003\n1400\n02:fc:00:00:00:01\nup\n-1\nvia ip\n'
  const addresses = ['192.0.2.2/24', 'fd00::2/64']
  test.each([
    [
      'eth0 by iproute2',
      `${sysfs}4: eth0    inet 192.0.2.2/24 brd 192.0.2.255 scope global eth0\\       valid_lft forever preferred_lft forever
4: eth0    inet6 fd00::2/64 scope global nodad \\       valid_lft forever preferred_lft forever\n`,
      { isUp: true, mtu: 1400, mac: '02:fc:00:00:00:01', addresses },
    ],
    [
      'eth0 by busybox',
      `${sysfs}4: eth0    inet 192.0.2.2/24 brd 192.0.2.255 scope global eth0\\       valid_lft forever preferred_lft forever
4: eth0    inet6 fd00::2/64 scope global flags 02 \\       valid_lft forever preferred_lft forever\n`,
      { isUp: true, mtu: 1400, mac: '02:fc:00:00:00:01', addresses },
    ],
    // The lines of `ip addr`, without -o; what sysfs holds is told by them too. From public pages: one with the
    // lines as they are; one of the spring of 2022 by its kernel, 5.15.32, with busybox 1.34.1; that of Alpine 3.25 is from
    // naelolaiz/esp32s31-alpine, docs/journal/2026-10-07-network-apk.md at d0f1361, busybox 1.38.0.
    [
      'a card of Ubuntu, 2026-03-19',
      `0x1003\n1500\n24:b2:b9:7d:b1:2d\nup\n\nvia ip
    inet 10.100.0.18/19 brd 10.100.31.255 scope global dynamic noprefixroute wlp3s0
       valid_lft 602919sec preferred_lft 602919sec
    inet6 fe80::bae5:f7b6:c5e8:a33a/64 scope link noprefixroute \n       valid_lft forever preferred_lft forever\n`,
      {
        isUp: true,
        mtu: 1500,
        mac: '24:b2:b9:7d:b1:2d',
        addresses: ['10.100.0.18/19', 'fe80::bae5:f7b6:c5e8:a33a/64'],
      },
    ],
    [
      'eth0 of Alpine 3.15',
      `0x1003\n1500\n0e:45:5a:65:14:8f\nup\n\nvia ip
    inet 192.168.56.200/24 scope global eth0
       valid_lft forever preferred_lft forever
    inet6 fd60:c153:ae78:3482:c45:5aff:fe65:148f/64 scope global dynamic flags 100 \n       valid_lft 2591965sec preferred_lft 604765sec
    inet6 fe80::c45:5aff:fe65:148f/64 scope link \n       valid_lft forever preferred_lft forever\n`,
      {
        isUp: true,
        mtu: 1500,
        mac: '0e:45:5a:65:14:8f',
        addresses: ['192.168.56.200/24', 'fd60:c153:ae78:3482:c45:5aff:fe65:148f/64', 'fe80::c45:5aff:fe65:148f/64'],
      },
    ],
    [
      'eth0 of Alpine 3.25.0_alpha20260805, 2026-10-07',
      `0x1003\n1500\n5a:67:21:eb:1c:2f\nup\n\nvia ip
    inet 192.168.0.18/24 scope global eth0
       valid_lft forever preferred_lft forever\n`,
      { isUp: true, mtu: 1500, mac: '5a:67:21:eb:1c:2f', addresses: ['192.168.0.18/24'] },
    ],
    [
      'lo, whose state is unknown and which has no speed',
      '0x9\n65536\n00:00:00:00:00:00\nunknown\n\nvia none\n',
      { isUp: true, mtu: 65_536, mac: '00:00:00:00:00:00' },
    ],
    [
      'ifb0, switched off',
      '0x82\n1500\n06:a9:2a:b6:92:8a\ndown\n\nvia ip\n',
      { isUp: false, mtu: 1500, mac: '06:a9:2a:b6:92:8a', addresses: [] },
    ],
    [
      'an unplugged card, by hand',
      '0x1003\n1500\n02:00:00:00:00:01\ndown\n1000\nvia ip\n',
      { isUp: false, mtu: 1500, mac: '02:00:00:00:00:01', speed: 1000, addresses: [] },
    ],
  ])('%s', (_what, text, expected) => {
    expect(parseInterface(text)).toEqual(expected)
  })

  test('is unknown when it is something else', () => {
    expect(() => parseInterface('rubbish\n')).toThrow(Unknown)
  })
})

test.each(shells)('lo under $name', async (shell) => {
  const of = (name: string) => networkInterface(askUnder(shell), name, 'web1')
  expect(await of('lo').exists()).toBe(true)
  expect(await of('lo').isUp()).toBe(true)
  expect(await of('lo').addresses()).toContain('127.0.0.1/8')
  expect(await of('lo').mtu()).toBe(65_536)
  await expect(of('lo').speed()).rejects.toThrow('its driver tells no speed')
  expect(await of('gone0').exists()).toBe(false)
  await expect(of('gone0').isUp()).rejects.toThrow(Absent)
})

test('without ip the addresses are unknown, and the rest is told', async () => {
  const lo = networkInterface(answering('0x9\n65536\n00:00:00:00:00:00\nunknown\n\nvia none\n'), 'lo', 'web1')
  expect(await lo.isUp()).toBe(true)
  await expect(lo.addresses()).rejects.toThrow('interface lo on web1: the node has no ip')
})

test.each(['', '.', '..', '-x', 'a/b', 'a b'])('%j is no interface', (name) => {
  expect(() => networkInterface(answering(''), name, 'web1')).toThrow(TypeError)
})
