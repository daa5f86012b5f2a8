import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeKeyPair } from '../../src/embedded/keys.ts'
import { type EmbeddedNode, embeddedTarget, startEmbeddedNode } from '../../src/embedded/node.ts'
import { connectSsh } from '../../src/transport/ssh.ts'
import type { Connection } from '../../src/transport/types.ts'
import { runOn } from '../transport/contract.ts'

let home: string
let node: EmbeddedNode
let connection: Connection

beforeAll(async () => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'conc-embedded-')))
  node = await startEmbeddedNode({ home })
  connection = await connectSsh(embeddedTarget(node, 'demo'))
})
afterAll(async () => {
  await connection?.close()
  await node?.close()
  rmSync(home, { recursive: true })
})

async function said(command: string): Promise<string> {
  return (await runOn(connection, command)).stdout.toString()
}

describe('a command', () => {
  test('starts in the home directory with a small environment', async () => {
    process.env.CONC_TEST_LEAK = 'leak'
    const lines = (await said('pwd; env | sort')).split('\n')
    delete process.env.CONC_TEST_LEAK
    const names = lines.slice(1).map((line) => line.split('=')[0])
    expect(lines[0]).toBe(home)
    expect(names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_', ''].includes(name ?? ''))).toEqual([
      'HOME',
      'LANG',
      'LOGNAME',
      'PATH',
      'SHELL',
      'USER',
    ])
    expect(lines).toContain(`HOME=${home}`)
    expect(lines).toContain(`USER=${userInfo().username}`)
  })

  test('has real pipes for its output: it may open /dev/stdout and /dev/stderr', async () => {
    const { stdout, stderr } = await runOn(connection, 'echo out >/dev/stdout; echo err >/dev/stderr')
    expect([stdout.toString(), stderr.toString()]).toEqual(['out\n', 'err\n'])
  })

  test('gives 20 MB on both streams at once, exactly', async () => {
    const bytes = 20_000_000
    const file = join(home, 'big')
    writeFileSync(file, Buffer.alloc(bytes, 'conc0123456789-'))
    const channel = await connection.open('cat big & cat big >&2; wait')
    channel.stdin.end()
    const expected = createHash('sha256').update(readFileSync(file)).digest('hex')
    const [out, err] = await Promise.all([digestOf(channel.stdout), digestOf(channel.stderr), channel.closed])
    expect([out, err]).toEqual([
      { bytes, sha256: expected },
      { bytes, sha256: expected },
    ])
  })

  test('takes 20 MB of input, exactly', async () => {
    const input = Buffer.alloc(20_000_000, 'abc-')
    const channel = await connection.open('sha256sum')
    channel.stderr.resume()
    channel.stdin.end(input)
    expect(await text(channel.stdout)).toContain(createHash('sha256').update(input).digest('hex'))
  })

  test('whose channel goes away gets the end of its input and is not killed', async () => {
    const other = await connectSsh(embeddedTarget(node, 'demo'))
    const channel = await other.open('echo up; cat >/dev/null; echo $$ >survived')
    channel.stderr.resume()
    await once(channel.stdout, 'data')
    await other.close()
    await expect.poll(() => existsSync(join(home, 'survived'))).toBe(true)
  })

  test('whose channel goes away while its input is stuck goes on too', async () => {
    const other = await connectSsh(embeddedTarget(node, 'demo'))
    const channel = await other.open(
      'echo up; until [ -e go ]; do sleep 0.02; done; cat >/dev/null; true >stuck-survived',
    )
    channel.stderr.resume()
    await once(channel.stdout, 'data')
    channel.stdin.write(Buffer.alloc(3_000_000))
    await other.close()
    writeFileSync(join(home, 'go'), '')
    await expect.poll(() => existsSync(join(home, 'stuck-survived'))).toBe(true)
  })
})

describe('OpenSSH as a client', () => {
  // what is asked, the exit status, the output
  const rows: readonly (readonly [readonly string[], number, string])[] = [
    [['demo', 'echo in; exit 7'], 7, 'in'],
    [['demo', 'true'], 0, ''],
    [['demo', 'kill -9 $$'], 255, ''],
    [['demo'], 1, 'no interactive shell'],
    [['-tt', 'demo', 'tty; exit 5'], 5, '/dev/'],
    [['-l', 'somebody-else', 'demo', 'true'], 255, 'Permission denied'],
    [['-o', 'IdentityFile=none', '-o', 'IdentityAgent=none', 'demo', 'true'], 255, 'Permission denied'],
  ]
  test.each(rows)('asking for %j gets exit status %i and %j', async (args, status, shown) => {
    const result = await ssh(args)
    expect(result.exit).toBe(status)
    expect(result.text).toContain(shown)
  })

  test('is not let in with another key', async () => {
    const { privateKey } = await makeKeyPair()
    expect(await ssh(['demo', 'true'], privateKey)).toMatchObject({
      exit: 255,
      text: expect.stringContaining('Permission denied'),
    })
  })
})

async function ssh(args: readonly string[], key = node.privateKey): Promise<{ exit: number | null; text: string }> {
  const folder = mkdtempSync(join(home, 'ssh-'))
  writeFileSync(join(folder, 'key'), key, { mode: 0o600 })
  writeFileSync(join(folder, 'known'), `${node.hostKey.knownHostsLine}\n`)
  const identity = args.includes('IdentityFile=none') ? '' : ` IdentityFile ${folder}/key\n`
  writeFileSync(
    join(folder, 'config'),
    `Host demo\n HostName 127.0.0.1\n Port ${node.port}\n${identity} UserKnownHostsFile ${folder}/known\n IdentitiesOnly yes\n BatchMode yes\n`,
  )
  const child = spawn('ssh', ['-F', join(folder, 'config'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { exit, text: out + err }
}

describe('a node', () => {
  test('offers SFTP', async () => {
    expect(await connection.hasSftp()).toBe(true)
  })

  test('is recognised by its own host key only', async () => {
    const other = await startEmbeddedNode({ home })
    const mixed = { ...embeddedTarget(node, 'demo'), port: other.port }
    await expect(connectSsh(mixed)).rejects.toThrow('another host key than the one expected')
    await other.close()
  })

  test('that is closed lets nobody in, and its connections are gone', async () => {
    const other = await startEmbeddedNode({ home })
    const last = await connectSsh(embeddedTarget(other, 'demo'))
    await other.close()
    expect(await last.gone).not.toBe('closed')
    await expect(connectSsh(embeddedTarget(other, 'demo'))).rejects.toThrow('refuses connections')
  })
})

async function digestOf(stream: Readable): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of stream) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

test('key pairs are whole even where the public key begins with zero bytes', async () => {
  for (let made = 0; made < 600; made++) expect((await makeKeyPair()).publicKey).toHaveLength(51)
})
