import { execFileSync } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Target } from '../../src/transport/target.ts'
import { type Sshd, startSshd } from '../fixtures/sshd.ts'
import { answering, echo, refusal } from './scene.ts'

let sshd: Sshd
let folder: string
beforeAll(async () => {
  sshd = await startSshd()
  folder = mkdtempSync(join(sshd.folder, 'case-'))
})
afterAll(async () => sshd?.stop())

const phrase = 'open sesame'

interface Made {
  readonly privateText: string
  /** A line for authorized_keys. */
  readonly publicLine: string
}

type Make = (passphrase: string) => Made

/** Made by ssh-keygen, in OpenSSH's own format or with `-m PEM` in the traditional one of the type (PKCS#1, SEC1). */
function keygen(...args: readonly string[]): Make {
  return (passphrase) => {
    const path = join(mkdtempSync(join(folder, 'made-')), 'id')
    execFileSync('ssh-keygen', ['-q', ...args, '-a', '1', '-N', passphrase, '-f', path])
    return { privateText: readFileSync(path, 'utf8'), publicLine: readFileSync(`${path}.pub`, 'utf8') }
  }
}

/** The same key as PKCS#8, as OpenSSL writes it. */
function pkcs8(make: () => KeyObject): Make {
  return (passphrase) => {
    const key = make()
    const encryption = passphrase === '' ? {} : { cipher: 'aes-256-cbc', passphrase }
    const privateText = key.export({ type: 'pkcs8', format: 'pem', ...encryption }).toString()
    return { privateText, publicLine: publicLineOf(key) }
  }
}

function publicLineOf(key: KeyObject): string {
  if (key.asymmetricKeyType === 'ed25519') {
    const { x = '' } = key.export({ format: 'jwk' })
    const head = Buffer.from('0000000b7373682d6564323535313900000020', 'hex')
    return `ssh-ed25519 ${Buffer.concat([head, Buffer.from(x, 'base64url')]).toString('base64')}\n`
  }
  const path = join(mkdtempSync(join(folder, 'plain-')), 'id')
  writeFileSync(path, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  return execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8' })
}

const ec = (namedCurve: string) => () => generateKeyPairSync('ec', { namedCurve }).privateKey

const kinds: readonly (readonly [string, Make])[] = [
  ['ed25519, OpenSSH', keygen('-t', 'ed25519')],
  ['ecdsa 256, OpenSSH', keygen('-t', 'ecdsa', '-b', '256')],
  ['ecdsa 384, OpenSSH', keygen('-t', 'ecdsa', '-b', '384')],
  ['ecdsa 521, OpenSSH', keygen('-t', 'ecdsa', '-b', '521')],
  ['rsa 2048, OpenSSH', keygen('-t', 'rsa', '-b', '2048')],
  ['rsa, PKCS#1', keygen('-t', 'rsa', '-b', '2048', '-m', 'PEM')],
  ['ecdsa 256, SEC1', keygen('-t', 'ecdsa', '-b', '256', '-m', 'PEM')],
  ['ecdsa 384, SEC1', keygen('-t', 'ecdsa', '-b', '384', '-m', 'PEM')],
  ['ecdsa 521, SEC1', keygen('-t', 'ecdsa', '-b', '521', '-m', 'PEM')],
  ['rsa, PKCS#8 of ssh-keygen', keygen('-t', 'rsa', '-b', '2048', '-m', 'PKCS8')],
  ['rsa, PKCS#8', pkcs8(() => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)],
  ['ed25519, PKCS#8', pkcs8(() => generateKeyPairSync('ed25519').privateKey)],
  ['ecdsa 256, PKCS#8', pkcs8(ec('prime256v1'))],
  ['ecdsa 384, PKCS#8', pkcs8(ec('secp384r1'))],
  ['ecdsa 521, PKCS#8', pkcs8(ec('secp521r1'))],
  ['ed25519, OpenSSH with aes256-gcm', keygen('-t', 'ed25519', '-Z', 'aes256-gcm@openssh.com')],
  ['ed25519, OpenSSH with aes128-cbc', keygen('-t', 'ed25519', '-Z', 'aes128-cbc')],
]

describe('a key file', () => {
  test.each(kinds)(
    'of kind %s logs in as it is, with its passphrase asked once, and not with a wrong one',
    async (_kind, make) => {
      const open = targetFor(make(''))
      expect(await echo(open)).toBe('in\n')
      const locked = targetFor(make(phrase))
      const prompts = { ...answering(phrase), kept: new Map<string, string>() }
      expect(await echo(locked, prompts)).toBe('in\n')
      expect(await echo(locked, prompts)).toBe('in\n')
      expect(prompts.questions).toEqual([expect.stringContaining('Passphrase for ')])
      expect(await refusal(locked, answering('wrong'))).toContain('is wrong')
    },
  )

  // ssh2 knows no such cipher.
  test("locked with a cipher that ssh2 does not know logs in by the system's ssh, its passphrase asked once", async () => {
    const locked = targetFor(keygen('-t', 'ed25519', '-Z', 'chacha20-poly1305@openssh.com')(phrase))
    const prompts = { ...answering(phrase), kept: new Map<string, string>() }
    expect(await echo(locked, prompts)).toBe('in\n')
    expect(await echo(locked, prompts)).toBe('in\n')
    expect(prompts.questions).toEqual([expect.stringContaining('Passphrase for ')])
    expect(await refusal(locked)).toMatch(/of a kind that ssh2 does not know .*Permission denied/)
  })

  test('in PKCS#8 that Node reads is one that OpenSSL wrote', () => {
    const { privateText } = pkcs8(ec('prime256v1'))('')
    expect(createPrivateKey(privateText).asymmetricKeyType).toBe('ec')
  })
})

function targetFor({ privateText, publicLine }: Made): Target {
  const path = join(mkdtempSync(join(folder, 'key-')), 'id')
  writeFileSync(path, privateText, { mode: 0o600 })
  appendFileSync(join(sshd.folder, 'authorized_keys'), publicLine)
  return { ...sshd.target(), login: { ...sshd.target().login, keyFiles: [{ path, required: true }] } }
}
