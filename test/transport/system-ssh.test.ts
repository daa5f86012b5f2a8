import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { connectSsh } from '../../src/transport/ssh.ts'
import type { Target } from '../../src/transport/target.ts'
import { processOf } from '../fixtures/module.ts'
import { isRoot, type Sshd, startSshd } from '../fixtures/sshd.ts'
import { bytesOf } from './contract.ts'
import { keyAt, knownHosts, publicKeyOf } from './keys.ts'
import { answering, echo, refusal } from './scene.ts'

let sshd: Sshd
let folder: string
beforeAll(async () => {
  sshd = await startSshd()
  folder = mkdtempSync(join(sshd.folder, 'case-'))
})
afterAll(async () => sshd?.stop())
afterEach(() => vi.unstubAllEnvs())

describe("by the system's ssh", () => {
  const bySsh = (change: Partial<Target> = {}): Target => targetOf(sshd, { transport: 'ssh', ...change })

  test('a key in memory can not be used, and that is said', async () => {
    const login = { ...sshd.target().login, privateKeys: [readFileSync(sshd.keyFile, 'utf8')] }
    expect(await refusal(bySsh({ login }))).toBe(
      "web1: a key in memory can't be handed to the system's ssh (transport = ssh).",
    )
  })

  test('a folder for temporary files may have a path too long for a socket', async () => {
    const long = join(folder, 'x'.repeat(90))
    mkdirSync(long)
    vi.stubEnv('TMPDIR', long)
    expect(await echo(bySsh())).toBe('in\n')
    expect(readdirSync(long)).toEqual([])
  })

  test('an unknown host key is refused, and one that has changed with the line that says otherwise', async () => {
    expect(await refusal(bySsh({ hostKey: knownHosts(sshd, '') }))).toMatch(
      /^web1: ssh to 127.0.0.1 port \d+: Host key verification failed. No ED25519 host key is known for/,
    )
    for (const mode of ['yes', 'ask', 'accept-new'] as const) {
      const changed = knownHosts(sshd, `[127.0.0.1]:${sshd.port} ${publicKeyOf(keyAt(folder, 'changed'))}\n`, mode)
      const message = await refusal(bySsh({ hostKey: changed }), answering(undefined, true))
      expect(message).toContain('REMOTE HOST IDENTIFICATION HAS CHANGED')
      expect(message).toContain('SHA256:')
      expect(message).toMatch(/Offending ED25519 key in \S+:1/)
    }
  })

  test('a new host key is taken as the mode says', async () => {
    const isNew = knownHosts(sshd, '', 'accept-new')
    expect(await echo(bySsh({ hostKey: isNew }))).toBe('in\n')
    const known = isNew.kind === 'known-hosts' ? { ...isNew, mode: 'yes' as const } : isNew
    expect(await echo(bySsh({ hostKey: known }))).toBe('in\n')
    const asked = answering(undefined, true)
    expect(await echo(bySsh({ hostKey: knownHosts(sshd, '', 'ask') }), asked)).toBe('in\n')
    expect(asked.questions).toEqual([expect.stringMatching(/ED25519 key fingerprint is SHA256:/)])
    expect(await refusal(bySsh({ hostKey: knownHosts(sshd, '', 'ask') }), answering(undefined))).toContain(
      'verification failed',
    )
    expect(await refusal(bySsh({ hostKey: knownHosts(sshd, '', 'ask') }))).toContain('verification failed')
  })

  test('a pinned host key must be the one', async () => {
    const blob = (path: string) => Buffer.from(publicKeyOf(path).split(' ')[1] ?? '', 'base64')
    const pinned = (path: string) => bySsh({ hostKey: { kind: 'pinned', key: blob(path) } })
    expect(await echo(pinned(join(sshd.folder, 'host_ed25519')))).toBe('in\n')
    expect(await refusal(pinned(keyAt(folder, 'pinned')))).toContain('HAS CHANGED')
  })

  test('a passphrase is asked once, and kept only when it was right', async () => {
    const path = keyAt(folder, 'locked', 'open sesame')
    const server = await startSshd()
    writeFileSync(join(server.folder, 'authorized_keys'), readFileSync(`${path}.pub`))
    const target = targetOf(server, {
      transport: 'ssh',
      login: { ...server.target().login, keyFiles: [{ path, required: true }] },
    })
    const wrong = { ...answering('wrong'), kept: new Map<string, string>() }
    expect(await refusal(target, wrong)).toContain('Permission denied')
    expect(wrong.kept.size).toBe(0)
    expect(wrong.questions).toEqual([`Passphrase for ${path}`])
    const right = { ...answering('open sesame'), kept: new Map<string, string>() }
    for (let times = 0; times < 2; times++) expect(await echo(target, right)).toBe('in\n')
    expect(right.questions).toEqual([`Passphrase for ${path}`])
    await server.stop()
  })

  test.runIf(isRoot)('a password is asked for when no key is let in', async () => {
    const server = await startSshd({ loginShell: '/bin/sh', config: ['PasswordAuthentication yes'] })
    execFileSync('chpasswd', { input: `${server.user}:correct horse\n` })
    const login = { privateKeys: [], keyFiles: [], onlyTheseKeys: true }
    const prompts = { ...answering('correct horse'), kept: new Map<string, string>() }
    const target = targetOf(server, { transport: 'ssh', login })
    for (let times = 0; times < 2; times++) expect(await echo(target, prompts)).toBe('in\n')
    expect(prompts.questions).toEqual([expect.stringContaining('password')])
    await server.stop()
  })

  test('a terminal has a size and a kind, and gives the exit code', async () => {
    const connection = await connectSsh(bySsh())
    const terminal = await connection.openTerminal('stty size; echo $TERM; exit 3', 'vt220', { columns: 91, rows: 17 })
    const said = (await bytesOf(terminal.stdout)).toString()
    expect(said).toBe('17 91\r\nvt220\r\n')
    expect(await terminal.ended).toBe(3)
    await connection.close()
  })

  test('SFTP is found where it is', async () => {
    const plain = await startSshd({ sftp: false })
    const has = async (target: Target): Promise<boolean> => {
      const connection = await connectSsh(target)
      const offered = await connection.hasSftp()
      await connection.close()
      return offered
    }
    expect([await has(bySsh()), await has(targetOf(plain, { transport: 'ssh' }))]).toEqual([true, false])
    await plain.stop()
  })

  test('nothing is left behind by a close, a refusal or an attempt that was given up', async () => {
    const own = temporary()
    await echo(bySsh())
    await refusal(bySsh({ user: 'nobody-here' }))
    await expect(connectSsh(bySsh(), { signal: AbortSignal.abort() })).rejects.toThrow(
      'web1: the attempt to connect was ended.',
    )
    expect(readdirSync(own)).toEqual([])
    await expect.poll(() => sshd.sessions().length).toBe(0)
  })

  test('a login ends with the process that made it, even when that is killed', async () => {
    const server = await startSshd()
    const target = JSON.stringify(targetOf(server, { transport: 'ssh' }))
    const code = `import { connectSsh } from 'SRC/transport/ssh.ts'; await connectSsh(${target}); console.log('up'); setInterval(() => {}, 1e6)`
    const [file, ...args] = processOf(code)
    const own = temporary()
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    expect(server.sessions()).toHaveLength(1)
    expect(readdirSync(own)).toHaveLength(1)
    child.kill('SIGKILL')
    await expect.poll(() => server.sessions().length).toBe(0)
    await expect.poll(() => readdirSync(own)).toEqual([])
    await server.stop()
  })
})

function targetOf(server: Sshd, change: Partial<Target>): Target {
  return { ...server.target(), ...change }
}

/** A folder for temporary files that nobody else uses. */
function temporary(): string {
  const path = mkdtempSync(join(sshd.folder, 't-'))
  vi.stubEnv('TMPDIR', path)
  return path
}
