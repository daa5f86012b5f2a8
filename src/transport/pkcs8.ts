import { createPrivateKey, type KeyObject } from 'node:crypto'

/** Whether a private key's text is PKCS#8, which ssh2 does not read. */
export function isPkcs8(text: string): boolean {
  return /^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/m.test(text)
}

/**
 * A PKCS#8 key in the format that ssh2 reads for its type: RSA, ECDSA and Ed25519.
 * Undefined for another type, a wrong passphrase or a broken text.
 */
export function fromPkcs8(text: string, passphrase?: string): string | undefined {
  try {
    const key = createPrivateKey({ key: text, ...(passphrase === undefined ? {} : { passphrase }) })
    if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }).toString()
    if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString()
    return key.asymmetricKeyType === 'ed25519' ? opensshEd25519(key) : undefined
  } catch {
    return undefined
  }
}

// OpenSSH's PROTOCOL.key: two equal check words, the key, and a padding of 1, 2, 3 … up to the block size of 8.
function opensshEd25519(key: KeyObject): string {
  const { x = '', d = '' } = key.export({ format: 'jwk' })
  const [pub, secret] = [Buffer.from(x, 'base64url'), Buffer.from(d, 'base64url')]
  const type = string('ssh-ed25519')
  const check = Buffer.alloc(8, 1)
  const body = Buffer.concat([check, type, string(pub), string(Buffer.concat([secret, pub])), string('')])
  const padding = Buffer.from(Array.from({ length: (8 - (body.length % 8)) % 8 }, (_, at) => at + 1))
  const none = [string('none'), string('none'), string('')]
  const blob = string(Buffer.concat([type, string(pub)]))
  const whole = [
    Buffer.from('openssh-key-v1\0'),
    ...none,
    Buffer.from([0, 0, 0, 1]),
    blob,
    string(Buffer.concat([body, padding])),
  ]
  const lines =
    Buffer.concat(whole)
      .toString('base64')
      .match(/.{1,70}/g) ?? []
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`
}

function string(bytes: string | Buffer): Buffer {
  const data = Buffer.from(bytes)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, data])
}
