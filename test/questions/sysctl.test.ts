import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseSysctl, sysctl } from '../../src/questions/sysctl.ts'
import { Absent, type Ask, type Question, Unknown } from '../../src/questions/types.ts'
import { dash, shells } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'

test.each([
  ['net.ipv4.ip_forward', 'net/ipv4/ip_forward'],
  ['net.ipv4.conf.eth0/1.forwarding', 'net/ipv4/conf/eth0.1/forwarding'],
  ['net/ipv4/conf/eth0.1/forwarding', 'net/ipv4/conf/eth0.1/forwarding'],
  ['kernel', 'kernel'],
])('the key %s is the path %s', async (name, path) => {
  const asked: Question[] = []
  const ask: Ask = (question) => {
    asked.push(question)
    return answering('1\n')(question)
  }
  expect(await sysctl(ask, name, 'web1').value()).toBe('1')
  expect(asked).toEqual([{ name: 'sysctl', words: [path] }])
})

test.each(['', '.', '../etc/passwd', 'net..ipv4', '/etc', '././x', 'a/../../x', 'a.//.b'])('%j is no key', (name) => {
  expect(() => sysctl(answering(''), name, 'web1')).toThrow(TypeError)
})

describe('what /proc/sys holds', () => {
  // Debian 12, kernel 6.18, 2026-11-21. Ubuntu 18.04, kernel 4.15, July 2020 at the latest: `sysctl -a` has the same after its `=`: jc 1.22.5
  // (2023-01-11), tests/fixtures/ubuntu-18.04/sysctl-a.out. Containers of Alpine: `cat` of these files, 2020-07-16 (docker/for-linux,
  // issue 1068) and 2019-03-21 (kata-containers/tests, issue 1337).
  test.each([
    ['Debian, kernel.printk', '4\t4\t1\t7\n', '4 4 1 7'],
    ['Debian, net.ipv4.tcp_rmem', '4096\t131072\t33554432\n', '4096 131072 33554432'],
    ['Debian, kernel.domainname', '(none)\n', '(none)'],
    ['Ubuntu, net.ipv4.ip_local_port_range', '32768\t60999\n', '32768 60999'],
    ['Ubuntu, net.ipv4.tcp_rmem', '4096\t131072\t6291456\n', '4096 131072 6291456'],
    ['Alpine, net.core.somaxconn', '128\n', '128'],
    ['Alpine, kernel.shmmax', '1024\n', '1024'],
    ['Ubuntu, kernel.hostname', 'kbrazil-ubuntu\n', 'kbrazil-ubuntu'],
    [
      'Ubuntu, kernel.core_pattern',
      '|/usr/share/apport/apport %p %s %c %d %P %E\n',
      '|/usr/share/apport/apport %p %s %c %d %P %E',
    ],
  ])('%s', (_where, text, expected) => {
    expect(parseSysctl(text)).toBe(expected)
  })
})

describe.each(shells)('under $name', (shell) => {
  const of = (name: string) => sysctl(askUnder(shell), name, 'web1')

  test('a value is told, several with one blank between them', async () => {
    expect(await of('kernel.ostype').value()).toBe('Linux')
    const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim()
    expect(range).toContain('\t')
    expect(await of('net.ipv4.ip_local_port_range').value()).toBe(range.replace('\t', ' '))
  })

  test('what is no key, or a folder of keys, is absent', async () => {
    await expect(of('kernel.gone').value()).rejects.toThrow(Absent)
    await expect(of('kernel').value()).rejects.toThrow(Absent)
  })

  test('what can only be written is unknown', async () => {
    await expect(of('net.ipv4.route.flush').value()).rejects.toThrow(Unknown)
  })
})

test('what is root’s is unknown to others', async () => {
  const nobody = askUnder({ command: `setpriv --reuid=65534 --clear-groups ${dash.command}`, path: dash.path })
  const value = sysctl(nobody, 'kernel.cad_pid', 'web1').value()
  await expect(value).rejects.toThrow('sysctl kernel.cad_pid on web1: permission denied; ask with node.sudo()')
})
