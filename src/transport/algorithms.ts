import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2'

const hostKeyAlgorithms: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

/**
 * What is offered in the handshake: the host key types already known for the machine first, or a machine with
 * several keys would look changed. No SHA-1, and no ChaCha20, since ssh2 can't insist on strict key exchange (CVE-2023-48795).
 */
export function algorithmsFor(knownKeyTypes: readonly string[]): Algorithms {
  return {
    serverHostKey: hostKeyOrder(knownKeyTypes),
    cipher: ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com', 'aes256-ctr', 'aes192-ctr', 'aes128-ctr'],
    hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
    compress: ['none'],
  }
}

/** The host key algorithms, those of the known key types first. A known RSA key is signed for with SHA-2, never SHA-1. */
export function hostKeyOrder(knownKeyTypes: readonly string[]): ServerHostKeyAlgorithm[] {
  const known = hostKeyAlgorithms.filter((name) => knownKeyTypes.includes(name.startsWith('rsa-') ? 'ssh-rsa' : name))
  return [...known, ...hostKeyAlgorithms.filter((name) => !known.includes(name))]
}
