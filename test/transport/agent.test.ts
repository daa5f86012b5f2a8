import { afterAll, beforeAll, expect, test } from 'vitest'
import { Session } from '../../src/agent/session.ts'
import { connectSsh } from '../../src/transport/ssh.ts'
import type { Target } from '../../src/transport/target.ts'
import { type Sshd, startSshd } from '../fixtures/sshd.ts'

let sshd: Sshd
let bastion: Sshd
beforeAll(async () => {
  ;[sshd, bastion] = await Promise.all([startSshd(), startSshd()])
})
afterAll(async () => void (await Promise.all([sshd?.stop(), bastion?.stop()])))

const ways: readonly (readonly [string, () => Partial<Target>])[] = [
  ['ssh2', () => ({})],
  ['ssh2 through a jump host', () => ({ jumps: [{ ...bastion.target(), name: 'web1 (jump host bastion)' }] })],
  ["the system's ssh", () => ({ transport: 'ssh' })],
]

test.each(ways)('the agent answers over %s, and a megabyte gets there whole', async (_name, change) => {
  const connection = await connectSsh({ ...sshd.target(), ...change() })
  const session = await Session.start(connection)
  const bytes = Buffer.from(Array.from({ length: 1_048_576 }, (_, at) => (at * 7 + (at >> 8)) & 0xff))
  const put = await session.put(`${session.folder}/piece`, 0, bytes)
  expect(put.words[0]).toBe('0')
  const { stdout } = await session.ask('cat', `${session.folder}/piece`)
  expect(stdout.equals(bytes)).toBe(true)
  await session.close()
  await connection.close()
})
