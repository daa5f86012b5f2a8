import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addr, parseAddresses } from '../../src/questions/addr.ts'
import { Absent, type Ask, Unknown } from '../../src/questions/types.ts'
import { busyboxAlone, dash, shells } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'
import { elsewhere } from './elsewhere.ts'

describe('the addresses of a name', () => {
  test.each([
    // glibc 2.36 of Debian 12, 2026-11-21.
    [
      'getent',
      'via getent\n127.0.0.1       STREAM localhost\n127.0.0.1       DGRAM  \n127.0.0.1       RAW    \n',
      ['127.0.0.1'],
    ],
    // Ubuntu 22.04, 2025-10-18 by what its dig and whois print: a public page, where the blanks at the ends of lines are cut.
    [
      'getent of Ubuntu, of both kinds',
      'via getent\n208.80.154.224  STREAM wikipedia.org\n208.80.154.224  DGRAM\n208.80.154.224  RAW\n2620:0:861:ed1a::1 STREAM\n2620:0:861:ed1a::1 DGRAM\n2620:0:861:ed1a::1 RAW\n',
      ['208.80.154.224', '2620:0:861:ed1a::1'],
    ],
    // The hosts file of the machine with Debian.
    ['/etc/hosts', 'via hosts\n127.0.0.1\n', ['127.0.0.1']],
    // A container of Alpine with busybox 1.37.0, 2025-08-02: dsgnr/portchecker.io, pull request 362.
    [
      'getent of Alpine, where IPv6 is the first',
      'via getent\n::1             STREAM localhost\n::1             DGRAM  localhost\n127.0.0.1       STREAM localhost\n127.0.0.1       DGRAM  localhost\n',
      ['::1', '127.0.0.1'],
    ],
    // A container of alpine:edge, 2021-09-14: alpinelinux/docker-alpine, issue 203.
    [
      'nslookup of Alpine, of both kinds',
      'via nslookup\nServer:\t\t10.0.2.3\nAddress:\t10.0.2.3:53\n\nNon-authoritative answer:\nName:\talpinelinux.org\nAddress: 147.75.101.119\n\nNon-authoritative answer:\nName:\talpinelinux.org\nAddress: 2604:1380:2002:4001::4\n\n',
      ['147.75.101.119', '2604:1380:2002:4001::4'],
    ],
    // Alpine in a Kubernetes pod, 2024-12-08: SchmidtWaldemar/selfcare-management, additional_infos/09_k8s_Kubernetes.md at d5131cf.
    [
      'nslookup of Alpine, which tries the search domains first',
      "via nslookup\nServer:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n** server can't find kafka-service.svc.cluster.local: NXDOMAIN\n\n** server can't find kafka-service.cluster.local: NXDOMAIN\n\nName:\tkafka-service.selfcare.svc.cluster.local\nAddress: 10.109.56.13\n",
      ['10.109.56.13'],
    ],
  ])('by %s', (_tool, text, expected) => {
    expect(parseAddresses(text)).toEqual(expected)
  })

  test('are unknown when the tool says something else', () => {
    expect(() => parseAddresses('via nslookup\nServer:\t\t10.0.0.1\nAddress:\t10.0.0.1:53\n')).toThrow(Unknown)
  })
})

// /etc/hosts of Ubuntu 18.04, autumn of 2019, with two remarks of who kept it: jc 1.22.5 (2023-01-11), tests/fixtures/ubuntu-18.04/hosts.out.
const hosts = `# comment line
127.0.0.1 localhost
127.0.1.1 kbrazil-ubuntu

# The following lines are desirable for IPv6 capable hosts
::1     ip6-localhost ip6-loopback
ff02::1 ip6-allnodes         # this is a comment
ff02::2 ip6-allrouters
`

test.each([
  ['kbrazil-ubuntu', ['127.0.1.1']],
  ['ip6-loopback', ['::1']],
  ['ip6-allnodes', ['ff02::1']],
])('%s stands in the hosts file of Ubuntu 18.04', async (name, expected) => {
  const there = askUnder(elsewhere(busyboxAlone, { '/etc/hosts': hosts }))
  expect(await addr(there, name, 'web1').addresses()).toEqual(expected)
})

describe('of this machine', () => {
  const server = createServer()
  let open = 0
  let closed = 0
  beforeAll(async () => {
    const gone = createServer().listen(0, '127.0.0.1')
    await once(server.listen(0, '127.0.0.1'), 'listening')
    if (!gone.listening) await once(gone, 'listening')
    open = portOf(server)
    closed = portOf(gone)
    gone.close()
  })
  afterAll(() => {
    server.close()
  })

  test.each(shells)('under $name', async (shell) => {
    const of = (host: string) => addr(askUnder(shell), host, 'web1')
    expect(await of('localhost').isResolvable()).toBe(true)
    expect(await of('localhost').ipv4Addresses()).toEqual(['127.0.0.1'])
    expect(await of('127.0.0.1').port(open).isReachable()).toBe(true)
    expect(await of('127.0.0.1').port(closed).isReachable()).toBe(false)
  })

  test('a ping reaches it, and none a name without address', async () => {
    expect(await addr(askUnder(busyboxAlone), '127.0.0.1', 'web1').isReachable()).toBe(true)
    expect(await addr(answering('', 10), 'nosuch.invalid', 'web1').isReachable()).toBe(false)
  })

  test('what is not found is not resolvable and has no addresses', async () => {
    const nosuch = addr(askUnder(dash), 'nosuch.invalid', 'web1')
    expect(await nosuch.isResolvable()).toBe(false)
    await expect(nosuch.addresses()).rejects.toThrow(Absent)
  })

  test.each([
    ['its addresses', (host: string, ask: Ask) => addr(ask, host, 'web1').isResolvable(), 'no awk'],
    ['whether it answers', (_: string, ask: Ask) => addr(ask, '127.0.0.1', 'web1').isReachable(), 'no ping'],
    ['whether a port does', (host: string, ask: Ask) => addr(ask, host, 'web1').port(22).isReachable(), 'no nc'],
  ])('without a tool %s is unknown', async (_what, question, why) => {
    const ask = askUnder({ command: '/usr/bin/dash', path: '/nonexistent' })
    await expect(question('localhost', ask)).rejects.toThrow(why)
  })
})

test.each(['-x', '', 'a b', 'a/b', 'a"b'])('%j is no host', (host) => {
  expect(() => addr(answering(''), host, 'web1')).toThrow(TypeError)
})

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
