import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import ssh2, { type Client, type ClientChannel, type PseudoTtyOptions } from 'ssh2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedNode, startEmbeddedNode } from '../../src/embedded/node.ts'
import { resizeTerminal } from '../../src/embedded/terminal.ts'
import { until } from '../fixtures/until.ts'
import { endProcess } from '../fixtures/users.ts'

let home: string
let node: EmbeddedNode
let client: Client
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'conc-embedded-'))
  node = await startEmbeddedNode({ home })
  client = new ssh2.Client()
  const { host, port, user: username, privateKey } = node
  await new Promise<void>((ready) => client.once('ready', ready).connect({ host, port, username, privateKey }))
})
afterAll(async () => {
  const closed = once(client, 'close')
  client.end()
  await closed
  await node.close()
  rmSync(home, { recursive: true })
})

const exec = (command: string, pty: PseudoTtyOptions | false) =>
  new Promise<ClientChannel>((resolve, reject) => {
    client.exec(command, pty ? { pty } : {}, (error, channel) => (error ? reject(error) : resolve(channel)))
  })

test('a terminal follows its window', async () => {
  const resized = 'stty size; until [ "$(stty size)" = "31 99" ]; do sleep 0.02; done; echo resized as $TERM'
  const channel = await exec(resized, { rows: 20, cols: 70, term: 'vt220' })
  let heard = ''
  channel.on('data', (chunk: Buffer) => {
    heard += chunk.toString()
  })
  await until(() => heard.includes('20 70'))
  channel.setWindow(31, 99, 0, 0)
  await until(() => heard.includes('resized as vt220'))
})

test('a window without a terminal means nothing', async () => {
  const channel = await exec('read x; echo "got $x"', false)
  channel.setWindow(31, 99, 0, 0)
  channel.end('it\n')
  expect(await text(channel)).toBe('got it\n')
})

test('what is offered besides commands is SFTP alone', async () => {
  const asked = new Promise((_resolve, reject) => client.subsys('netconf', (error) => reject(error ?? new Error('no'))))
  await expect(asked).rejects.toThrow('Unable to start subsystem: netconf')
})

test('what has no terminal is left alone', async () => {
  const child = spawn('sh', ['-c', 'sleep 300 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const { pid = Number.NaN } = child
  const [said] = await once(child.stdout, 'data')
  await expect(resizeTerminal(pid, { rows: 1, cols: 1 })).resolves.toBeUndefined()
  for (const each of [pid, Number.parseInt(String(said), 10)]) endProcess(each)
})
