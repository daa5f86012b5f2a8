import { expect, test } from 'vitest'
import { BeyondSsh2 } from '../../src/transport/beyond.ts'
import { endedEarly, loginRefused, tookTooLong } from '../../src/transport/failures.ts'
import { plainLine } from '../../src/transport/plain.ts'
import type { Target } from '../../src/transport/target.ts'

const target: Target = {
  name: 'web1',
  host: 'h',
  port: 22,
  user: 'ops',
  login: { privateKeys: [], keyFiles: [], onlyTheseKeys: false },
  hostKey: { kind: 'pinned', key: Buffer.alloc(0) },
}

function failed(message: string, level?: string): Error & { level?: string } {
  return Object.assign(new Error(message), level ? { level } : {})
}

test.each([
  ['', undefined, 'before saying anything'],
  ['+OK POP3\r\n', undefined, 'is not an SSH-2 server. Its first bytes: +OK POP3'],
  ['Welcome\r\nSSH-2.0-x\r\n', undefined, 'during the login of ops, giving no reason'],
  [
    'SSH-2.0-x\r\n',
    failed('no matching cipher', 'handshake'),
    'the handshake with h port 22 failed: no matching cipher.',
  ],
  ['SSH-2.0-x\r\n', failed('Bad packet.', 'handshake'), 'the handshake with h port 22 failed: Bad packet.'],
  [
    'SSH-2.0-x\r\n',
    failed('Too many authentication failures\u001b[31m'),
    'ended the login of ops: Too many authentication failures [31m.',
  ],
])('an end after %j says what is known', (heard, failure, said) => {
  expect(endedEarly(target, heard, failure).message).toContain(said)
})

test.each([
  ['', 'did not answer as an SSH server within 20 s. It said nothing.'],
  ['220 mail', 'did not answer as an SSH server within 20 s. Its first bytes: 220 mail'],
  ['SSH-2.0-x\r\n', 'the login of ops on h port 22 timed out after 20 s'],
])('slowness after %j says what is known', (heard, said) => {
  expect(tookTooLong(target, heard, 20_000).message).toContain(said)
})

test('a refused login lists what was tried, what is accepted and what was left out', () => {
  const { message } = loginRefused(target, { labels: ['agent (2 keys)', 'key a'], accepted: ['publickey'] }, [
    'b is open.',
  ])
  expect(message).toContain('Tried: agent (2 keys), key a. It accepts: publickey. Not tried: b is open.')
})

test.each<[readonly string[], string | undefined, boolean]>([
  [[], undefined, false],
  [['password'], undefined, false],
  [['gssapi-with-mic', 'publickey'], undefined, true],
  [['publickey'], 'the agent holds a certificate', true],
])("a machine that accepts %j may let the system's ssh in, when %s: %s", (accepted, beyond, isBeyond) => {
  const refused = loginRefused(target, { labels: ['key a'], accepted }, [], beyond)
  expect(refused instanceof BeyondSsh2).toBe(isBeyond)
  expect(refused.message.includes('It accepts')).toBe(accepted.length > 0)
})

test('text from the other side becomes one short harmless line', () => {
  expect(plainLine('a\r\n\u001b]0;title\u0007b\u202ec\u009bd')).toBe('a ]0;title b c d')
  expect(plainLine('x'.repeat(300), 10)).toBe(`${'x'.repeat(10)}…`)
})
