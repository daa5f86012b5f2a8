import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { appendFileSync, chmodSync, copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Login, Target } from '../../src/transport/target.ts'
import { isRoot, makeKey, type Sshd, startSshd } from '../fixtures/sshd.ts'
import { answering, echo, refusal, withAgent } from './scene.ts'

let sshd: Sshd
let folder: string

beforeAll(async () => {
  sshd = await startSshd({ banner: 'Authorised staff only\n' })
  folder = mkdtempSync(join(sshd.folder, 'case-'))
})
afterAll(async () => sshd?.stop())

describe('a login', () => {
  test('is refused with what was tried when the key is not let in', async () => {
    const path = join(folder, 'stranger')
    makeKey(path, 'ed25519')
    const message = await refusal(loginWith({ keyFiles: [{ path, required: true }] }))
    expect(message).toContain(`refused the login of ${sshd.user}. Tried: key ${path}. It accepts: publickey.`)
  })

  test('of an unknown user is refused', async () => {
    expect(await refusal({ ...sshd.target(), user: 'nobody-here' })).toContain('refused the login of nobody-here')
  })

  test('without any key says so', async () => {
    expect(await refusal(loginWith({ keyFiles: [] }))).toContain('There was nothing to try')
  })

  // what is wrong, how the file comes about, what is said
  const unusable: readonly (readonly [string, (path: string) => void, string])[] = [
    ['is missing', () => {}, 'there is no such file'],
    ['can be read by others', (path) => copyKey(path, 0o644), 'Run chmod 600'],
    ['is not a key', (path) => writeFileSync(path, 'hello', { mode: 0o600 }), 'holds no key'],
    [
      'is a cut key',
      (path) => writeFileSync(path, readFileSync(sshd.keyFile).subarray(0, 99), { mode: 0o600 }),
      'holds no key',
    ],
    ['is of a type that SSH does not have', (path) => writeFileSync(path, x448(), { mode: 0o600 }), 'ssh-keygen -p -f'],
    ['is a public key', (path) => copyFileSync(`${sshd.keyFile}.pub`, path), 'holds a public key only'],
    [
      'needs a passphrase and nobody can be asked',
      (path) => makeKey(path, 'ed25519', 'open sesame'),
      'needs a passphrase',
    ],
  ]
  test.each(unusable)('whose key file %s is not begun', async (_case, make, said) => {
    const path = join(mkdtempSync(join(folder, 'key-')), 'id')
    make(path)
    const message = await refusal(loginWith({ keyFiles: [{ path, required: true }] }))
    expect(message).toContain(path)
    expect(message).toContain(said)
  })

  test('leaves out key files that nobody asked for and that are unfit, and says so when nothing else helps', async () => {
    const path = join(folder, 'id_open')
    copyKey(path, 0o644)
    const files = [
      { path: join(folder, 'absent'), required: false },
      { path, required: false },
    ]
    expect(await echo(loginWith({ keyFiles: [...files, { path: sshd.keyFile, required: false }] }))).toBe('in\n')
    const message = await refusal(loginWith({ keyFiles: files }))
    expect(message).toContain(`Not tried: others can read the key file ${path}`)
    expect(message).not.toContain('absent')
  })

  test.each([
    ['ed25519', []],
    ['ecdsa', []],
    ['rsa', []],
    ['rsa', ['-m', 'PEM']],
  ])('with an encrypted %s key %s asks once for the passphrase', async (type, format) => {
    const path = authorized(type, 'open sesame', format)
    const prompts = answering('open sesame')
    expect(await echo(loginWith({ keyFiles: [{ path, required: true }] }), prompts)).toBe('in\n')
    expect(prompts.questions).toEqual([`Passphrase for ${path}`])
    expect(await refusal(loginWith({ keyFiles: [{ path, required: true }] }), answering('wrong'))).toContain('is wrong')
    expect(await refusal(loginWith({ keyFiles: [{ path, required: true }] }), answering(undefined))).toContain(
      'no passphrase was given',
    )
  })

  test('with the agent asks for no passphrase and tries no other key of it', async () => {
    const path = authorized('ed25519', '')
    await withAgent([...manyKeys(), path], async (agentSocket) => {
      execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'locked', '-f', path])
      // Seven keys before it would use up sshd's six tries.
      expect(await echo(loginWith({ keyFiles: [{ path, required: true }], agentSocket }))).toBe('in\n')
    })
  })

  test('with the agent alone tries its keys', async () => {
    await withAgent([authorized('rsa', '')], async (agentSocket) => {
      expect(await echo(loginWith({ keyFiles: [], agentSocket, onlyTheseKeys: false }))).toBe('in\n')
    })
  })

  test('goes on without an agent that is not there', async () => {
    expect(await echo(loginWith({ agentSocket: join(folder, 'no-agent') }))).toBe('in\n')
  })
})

describe.runIf(isRoot)('a password', () => {
  const secret = 'correct horse'
  let withPasswords: Sshd
  beforeAll(async () => {
    withPasswords = await startSshd({ loginShell: '/bin/sh', config: ['PasswordAuthentication yes'] })
    execFileSync('chpasswd', { input: `${withPasswords.user}:${secret}\n` })
  })
  afterAll(async () => withPasswords?.stop())

  test('is asked for once, when no key is let in', async () => {
    const target = { ...withPasswords.target(), login: { privateKeys: [], keyFiles: [], onlyTheseKeys: false } }
    const prompts = answering(secret)
    expect(await echo(target, prompts)).toBe('in\n')
    expect(prompts.questions).toEqual([`Password of ${withPasswords.user} on web1`])
    const wrong = answering('wrong')
    expect(await refusal(target, wrong)).toContain('Tried: password')
    expect(wrong.questions).toHaveLength(1)
  })

  test('that was right is kept for the next login, one that was wrong is not', async () => {
    const target = { ...withPasswords.target(), login: { privateKeys: [], keyFiles: [], onlyTheseKeys: false } }
    const right = { ...answering(secret), kept: new Map<string, string>() }
    for (let times = 0; times < 2; times++) expect(await echo(target, right)).toBe('in\n')
    expect(right.questions).toHaveLength(1)
    const wrong = { ...answering('wrong'), kept: new Map<string, string>() }
    await refusal(target, wrong)
    expect(wrong.kept.size).toBe(0)
  })
})

function loginWith(change: Partial<Login>): Target {
  return { ...sshd.target(), login: { ...sshd.target().login, ...change } }
}

function copyKey(path: string, mode: number): void {
  copyFileSync(sshd.keyFile, path)
  chmodSync(path, mode)
}

function x448(): string {
  return generateKeyPairSync('x448').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function authorized(type: string, passphrase: string, format: readonly string[] = []): string {
  const path = join(mkdtempSync(join(folder, 'key-')), 'id')
  execFileSync('ssh-keygen', ['-q', '-t', type, ...format, '-N', passphrase, '-f', path])
  appendFileSync(join(sshd.folder, 'authorized_keys'), readFileSync(`${path}.pub`))
  return path
}

function manyKeys(): readonly string[] {
  return Array.from({ length: 7 }, () => {
    const path = join(mkdtempSync(join(folder, 'key-')), 'id')
    makeKey(path, 'ed25519')
    return path
  })
}
