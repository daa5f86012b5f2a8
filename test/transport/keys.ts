import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HostKeyMode, HostKeyPolicy } from '../../src/transport/policy.ts'
import { makeKey, type Sshd } from '../fixtures/sshd.ts'

/** Makes a key pair of this name in a folder of its own; gives the private key's path. */
export function keyAt(folder: string, name: string, passphrase = ''): string {
  const path = join(mkdtempSync(join(folder, 'key-')), name)
  makeKey(path, 'ed25519', passphrase)
  return path
}

/** The type and the text of a key's public half. */
export function publicKeyOf(path: string): string {
  return readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
}

/** Makes a certificate beside a public key. */
export function sign(authority: string, options: readonly string[], publicKey: string): void {
  execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'test', ...options, publicKey])
}

/** What is known of a server's host key: the text of a known_hosts file. */
export function knownHosts(server: Sshd, text: string, mode: HostKeyMode = 'yes'): HostKeyPolicy {
  const file = join(mkdtempSync(join(server.folder, 'known-')), 'known_hosts')
  writeFileSync(file, text)
  const names = [`[127.0.0.1]:${server.port}`, '127.0.0.1']
  return { kind: 'known-hosts', mode, names, userFiles: [file], globalFiles: [], hashed: false }
}

/** A private key's file as ssh-keygen -t ed25519-sk makes it (PROTOCOL.u2f): the key itself is in a device that is not there. */
export function securityKey(): string {
  const text = (value: string | Buffer) => {
    const data = Buffer.from(value)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    return Buffer.concat([length, data])
  }
  const head = Buffer.concat([text('sk-ssh-ed25519@openssh.com'), text(Buffer.alloc(32, 7)), text('ssh:')])
  const secret = Buffer.concat([Buffer.alloc(8, 1), head, Buffer.from([1]), text('handle'), text(''), text('')])
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, at) => at + 1))
  const none = Buffer.concat([text('none'), text('none'), text(''), Buffer.from([0, 0, 0, 1])])
  const whole = [Buffer.from('openssh-key-v1\0'), none, text(head), text(Buffer.concat([secret, padding]))]
  const lines =
    Buffer.concat(whole)
      .toString('base64')
      .match(/.{1,70}/g) ?? []
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`
}
