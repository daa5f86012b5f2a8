import { expect, test } from 'vitest'
import { algorithmsFor, hostKeyOrder } from '../../src/transport/algorithms.ts'

const all = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

test.each([
  [[], all.slice(0, 1)],
  [['ssh-rsa'], ['rsa-sha2-512', 'rsa-sha2-256']],
  [['ecdsa-sha2-nistp384'], ['ecdsa-sha2-nistp384']],
  [
    ['ssh-rsa', 'ssh-ed25519'],
    ['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'],
  ],
  [['ssh-dss', 'sk-ssh-ed25519@openssh.com'], ['ssh-ed25519']],
])('known %s: %s come first, the others follow', (known, first) => {
  const order = hostKeyOrder(known)
  expect(order.slice(0, first.length)).toEqual(first)
  expect([...order].sort()).toEqual([...all].sort())
})

test('nothing that is offered rests on SHA-1 or ChaCha20', () => {
  const offered = Object.values(algorithmsFor([])).flat()
  expect(offered.filter((name) => /sha1|ssh-rsa|chacha|cbc|md5/.test(String(name)))).toEqual([])
})
