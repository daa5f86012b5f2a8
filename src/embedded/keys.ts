/** A throw-away ed25519 key pair in OpenSSH's format. */
export interface KeyPair {
  /** The private key's text. */
  readonly privateKey: string
  /** The public key blob. */
  readonly publicKey: Buffer
}

/** The length of an ed25519 public key blob: two length-prefixed strings of 11 and 32 bytes (RFC 8709). */
const blobLength = 51

/** Makes a key pair in memory. */
export async function makeKeyPair(): Promise<KeyPair> {
  const { default: ssh2 } = await import('ssh2')
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    const parsed = ssh2.utils.parseKey(pair.public)
    // ssh2 1.17 cuts zero bytes off the front of a public key: one pair in 256 is of no use.
    if (parsed instanceof Error || parsed.getPublicSSH().length !== blobLength) continue
    return { privateKey: pair.private, publicKey: parsed.getPublicSSH() }
  }
}
