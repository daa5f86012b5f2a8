const magic = Buffer.from('openssh-key-v1\0')

/** What a private key's text shows without its passphrase. */
export interface KeyFace {
  readonly encrypted: boolean
  /** What it is encrypted with; only OpenSSH's own format shows it. */
  readonly cipher?: string
  /** The public key blob; only OpenSSH's own format shows it. */
  readonly publicKey?: Buffer
}

/** Reads the open part of a private key: OpenSSH's format (PROTOCOL.key) or PEM. Never throws. */
export function faceOf(text: string): KeyFace {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END/.exec(text)?.[1]
  if (!body) return { encrypted: /^(-----BEGIN ENCRYPTED |Proc-Type: 4,ENCRYPTED)/m.test(text) }
  const data = Buffer.from(body, 'base64')
  if (!data.subarray(0, magic.length).equals(magic)) return { encrypted: false }
  const [cipher, , , rest] = strings(data.subarray(magic.length), 3)
  const [publicKey] = strings(rest?.subarray(4), 1)
  const named = cipher === undefined ? {} : { cipher: cipher.toString('latin1') }
  return { encrypted: named.cipher !== 'none', ...named, ...(publicKey ? { publicKey } : {}) }
}

/** The first `count` length-prefixed strings, then what is left; fewer where the data ends early. */
function strings(data: Buffer | undefined, count: number): readonly Buffer[] {
  if (!data || count === 0) return data ? [data] : []
  const length = data.length < 4 ? data.length : data.readUInt32BE(0)
  if (data.length < 4 + length) return []
  return [data.subarray(4, 4 + length), ...strings(data.subarray(4 + length), count - 1)]
}
