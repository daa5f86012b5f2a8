import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connectSsh } from '../../src/transport/ssh.ts'
import { BrokenError } from '../../src/words/errors.ts'
import { freePort, type Sshd, startSshd } from '../fixtures/sshd.ts'
import { outcomeOf, runOn } from './contract.ts'
import { refusal } from './scene.ts'

let sshd: Sshd
beforeAll(async () => {
  sshd = await startSshd()
})
afterAll(async () => sshd?.stop())

describe('a machine', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  async function answeringWith(speak: (write: (text: string) => void, end: () => void) => void): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      speak(
        (text) => socket.write(text),
        () => socket.end(),
      )
    })
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  test('whose name is not known is not found', async () => {
    expect(await refusal({ ...sshd.target(), host: 'no-such-host.invalid' })).toMatch(
      /^web1: the name no-such-host.invalid (is not found|can't be looked up)/,
    )
  })

  test('that does not listen refuses the connection', async () => {
    const port = await freePort()
    expect(await refusal({ ...sshd.target(), port })).toContain(`127.0.0.1 refuses connections on port ${port}`)
  })

  // what it says, and what is said of it
  const strange: readonly (readonly [string, string, string])[] = [
    [
      'HTTP',
      'HTTP/1.1 400 Bad Request\r\n\r\n\u001b[2Jgo away',
      'is not an SSH-2 server. Its first bytes: HTTP/1.1 400 Bad Request [2Jgo away',
    ],
    ['SSH 1', 'SSH-1.5-old\n', 'is not an SSH-2 server. Its first bytes: SSH-1.5-old'],
    ['nothing', '', 'ended the connection before saying anything'],
    ['SSH and then no more', 'SSH-2.0-short\r\n', 'ended the connection during the login'],
  ]
  test.each(strange)('that speaks %s is named for what it is', async (_case, text, said) => {
    const port = await answeringWith((write, end) => {
      if (text) write(text)
      end()
    })
    expect(await refusal({ ...sshd.target(), port })).toContain(said)
  })

  test('that says nothing and holds on is given up on demand', async () => {
    const controller = new AbortController()
    const port = await answeringWith(() => controller.abort())
    const attempt = connectSsh({ ...sshd.target(), port }, { signal: controller.signal })
    await expect(attempt).rejects.toThrow('web1: the attempt to connect was ended.')
    await expect(connectSsh(sshd.target(), { signal: AbortSignal.abort() })).rejects.toThrow('was ended')
  })

  test('that opens no more channels says so, and the connection goes on', async () => {
    const connection = await connectSsh(sshd.target())
    const channels = await Promise.all(Array.from({ length: 10 }, () => connection.open('cat')))
    await expect(connection.open('true')).rejects.toThrow(BrokenError)
    for (const channel of channels) channel.stdin.end()
    await Promise.all(channels.map(outcomeOf))
    expect((await runOn(connection, 'echo on')).stdout.toString()).toBe('on\n')
    await connection.close()
  })

  test('that ends the connection is gone, with a cause', async () => {
    const connection = await connectSsh(sshd.target())
    expect(connection.label).toBe(`${sshd.user}@127.0.0.1:${sshd.port}`)
    sshd.killSessions()
    expect(await connection.gone).toMatch(/the other side ended the connection|the network failed/)
  })

  test('offers SFTP, and the connection goes on after that was asked', async () => {
    const connection = await connectSsh(sshd.target())
    for (let times = 0; times < 12; times++) expect(await connection.hasSftp()).toBe(true)
    expect((await runOn(connection, 'echo on')).stdout.toString()).toBe('on\n')
    await connection.close()
    expect(await connection.hasSftp()).toBe(false)
  })

  test('that offers no SFTP says so', async () => {
    const plain = await startSshd({ sftp: false })
    const connection = await connectSsh(plain.target())
    expect(await connection.hasSftp()).toBe(false)
    await connection.close()
    await plain.stop()
  })
})
