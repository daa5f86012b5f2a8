import { execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fingerprintOf } from '../../src/transport/known-hosts.ts'
import { connectSsh } from '../../src/transport/ssh.ts'
import type { HostKeyMode, HostKeyPolicy, Login, Target } from '../../src/transport/target.ts'
import type { Prompts } from '../../src/transport/types.ts'
import { UnreachableError } from '../../src/words/errors.ts'
import { freePort, isRoot, makeKey, type Sshd, startSshd } from '../fixtures/sshd.ts'
import { runOn } from './contract.ts'

let sshd: Sshd
let folder: string

beforeAll(async () => {
  sshd = await startSshd({ hostKeyTypes: ['ed25519', 'rsa'], banner: 'Authorised staff only\n' })
  folder = mkdtempSync(join(sshd.folder, 'case-'))
})
afterAll(async () => sshd?.stop())
afterEach(() => rmSync(known(), { force: true }))

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

function loginWith(change: Partial<Login>): Target {
  return targetWith({ login: { ...sshd.target().login, ...change } })
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

interface Asked extends Prompts {
  readonly questions: string[]
}

function answering(secret: string | undefined, confirm = false): Asked {
  const questions: string[] = []
  const note = (question: string): void => void questions.push(question)
  return {
    questions,
    secret: async (question) => {
      note(question)
      return secret
    },
    confirm: async (question) => {
      note(question)
      return confirm
    },
  }
}

async function echo(target: Target, prompts?: Prompts): Promise<string> {
  const connection = await connectSsh(target, prompts ? { prompts } : {})
  try {
    return (await runOn(connection, 'echo in')).stdout.toString()
  } finally {
    await connection.close()
  }
}

async function refusal(target: Target, prompts?: Prompts): Promise<string> {
  const error = await echo(target, prompts).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UnreachableError)
  return error instanceof Error ? error.message : ''
}

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

  test('that only a certificate authority vouches for is refused with the reason, and garbage lines are named', async () => {
    const hostKey = knownHosts(`@cert-authority * ${otherKey()}\nrubbish\n`)
    const message = await refusal(targetWith({ hostKey }))
    expect(message).toContain('Host certificates are not supported')
    expect(message).toContain(`${known()}:2 was skipped`)
  })
})

describe('a login', () => {
  test('is refused with what was tried when the key is not let in', async () => {
    const path = join(folder, 'stranger')
    makeKey(path, 'ed25519')
    const message = await refusal(loginWith({ keyFiles: [{ path, required: true }] }))
    expect(message).toContain(`refused the login of ${sshd.user}. Tried: key ${path}. It accepts: publickey.`)
  })

  test('of an unknown user is refused', async () => {
    expect(await refusal(targetWith({ user: 'nobody-here' }))).toContain('refused the login of nobody-here')
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
    ['is in a format of OpenSSL only', (path) => writeFileSync(path, pkcs8(), { mode: 0o600 }), 'ssh-keygen -p -f'],
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

function copyKey(path: string, mode: number): void {
  copyFileSync(sshd.keyFile, path)
  chmodSync(path, mode)
}

function pkcs8(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
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

async function withAgent(keys: readonly string[], use: (socket: string) => Promise<void>): Promise<void> {
  const socket = join(mkdtempSync(join(folder, 'agent-')), 's')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(agent.stdout, 'data')
  try {
    execFileSync('ssh-add', ['-q', ...keys], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' })
    await use(socket)
  } finally {
    agent.kill()
    await once(agent, 'exit')
  }
}

describe('a machine', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  async function answeringWith(speak: (write: (text: string) => void, end: () => void) => void): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      speak(
        (text) => socket.write(text),
        () => socket.end(),
      )
    })
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  test('whose name is not known is not found', async () => {
    expect(await refusal(targetWith({ host: 'no-such-host.invalid' }))).toMatch(
      /^web1: the name no-such-host.invalid (is not found|can't be looked up)/,
    )
  })

  test('that does not listen refuses the connection', async () => {
    const port = await freePort()
    expect(await refusal(targetWith({ port }))).toContain(`127.0.0.1 refuses connections on port ${port}`)
  })

  // what it says, and what is said of it
  const strange: readonly (readonly [string, string, string])[] = [
    [
      'HTTP',
      'HTTP/1.1 400 Bad Request\r\n\r\n\u001b[2Jgo away',
      'is not an SSH-2 server. Its first bytes: HTTP/1.1 400 Bad Request [2Jgo away',
    ],
    ['SSH 1', 'SSH-1.5-old\n', 'is not an SSH-2 server. Its first bytes: SSH-1.5-old'],
    ['nothing', '', 'ended the connection before saying anything'],
    ['SSH and then no more', 'SSH-2.0-short\r\n', 'ended the connection during the login'],
  ]
  test.each(strange)('that speaks %s is named for what it is', async (_case, text, said) => {
    const port = await answeringWith((write, end) => {
      if (text) write(text)
      end()
    })
    expect(await refusal(targetWith({ port }))).toContain(said)
  })

  test('that says nothing and holds on is given up on demand', async () => {
    const controller = new AbortController()
    const port = await answeringWith(() => controller.abort())
    const attempt = connectSsh(targetWith({ port }), { signal: controller.signal })
    await expect(attempt).rejects.toThrow('web1: the attempt to connect was ended.')
    await expect(connectSsh(sshd.target(), { signal: AbortSignal.abort() })).rejects.toThrow('was ended')
  })

  test('that ends the connection is gone, with a cause', async () => {
    const connection = await connectSsh(sshd.target())
    expect(connection.label).toBe(`${sshd.user}@127.0.0.1:${sshd.port}`)
    sshd.killSessions()
    expect(await connection.gone).toMatch(/the other side ended the connection|the network failed/)
  })

  test('offers SFTP, and the connection goes on after that was asked', async () => {
    const connection = await connectSsh(sshd.target())
    for (let times = 0; times < 12; times++) expect(await connection.hasSftp()).toBe(true)
    expect((await runOn(connection, 'echo on')).stdout.toString()).toBe('on\n')
    await connection.close()
    expect(await connection.hasSftp()).toBe(false)
  })

  test('that offers no SFTP says so', async () => {
    const plain = await startSshd({ sftp: false })
    const connection = await connectSsh(plain.target())
    expect(await connection.hasSftp()).toBe(false)
    await connection.close()
    await plain.stop()
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
})
