import { readFile, stat } from 'node:fs/promises'
import type { ParsedKey } from 'ssh2'
import { UnreachableError } from '../words/errors.ts'
import { fileFault } from '../words/filefault.ts'
import { BeyondSsh2 } from './beyond.ts'
import { faceOf } from './key-format.ts'
import { fromPkcs8, isPkcs8 } from './pkcs8.ts'
import { keyTypeOf } from './public-key.ts'
import type { Prompts } from './types.ts'

/** A key that may be logged in with. Without `key` it waits for its passphrase, or only an agent can use it. */
export interface Identity {
  readonly path: string
  readonly publicKey?: Buffer
  readonly key?: ParsedKey
  readonly encrypted?: string
}

/** Reads a key file. Throws UnreachableError, one sentence for each thing that can be wrong with it. */
export async function readIdentity(path: string): Promise<Identity> {
  const text = await readPrivately(path)
  const face = faceOf(text)
  if (face.publicKey && keyTypeOf(face.publicKey).startsWith('sk-')) throw beyond(path, 'held by a security key')
  if (!face.encrypted) return { path, ...(await parse(path, text)) }
  // ssh2 takes the name of this cipher, and then finds every passphrase wrong.
  if (face.cipher?.startsWith('chacha20')) throw beyond(path, `encrypted with ${face.cipher}`)
  const locked = await parseKey(text)
  if (locked instanceof Error && isUnsupported(locked)) throw beyond(path, locked.message)
  const publicKey = face.publicKey ?? (await publicKeyBeside(path))
  return { path, encrypted: text, ...(publicKey ? { publicKey } : {}) }
}

/** Opens an encrypted key by asking once for its passphrase, or with the one that opened it before. Throws UnreachableError when that does not open it. */
export async function unlock(identity: Identity, prompts: Prompts | undefined): Promise<Identity> {
  if (identity.encrypted === undefined) return identity
  const { path, encrypted } = identity
  if (!prompts) {
    const help = `Run ssh-add ${path} first, or start conc on a terminal.`
    throw new UnreachableError(`the key file ${path} needs a passphrase and nobody can be asked. ${help}`)
  }
  const question = `Passphrase for ${path}`
  const passphrase = prompts.kept?.get(question) ?? (await prompts.secret(question))
  if (passphrase === undefined) throw new UnreachableError(`no passphrase was given for the key file ${path}.`)
  const parsed = await parseKey(encrypted, passphrase)
  if (parsed instanceof Error) throw new UnreachableError(`the passphrase for the key file ${path} is wrong.`)
  prompts.kept?.set(question, passphrase)
  return { path, key: parsed, publicKey: parsed.getPublicSSH() }
}

/** A key from text in memory. Throws UnreachableError when it is not one. */
export async function identityOf(text: string, label: string): Promise<Identity> {
  return { path: label, ...(await parse(label, text)) }
}

async function readPrivately(path: string): Promise<string> {
  try {
    const { mode, uid } = await stat(path)
    const text = await readFile(path, 'utf8')
    // As ssh does: only a file of one's own is refused for its mode, and a public key may be read by all.
    if (mode & 0o077 && uid === process.getuid?.() && text.includes('PRIVATE KEY'))
      throw new UnreachableError(`others can read the key file ${path}. Run chmod 600 ${path}.`)
    return text
  } catch (error) {
    if (error instanceof UnreachableError) throw error
    throw new UnreachableError(`the key file ${path} can't be read: ${fileFault(error)}.`)
  }
}

async function parse(path: string, text: string): Promise<Pick<Identity, 'key' | 'publicKey'>> {
  const parsed = await parseKey(text)
  if (parsed instanceof Error) {
    if (isUnsupported(parsed) || isSecurityKey(text)) throw beyond(path, parsed.message)
    const help = text.includes('PRIVATE KEY')
      ? ` Convert it with ssh-keygen -p -f ${path}, or load it into an agent.`
      : ''
    throw new UnreachableError(`the key file ${path} holds no key that can be used here.${help}`)
  }
  return { publicKey: parsed.getPublicSSH(), ...(parsed.isPrivateKey() ? { key: parsed } : {}) }
}

async function parseKey(text: string, passphrase?: string): Promise<ParsedKey | Error> {
  const { default: ssh2 } = await import('ssh2')
  const readable = isPkcs8(text) ? fromPkcs8(text, passphrase) : text
  return readable === undefined ? new Error('no key') : firstKey(ssh2.utils.parseKey(readable, passphrase))
}

function isUnsupported(error: Error): boolean {
  // Of a text that is no key at all it says `Unsupported key format`.
  return /unsupported|not supported/i.test(error.message) && error.message !== 'Unsupported key format'
}

function isSecurityKey(text: string): boolean {
  return /^sk-(ssh|ecdsa)-/.test(text)
}

function beyond(path: string, what: string): BeyondSsh2 {
  const why = `the key file ${path} is of a kind that ssh2 does not know`
  return new BeyondSsh2(`${why} (${what}).`, why)
}

async function publicKeyBeside(path: string): Promise<Buffer | undefined> {
  const { default: ssh2 } = await import('ssh2')
  const parsed = firstKey(ssh2.utils.parseKey(await readFile(`${path}.pub`).catch(() => '')))
  return parsed instanceof Error ? undefined : parsed.getPublicSSH()
}

// OpenSSH's format may hold several keys, and ssh2's types do not say that it then gives a list.
function firstKey(parsed: ParsedKey | Error | readonly ParsedKey[]): ParsedKey | Error {
  if (!('length' in parsed)) return parsed
  return parsed[0] ?? new Error('no key')
}
