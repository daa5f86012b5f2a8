/** How many length-prefixed fields a public key of each type has, its type's name included (RFC 4253, 5656, 8709; PROTOCOL.u2f). */
const fields: Readonly<Record<string, number>> = {
  'ssh-rsa': 3,
  'ssh-dss': 5,
  'ssh-ed25519': 2,
  'ecdsa-sha2-nistp256': 3,
  'ecdsa-sha2-nistp384': 3,
  'ecdsa-sha2-nistp521': 3,
  'sk-ssh-ed25519@openssh.com': 3,
  'sk-ecdsa-sha2-nistp256@openssh.com': 4,
}

/** Reads a key as it stands in known_hosts, as strictly as OpenSSH; undefined when it is none. */
export function readPublicKey(type: string, base64: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return undefined
  const blob = Buffer.from(base64, 'base64')
  return keyTypeOf(blob) === type && fieldsIn(blob) === fields[type] ? blob : undefined
}

/** The type named inside a public key blob (RFC 4253, 6.6); empty when there is none. */
export function keyTypeOf(key: Buffer): string {
  const length = key.length < 4 ? 0 : key.readUInt32BE(0)
  return key.length < 4 + length ? '' : key.toString('latin1', 4, 4 + length)
}

/** 0 where the fields do not end with the blob. */
function fieldsIn(blob: Buffer): number {
  let at = 0
  let count = 0
  while (at + 4 <= blob.length) {
    at += 4 + blob.readUInt32BE(at)
    count += 1
  }
  return at === blob.length ? count : 0
}
