import { expect, test } from 'vitest'
import { faceOf } from '../../src/transport/key-format.ts'

function text(value: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(value.length)
  return Buffer.concat([length, Buffer.from(value)])
}

const pem = (data: Buffer) =>
  `-----BEGIN OPENSSH PRIVATE KEY-----\n${data.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`

const head = (cipher: string) => [Buffer.from('openssh-key-v1\0'), text(cipher), text('bcrypt'), text('options')]
const one = Buffer.from([0, 0, 0, 1])
const publicKey = Buffer.from('PUBLIC')

test.each([
  ['not encrypted', [...head('none'), one, text('PUBLIC')], { encrypted: false, cipher: 'none', publicKey }],
  ['encrypted', [...head('aes256-ctr'), one, text('PUBLIC')], { encrypted: true, cipher: 'aes256-ctr', publicKey }],
  [
    'cut in its public key',
    [...head('none'), one, text('PUBLIC').subarray(0, 7)],
    { encrypted: false, cipher: 'none' },
  ],
  ['cut behind its count', [...head('none'), one], { encrypted: false, cipher: 'none' }],
  ['cut in its count', [...head('none'), one.subarray(2)], { encrypted: false, cipher: 'none' }],
  ['cut in its cipher', [Buffer.from('openssh-key-v1\0'), text('none').subarray(0, 6)], { encrypted: true }],
  ['cut in a length', [Buffer.from('openssh-key-v1\0'), text('none').subarray(0, 2)], { encrypted: true }],
  ['of another format', [Buffer.from('openssh-key-v2\0'), text('none')], { encrypted: false }],
])('a key that is %s shows what it shows', (_what, parts, face) => {
  expect(faceOf(pem(Buffer.concat(parts)))).toEqual(face)
})

test.each([
  ['-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n', true],
  ['-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n', true],
  ['-----BEGIN RSA PRIVATE KEY-----\nAAAA\n', false],
  ['', false],
])('%j is encrypted: %s', (written, encrypted) => {
  expect(faceOf(written)).toEqual({ encrypted })
})
