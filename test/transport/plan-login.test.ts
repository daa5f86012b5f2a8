import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BeyondSsh2 } from '../../src/transport/beyond.ts'
import { readIdentity } from '../../src/transport/identity.ts'
import { expandPath } from '../../src/transport/key-files.ts'
import { planLogin } from '../../src/transport/login.ts'
import type { Login } from '../../src/transport/target.ts'
import { keyAt, securityKey } from './keys.ts'
import { answering, withAgent } from './scene.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conc-keys-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const labelsOf = async (login: Partial<Login>, secret?: string) => {
  const whole = { privateKeys: [], keyFiles: [], onlyTheseKeys: false, ...login }
  const target = { name: 'web1', host: 'h', port: 22, user: 'ops', login: whole } as const
  const hostKey = { kind: 'pinned', key: Buffer.alloc(0) } as const
  const { attempts, beyond } = await planLogin({ ...target, hostKey }, secret ? answering(secret) : undefined)
  return { labels: attempts.map(({ label }) => label.replace(/^key .*\//, 'key ')), beyond }
}

test.each([
  [undefined, []],
  ['open sesame', ['key id_ed25519', 'password']],
])('a locked key that nobody named is tried when somebody can be asked: %s', async (secret, labels) => {
  const path = keyAt(folder, 'id_ed25519', 'open sesame')
  expect((await labelsOf({ keyFiles: [{ path, required: false }] }, secret)).labels).toEqual(labels)
})

test.each([
  [1, 'agent (1 key)'],
  [2, 'agent (2 keys)'],
])('%i keys of an agent are one attempt', async (count, label) => {
  const keys = Array.from({ length: count }, (_, at) => keyAt(folder, `id${at}`))
  await withAgent(keys, async (agentSocket) => {
    expect((await labelsOf({ agentSocket })).labels).toEqual([label])
  })
})

test("a key of a security key that nobody named is left to the system's ssh", async () => {
  const path = join(folder, 'id_ed25519_sk')
  writeFileSync(path, securityKey(), { mode: 0o600 })
  expect(await labelsOf({ keyFiles: [{ path, required: false }] })).toEqual({
    labels: [],
    beyond: `the key file ${path} is of a kind that ssh2 does not know`,
  })
})

test('a public key that a security key holds is one too', async () => {
  const path = join(folder, 'sk.pub')
  writeFileSync(path, 'sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIA== me\n')
  await expect(readIdentity(path)).rejects.toThrow(BeyondSsh2)
})

test('a key that is locked by a cipher of old is left to it as well', async () => {
  const path = join(folder, 'old')
  const head =
    '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: CAMELLIA-256-CBC,00112233445566778899AABBCCDDEEFF\n'
  writeFileSync(path, `${head}\n${Buffer.alloc(48, 1).toString('base64')}\n-----END RSA PRIVATE KEY-----\n`, {
    mode: 0o600,
  })
  await expect(readIdentity(path)).rejects.toThrow(BeyondSsh2)
})

test.each([
  ['~/.ssh/id', '/home/me/.ssh/id'],
  ['keys/%h-%p-%r', '/home/me/keys/h-22-ops'],
  ['%d/100%%/%z', '/home/me/100%/%z'],
])('%s of a configuration is %s', (path, whole) => {
  expect(expandPath(path, { home: '/home/me', host: 'h', user: 'ops' })).toBe(whole)
})
