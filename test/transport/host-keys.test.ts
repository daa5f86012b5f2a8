import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fingerprintOf } from '../../src/transport/known-hosts.ts'
import type { HostKeyMode, HostKeyPolicy } from '../../src/transport/policy.ts'
import { connectSsh } from '../../src/transport/ssh.ts'
import type { Target } from '../../src/transport/target.ts'
import { makeKey, type Sshd, startSshd } from '../fixtures/sshd.ts'
import { runOn } from './contract.ts'
import { answering, echo, refusal } from './scene.ts'

let sshd: Sshd
let folder: string

beforeAll(async () => {
  sshd = await startSshd({ hostKeyTypes: ['ed25519', 'rsa'] })
  folder = mkdtempSync(join(sshd.folder, 'case-'))
})
afterAll(async () => sshd?.stop())
afterEach(() => rmSync(known(), { force: true }))

describe('a host key', () => {
  test('that is known is accepted', async () => {
    expect(await echo(sshd.target())).toBe('in\n')
  })

  test('that is unknown is refused with its fingerprint and the way to trust it', async () => {
    const message = await refusal(targetWith({ hostKey: knownHosts('') }))
    expect(message).toContain(`web1: the host key of 127.0.0.1 port ${sshd.port} is not known`)
    expect(message).toContain(fingerprintOf(keyOf('ed25519').blob))
    const command = /echo '.*' >> \S+$/.exec(message)?.[0] ?? ''
    execFileSync('sh', ['-c', command])
    expect(await echo(targetWith({ hostKey: knownHosts('') }))).toBe('in\n')
  })

  test('that is unknown is refused in mode ask when nobody can be asked', async () => {
    expect(await refusal(targetWith({ hostKey: knownHosts('', 'ask') }))).toContain('is not known')
  })

  test('that has changed is refused in every mode, with both fingerprints and the line', async () => {
    const prompts = answering(undefined, true)
    for (const mode of ['yes', 'ask', 'accept-new'] as const) {
      const hostKey = knownHosts(`# mine\n[127.0.0.1]:${sshd.port} ${otherKey()}\n`, mode)
      const message = await refusal(targetWith({ hostKey }), prompts)
      expect(message).toContain('has changed')
      expect(message).toContain(fingerprintOf(keyOf('ed25519').blob))
      expect(message).toContain(fingerprintOf(Buffer.from(otherKey().split(' ')[1] ?? '', 'base64')))
      expect(message).toContain(`${known()}:2`)
    }
    expect(prompts.questions).toEqual([])
  })

  test('that is new is not taken where it can not be remembered', async () => {
    const { kind, ...policy } = knownHosts('', 'accept-new')
    const hostKey = { ...policy, kind, userFiles: [] } as HostKeyPolicy
    expect(await refusal(targetWith({ hostKey }))).toBe(
      'web1: there is no known_hosts file to write the new host key to.',
    )
  })

  test('is compared again at each new exchange of keys', async () => {
    const anew = await startSshd({ config: ['RekeyLimit 64K'] })
    const connection = await connectSsh(anew.target())
    const { stdout } = await runOn(connection, 'head -c 1000000 /dev/zero')
    expect(stdout).toHaveLength(1_000_000)
    await connection.close()
    await anew.stop()
  })

  test('that is revoked is refused although it is known', async () => {
    const { line, type } = keyOf('ed25519')
    const hostKey = knownHosts(`${line}@revoked * ${type} ${line.split(' ')[2]}`)
    expect(await refusal(targetWith({ hostKey }))).toContain('is revoked')
  })

  test('of type RSA is negotiated when that is the known one and the server has others', async () => {
    expect(await echo(targetWith({ hostKey: knownHosts(keyOf('rsa').line) }))).toBe('in\n')
  })

  test('that is pinned must be the one', async () => {
    expect(await echo(targetWith({ hostKey: { kind: 'pinned', key: keyOf('rsa').blob } }))).toBe('in\n')
    const other = Buffer.from(otherKey().split(' ')[1] ?? '', 'base64')
    expect(await refusal(targetWith({ hostKey: { kind: 'pinned', key: other } }))).toContain(
      'another host key than the one expected',
    )
  })

  test('that is new is remembered by accept-new, in a line that OpenSSH reads', async () => {
    for (const hashed of [false, true]) {
      writeFileSync(known(), 'web9 without-newline')
      expect(await echo(targetWith({ hostKey: knownHosts('', 'accept-new', hashed) }))).toBe('in\n')
      const [first, second] = readFileSync(known(), 'utf8').split('\n')
      expect(first).toBe('web9 without-newline')
      expect(second?.startsWith('|1|')).toBe(hashed)
      const found = execFileSync('ssh-keygen', ['-F', `[127.0.0.1]:${sshd.port}`, '-f', known()], { encoding: 'utf8' })
      expect(found).toContain(keyOf('ed25519').line.split(' ')[2]?.trim())
      expect(await echo(targetWith({ hostKey: knownHosts('') }))).toBe('in\n')
    }
  })

  test('that is new is asked about, and a yes is remembered', async () => {
    const prompts = answering(undefined, true)
    expect(await echo(targetWith({ hostKey: knownHosts('', 'ask') }), prompts)).toBe('in\n')
    expect(prompts.questions).toEqual([expect.stringContaining(fingerprintOf(keyOf('ed25519').blob))])
    expect(readFileSync(known(), 'utf8')).toBe(keyOf('ed25519').line)
  })

  test('that is new is asked about, and a no changes nothing', async () => {
    expect(await refusal(targetWith({ hostKey: knownHosts('', 'ask') }), answering(undefined, false))).toContain(
      'is not known',
    )
    expect(existsSync(known())).toBe(false)
  })

  test('is not looked for past a known_hosts file that cannot be read', async () => {
    const hostKey = { ...knownHosts(''), userFiles: [folder] }
    expect(await refusal(targetWith({ hostKey }))).toContain(`${folder} can't be read`)
  })

  test('that only a certificate authority vouches for is beyond ssh2, which says so, and garbage lines are named', async () => {
    const hostKey = knownHosts(`@cert-authority * ${otherKey()}\nrubbish\n`)
    const message = await refusal(targetWith({ hostKey, transport: 'ssh2' }))
    expect(message).toContain("Only the system's ssh (transport = ssh) knows host certificates")
    expect(message).toContain(`${known()}:2 was skipped`)
  })
})

const known = (): string => join(folder, 'known_hosts')

function knownHosts(text: string, mode: HostKeyMode = 'yes', hashed = false): HostKeyPolicy {
  if (text !== '') writeFileSync(known(), text)
  return {
    kind: 'known-hosts',
    mode,
    names: [`[127.0.0.1]:${sshd.port}`, '127.0.0.1'],
    userFiles: [known()],
    globalFiles: [],
    hashed,
  }
}

function targetWith(change: Partial<Target>): Target {
  return { ...sshd.target(), ...change }
}

function keyOf(type: string): { line: string; blob: Buffer; type: string } {
  const [name = '', text = ''] = readFileSync(join(sshd.folder, `host_${type}.pub`), 'utf8').split(' ')
  return { line: `[127.0.0.1]:${sshd.port} ${name} ${text}\n`, blob: Buffer.from(text, 'base64'), type: name }
}

function otherKey(): string {
  const path = join(folder, 'other')
  if (!existsSync(path)) makeKey(path, 'ed25519')
  return readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
}
