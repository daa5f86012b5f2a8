import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { Broker } from '../../src/nodetest/broker.ts'
import { connect } from '../../src/nodetest/client.ts'
import { lineReader } from '../../src/nodetest/messages.ts'
import { startServer } from '../../src/nodetest/server.ts'
import { countingHost } from './fakehost.ts'

const exists = { name: 'file', words: ['/etc'] }
const about = { name: 'web1', attributes: {}, groups: [], data: {}, hidden: [] }

test.each([
  ['without a token', '{"id":1,"run":["true"],"options":{}}\n'],
  ['with the token of no node', '{"token":"guessed"}\n{"id":1,"run":["true"],"options":{}}\n'],
  ['with what is no JSON', '{"token":"right"}\nhello\n'],
])('whoever asks %s is cut off, and nothing is run', async (_what, said) => {
  const host = countingHost()
  const server = await startServer(new Map([['right', new Broker(host)]]))
  const worker = createConnection(server.socket)
  worker.on('error', () => {})
  worker.resume().write(said)
  await once(worker, 'close')
  await server.close()
  expect(host.runs).toEqual([])
})

test('a worker that asks once conc is gone is told that nothing is known', async () => {
  const server = await startServer(new Map([['right', new Broker(countingHost())]]))
  const client = await connect({ ...about, socket: server.socket, token: 'right' })
  expect((await client.ask(exists)).exit).toBe(0)
  const open = expect(client.run(['sleep', '300'])).rejects.toThrow('conc answers no more')
  await server.close()
  await open
  await expect(client.ask(exists)).rejects.toThrow('conc answers no more')
})

test('a folder for temporary files may have a path too long for a socket', async () => {
  const long = mkdtempSync(join(tmpdir(), `conc-${'x'.repeat(90)}`))
  vi.stubEnv('TMPDIR', long)
  const server = await startServer(new Map([['right', new Broker(countingHost())]]))
  vi.unstubAllEnvs()
  const client = await connect({ ...about, socket: server.socket, token: 'right' })
  expect((await client.run(['echo', 'here'])).stdout.toString()).toBe('here\n')
  await server.close()
  rmSync(long, { recursive: true })
})

test('a line without an end is not kept for ever', () => {
  const values: unknown[] = []
  const read = lineReader((value) => values.push(value))
  read(Buffer.from('{"a":1}\n{"b"'))
  expect(values).toEqual([{ a: 1 }])
  expect(() => read(Buffer.alloc(48 * 1024 * 1024, ' '))).toThrow(/^a line is over \d+ bytes$/)
})
