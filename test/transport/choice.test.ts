import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Attributes } from '../../src/deployfile/types.ts'
import { resolveTarget } from '../../src/transport/resolve.ts'
import { connectSsh } from '../../src/transport/ssh.ts'
import type { Target } from '../../src/transport/target.ts'
import { type Sshd, startSshd } from '../fixtures/sshd.ts'
import { keyAt, knownHosts, publicKeyOf, securityKey, sign } from './keys.ts'
import { refusal, withAgent } from './scene.ts'

let sshd: Sshd
let folder: string
beforeAll(async () => {
  sshd = await startSshd()
  folder = mkdtempSync(join(sshd.folder, 'case-'))
})
afterAll(async () => sshd?.stop())
afterEach(() => vi.unstubAllEnvs())

describe("the system's ssh is chosen", () => {
  test('by transport = ssh, and ssh2 by itself where it will do', async () => {
    expect(await labelOf(targetOf(sshd, { transport: 'ssh' }))).toMatch(/ \(ssh\)$/)
    expect(await labelOf(sshd.target())).not.toContain('(ssh)')
  })

  test('for a user certificate that lies beside its key', async () => {
    const authority = keyAt(folder, 'user_ca')
    const server = await startSshd({ config: [`TrustedUserCAKeys ${authority}.pub`] })
    const path = keyAt(folder, 'certified')
    sign(authority, ['-n', server.user], `${path}.pub`)
    const login = { ...server.target().login, keyFiles: [{ path, required: true }] }
    expect(await labelOf(targetOf(server, { login }))).toMatch(/ \(ssh\)$/)
    expect(await refusal(targetOf(server, { login, transport: 'ssh2' }))).toContain('refused the login')
    sign(authority, ['-n', 'somebody-else'], `${path}.pub`)
    expect(await refusal(targetOf(server, { login }))).toMatch(
      /^web1: ssh to .*Permission denied.*-cert.pub is a certificate/,
    )
    await server.stop()
  })

  test('for a certificate that only the agent holds', async () => {
    const authority = keyAt(folder, 'agent_ca')
    const server = await startSshd({ config: [`TrustedUserCAKeys ${authority}.pub`] })
    const path = keyAt(folder, 'in_agent')
    sign(authority, ['-n', server.user], `${path}.pub`)
    await withAgent([path], async (agentSocket) => {
      const login = { privateKeys: [], keyFiles: [], agentSocket, onlyTheseKeys: false }
      expect(await labelOf(targetOf(server, { login }))).toMatch(/ \(ssh\)$/)
      expect(await refusal(targetOf(server, { login, transport: 'ssh2' }))).toContain('Tried: agent (1 key)')
    })
    await server.stop()
  })

  test('for a CertificateFile of the configuration', async () => {
    const authority = keyAt(folder, 'file_ca')
    const server = await startSshd({ config: [`TrustedUserCAKeys ${authority}.pub`] })
    const path = keyAt(folder, 'plain')
    sign(authority, ['-n', server.user], `${path}.pub`)
    const certificate = join(folder, 'elsewhere-cert.pub')
    execFileSync('mv', [`${path}-cert.pub`, certificate])
    const target = await resolved(server, `IdentityFile ${path}\nCertificateFile ${certificate}`)
    expect(target.system?.why).toBe('CertificateFile is configured')
    expect(await labelOf(target)).toMatch(/ \(ssh\)$/)
    await server.stop()
  })

  test('for a host that only a certificate authority vouches for', async () => {
    const authority = keyAt(folder, 'host_ca')
    const server = await startSshd()
    const key = join(folder, 'host_key')
    copyFileSync(join(server.folder, 'host_ed25519'), key)
    copyFileSync(join(server.folder, 'host_ed25519.pub'), `${key}.pub`)
    await server.stop()
    sign(authority, ['-h', '-n', '127.0.0.1'], `${key}.pub`)
    const certified = await startSshd({ config: [`HostKey ${key}`, `HostCertificate ${key}-cert.pub`] })
    const vouched = (by: string) => knownHosts(certified, `@cert-authority * ${publicKeyOf(by)}\n`)
    expect(await labelOf(targetOf(certified, { hostKey: vouched(authority) }))).toMatch(/ \(ssh\)$/)
    const message = await refusal(targetOf(certified, { hostKey: vouched(keyAt(folder, 'other_ca')) }))
    expect(message).toMatch(/^web1: ssh to .*Host key verification failed.*No .* host key is known.*vouched for/)
    await certified.stop()
  })

  test('for a node that has post-quantum key exchange only', async () => {
    const server = await startSshd({ config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] })
    expect(await labelOf(server.target())).toMatch(/ \(ssh\)$/)
    expect(await refusal(targetOf(server, { transport: 'ssh2' }))).toMatch(/handshake .* failed: .*no matching/)
    await server.stop()
  })

  test('for a ProxyCommand', async () => {
    const relay = join(folder, 'relay.cjs')
    writeFileSync(
      relay,
      "const s=require('net').connect(process.argv[3],process.argv[2]);process.stdin.pipe(s).pipe(process.stdout)",
    )
    const target = await resolved(sshd, `IdentityFile ${sshd.keyFile}\nProxyCommand ${process.execPath} ${relay} %h %p`)
    expect(await labelOf(target)).toMatch(/ \(ssh\)$/)
  })

  test('for a key that a security key holds, which can only be tried without one', async () => {
    const path = join(folder, 'id_ed25519_sk')
    writeFileSync(path, securityKey(), { mode: 0o600 })
    const login = { ...sshd.target().login, keyFiles: [{ path, required: true }] }
    expect(await refusal(targetOf(sshd, { login }))).toMatch(
      /held by a security key.*The system's ssh did no better: .*Permission denied/,
    )
  })

  test('for nothing when it is not there, and that is said', async () => {
    vi.stubEnv('PATH', folder)
    const message = await refusal(targetOf(sshd, { transport: 'ssh' }))
    expect(message).toBe(
      "web1: the system's own ssh is needed (transport = ssh), and there is none. Install openssh-client.",
    )
  })
})

/** What the label of a connection ends in tells which transport it is. */
async function labelOf(target: Target): Promise<string> {
  const connection = await connectSsh(target)
  await connection.close()
  return connection.label
}

async function resolved(server: Sshd, config: string): Promise<Target> {
  const path = join(mkdtempSync(join(folder, 'config-')), 'config')
  const lines = [
    `UserKnownHostsFile ${server.knownHostsFile}`,
    'GlobalKnownHostsFile /dev/null',
    'IdentitiesOnly yes',
    config,
  ]
  writeFileSync(path, `Host web1\n${lines.join('\n')}\n`, { mode: 0o600 })
  const values = { name: 'web1', 'sshd.ip': '127.0.0.1', 'sshd.port': String(server.port), admin: server.user }
  const attributes: Attributes = new Map(
    Object.entries(values).map(([key, value]) => [key, { value, from: 'deploy.ini:1' }]),
  )
  return resolveTarget(attributes, { home: folder, sshConfig: path, hostKeyDefault: 'yes' })
}

function targetOf(server: Sshd, change: Partial<Target>): Target {
  return { ...server.target(), ...change }
}
