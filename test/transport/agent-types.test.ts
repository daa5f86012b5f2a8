import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agentKeyTypes } from '../../src/transport/agent-types.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conc-agent-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function text(value: string | Buffer): Buffer {
  const data = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, data])
}

const key = (type: string) => Buffer.concat([text(Buffer.concat([text(type), text('rest')])), text('comment')])
const answer = (...keys: readonly Buffer[]) => text(Buffer.concat([Buffer.from([12, 0, 0, 0, keys.length]), ...keys]))

const two = answer(key('ssh-ed25519'), key('sk-ssh-ed25519@openssh.com'))

// what an agent says, piece by piece
test.each<[string, readonly Buffer[], readonly string[]]>([
  ['two keys', [two], ['ssh-ed25519', 'sk-ssh-ed25519@openssh.com']],
  [
    'two keys in pieces',
    [two.subarray(0, 3), two.subarray(3, 40), two.subarray(40)],
    ['ssh-ed25519', 'sk-ssh-ed25519@openssh.com'],
  ],
  ['no key', [answer()], []],
  ['that it failed', [text(Buffer.from([5]))], []],
  ['a key without a type', [answer(Buffer.concat([text('abc'), text('comment')]), key('ssh-rsa'))], ['ssh-rsa']],
  ['a key without its comment', [answer(key('ssh-rsa').subarray(0, -9))], ['ssh-rsa']],
  ['less than it announced', [two.subarray(0, 30)], []],
  ['more than an agent ever would', [Buffer.alloc(300_000, 0x7f)], []],
])('an agent that says %s', async (what, pieces, types) => {
  const server = createServer((client) => {
    client.on('error', () => {})
    client.once('data', async () => {
      for (const piece of pieces) await new Promise((sent) => client.write(piece, () => setImmediate(sent)))
      if (what === 'less than it announced') client.end()
    })
  })
  const socket = join(folder, 's')
  await new Promise<void>((ready) => server.listen(socket, ready))
  const told = await agentKeyTypes(socket)
  await new Promise((closed) => server.close(closed))
  expect(told).toEqual(types)
})
