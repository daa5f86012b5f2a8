import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { type AddressInfo, createServer, type ListenOptions, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Listening, parseSockets, sockets } from '../../src/questions/listening.ts'
import { socket } from '../../src/questions/socket.ts'
import { Unknown } from '../../src/questions/types.ts'
import { shells } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'

// Debian 12, iproute2 6.1, 2026-11-21: Node listens on `::` with IPV6_V6ONLY (4101) and without (4102), on ::1, on 0.0.0.0
// and on ::ffff:127.0.0.1. The lines of /proc/net are of the same moment.
const debian = `via ss
4
tcp LISTEN 0      128    0.0.0.0:2024 0.0.0.0:*
tcp LISTEN 0      511    0.0.0.0:4104 0.0.0.0:* users:(("node",pid=10461,fd=22))
6
tcp LISTEN 0      511    [::ffff:127.0.0.1]:4105    *:* users:(("node",pid=10461,fd=23))
tcp LISTEN 0      511                 [::1]:4103 [::]:* users:(("node",pid=10461,fd=21))
tcp LISTEN 0      511                     *:4102    *:* users:(("node",pid=10461,fd=20))
tcp LISTEN 0      511                  [::]:4101 [::]:* users:(("node",pid=10461,fd=19))
`
const proc = `via proc
/proc/net/tcp 00000000:07E8 0A 1589
/proc/net/tcp 00000000:1008 0A 78673
/proc/net/tcp6 0000000000000000FFFF00000100007F:1009 0A 78674
/proc/net/tcp6 00000000000000000000000001000000:1007 0A 78672
/proc/net/tcp6 00000000000000000000000000000000:1006 0A 78671
/proc/net/tcp6 00000000000000000000000000000000:1005 0A 78670
fd 10461 78673 node
`
// Ubuntu on a cloud machine, autumn of 2025: the VS Code that listens there is 1.105.1 of 2025-10-14: shadsplan/linux,
// notes/networking/ss.md at 5272862. `ss -tupna` there, without -4 and -6.
const ubuntu = `via ss
4
udp           UNCONN          0               0                           127.0.0.54:53                            0.0.0.0:*
udp           UNCONN          0               0                        127.0.0.53%lo:53                            0.0.0.0:*
udp           UNCONN          0               0                        10.0.0.4%eth0:68                            0.0.0.0:*
tcp           LISTEN          0               4096                           0.0.0.0:22                            0.0.0.0:*
tcp           LISTEN          0               1024                         127.0.0.1:39739                         0.0.0.0:*              users:(("code-7d842fb85a",pid=3020,fd=9))
6
udp           UNCONN          0               0                                [::1]:323                              [::]:*
tcp           LISTEN          0               4096                              [::]:22                               [::]:*
`
// Alpine, beside a web server in its container, 2026-09-17: a public page.
// `ss -tulnp` of the image nicolaka/netshoot there, without -4 and -6.
const alpine = `via ss
4
udp   UNCONN 0      0         127.0.0.11:37326      0.0.0.0:*
tcp   LISTEN 0      511          0.0.0.0:80         0.0.0.0:*    users:(("nginx",pid=1,fd=6))
tcp   LISTEN 0      4096      127.0.0.11:34617      0.0.0.0:*
6
tcp   LISTEN 0      511             [::]:80            [::]:*    users:(("nginx",pid=1,fd=7))
`
// Ubuntu, before 2023: kellyjonbrazil/jc, tests/fixtures/linux-proc/net_tcp6 at 5589138: sshd on `::`.
const jc = 'via proc\n/proc/net/tcp6 00000000000000000000000000000000:0016 0A 23556\n'

describe('what the node listens on', () => {
  const node = { pid: 10461, process: 'node' }
  test.each<[string, string, Listening]>([
    ['IPv4 by ss of Debian 12', debian, { protocol: 'tcp', address: '0.0.0.0', port: 4104, ...node }],
    ['both by ss of Debian 12', debian, { protocol: 'tcp', address: '::', port: 4102, dual: true, ...node }],
    ['IPv6 only by ss of Debian 12', debian, { protocol: 'tcp', address: '::', port: 4101, dual: false, ...node }],
    ['IPv4 written as IPv6', debian, { protocol: 'tcp', address: '127.0.0.1', port: 4105, ...node }],
    ['another user’s process', debian, { protocol: 'tcp', address: '0.0.0.0', port: 2024 }],
    ['IPv4 by /proc', proc, { protocol: 'tcp', address: '0.0.0.0', port: 4104, ...node }],
    ['::1 by /proc', proc, { protocol: 'tcp', address: '::1', port: 4103 }],
    [':: by /proc', proc, { protocol: 'tcp', address: '::', port: 4102 }],
    ['IPv4 as IPv6 by /proc', proc, { protocol: 'tcp', address: '127.0.0.1', port: 4105 }],
    [':: by /proc of jc', jc, { protocol: 'tcp', address: '::', port: 22 }],
    ['one interface', ubuntu, { protocol: 'udp', address: '10.0.0.4', port: 68, interface: 'eth0' }],
    [
      'a process of Alpine',
      alpine,
      { protocol: 'tcp', address: '::', port: 80, dual: false, pid: 1, process: 'nginx' },
    ],
    [
      'a socket of Alpine without a process that is told',
      alpine,
      { protocol: 'udp', address: '127.0.0.11', port: 37_326 },
    ],
    ['IPv6 of Ubuntu', ubuntu, { protocol: 'tcp', address: '::', port: 22, dual: false }],
  ])('%s', (_what, text, expected) => {
    expect(parseSockets(text)).toContainEqual(expected)
  })

  test.each(['', 'via netstat\n', 'via ss\n4\nError: bad\n6\n\n', 'via proc\nrubbish\n'])('%j is unknown', (text) => {
    expect(() => parseSockets(text)).toThrow(Unknown)
  })
})

// Written by hand as those before 2018 print it, which has no word on IPV6_V6ONLY.
const old = 'via ss\n4\ntcp LISTEN 0 128 *:80 *:*\n6\ntcp LISTEN 0 128 :::81 :::*\n'
// Written by hand: a DHCP client's socket with SO_BINDTODEVICE.
const bound = 'via ss\n4\nudp UNCONN 0 0 0.0.0.0%eth0:68 0.0.0.0:*\n6\n\n'

describe('whether a socket is listened on', () => {
  test.each([
    ['tcp://0.0.0.0:4104', debian, true],
    ['tcp://127.0.0.1:4104', debian, true],
    ['tcp://192.0.2.2:4104', debian, true],
    ['tcp://[::1]:4104', debian, false],
    ['tcp://:4104', debian, true],
    ['tcp://4104', debian, true],
    ['tcp://*:4104', debian, true],
    ['udp://:4104', debian, false],
    ['tcp://127.0.0.1:4102', debian, true],
    ['tcp://0.0.0.0:4102', debian, true],
    ['tcp://[::]:4102', debian, true],
    ['tcp://[0:0::1]:4102', debian, true],
    ['tcp://127.0.0.1:4101', debian, false],
    ['tcp://[::1]:4101', debian, true],
    ['tcp://[::1]:4103', debian, true],
    ['tcp://[::]:4103', debian, false],
    ['tcp://[fd00::2]:4103', debian, false],
    ['tcp://127.0.0.1:4105', debian, true],
    ['tcp://0.0.0.0:4105', debian, false],
    ['tcp://127.0.0.1:41', debian, false],
    ['udp://127.0.0.53:53', ubuntu, true],
    ['tcp://127.0.0.1:80', alpine, true],
    ['tcp://127.0.0.1:34617', alpine, false],
    ['tcp://127.0.0.1:22', proc.replace('07E8', '0016'), true],
    ['tcp://[::1]:4102', proc, true],
    ['tcp://127.0.0.1:80', old, true],
    ['tcp://[::1]:80', old, false],
    ['tcp://[::1]:81', old, true],
    ['udp://:68', bound, true],
    ['udp://127.0.0.1:68', bound, false],
    ['udp://0.0.0.0:68', bound, false],
  ])('%s', async (name, text, expected) => {
    expect(await socket(answering(text), name, 'web1').isListening()).toBe(expected)
  })

  test.each([
    ['tcp://127.0.0.1:4102', proc],
    ['tcp://0.0.0.0:22', jc],
    ['tcp://127.0.0.1:81', old],
    ['udp://192.0.2.2:68', bound],
  ])('%s is unknown when the node does not tell', async (name, text) => {
    const answer = socket(answering(text), name, 'web1').isListening()
    await expect(answer).rejects.toThrow(`socket ${name} on web1: something listens on port`)
  })

  test.each(['22', 'tcp://', 'tcp://x:22', 'tcp://:66000', 'tcp://[::1:22', 'sctp://:1', 'unix://run/x'])(
    '%s names no socket',
    (name) => {
      expect(() => socket(answering(''), name, 'web1')).toThrow(TypeError)
    },
  )
})

describe('of this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'conc-sockets-'))
  symlinkSync(folder, `${folder}-link`)
  const servers: Server[] = []
  const udp = createSocket('udp4')
  const listen = async (options: ListenOptions) => {
    const server = createServer().listen(options)
    await once(server, 'listening')
    servers.push(server)
    return server
  }
  const port = (server: Server | undefined) => (server?.address() as AddressInfo | undefined)?.port
  beforeAll(async () => {
    await listen({ port: 0, host: '127.0.0.1' })
    await listen({ port: 0, host: '::1' })
    await listen({ path: join(folder, 'a b.sock') })
    udp.bind(0, '127.0.0.1')
    await once(udp, 'listening')
  })
  afterAll(() => {
    for (const each of servers) each.close()
    udp.close()
    rmSync(folder, { recursive: true })
    rmSync(`${folder}-link`)
  })

  // Of the shells' tools busybox alone has no ss: there /proc tells.
  test.each(shells)('under $name', async (shell) => {
    const ask = askUnder(shell)
    const listens = (name: string) => socket(ask, name, 'web1').isListening()
    expect(await listens(`tcp://127.0.0.1:${port(servers[0])}`)).toBe(true)
    expect(await listens(`tcp://0.0.0.0:${port(servers[0])}`)).toBe(false)
    expect(await listens(`tcp://[::1]:${port(servers[1])}`)).toBe(true)
    expect(await listens(`udp://${udp.address().port}`)).toBe(true)
    expect(await listens(`tcp://${udp.address().port}`)).toBe(false)
    expect(await listens(`unix://${folder}-link/a b.sock`)).toBe(true)
    expect(await listens(`unix://${folder}/b.sock`)).toBe(false)
    expect(await sockets(ask, 'web1')).toContainEqual({
      protocol: 'tcp',
      address: '127.0.0.1',
      port: port(servers[0]),
      pid: process.pid,
      process: expect.any(String),
    })
  })

  test('without ss and awk it is unknown', async () => {
    const ask = askUnder({ command: '/usr/bin/dash', path: '/nonexistent' })
    await expect(socket(ask, 'tcp://:22', 'web1').isListening()).rejects.toThrow('the node has no awk')
  })
})
