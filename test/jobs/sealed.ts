import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeKey } from '../fixtures/sshd.ts'
import { isRoot, makeUser } from '../fixtures/users.ts'

/** Whether this machine lets one make a network of one's own. */
export const canSeal = isRoot && spawnSync('unshare', ['-n', 'true']).status === 0

/** A node that nothing can be fetched from or compiled on. */
export interface SealedNode {
  readonly port: number
  readonly user: string
  readonly home: string
  readonly keyFile: string
  readonly knownHosts: string
  stop(): Promise<void>
}

const compilers =
  /^(.*-)?(gcc|g\+\+|cc|c\+\+|cpp|clang|clang\+\+|make|gmake|cmake|ld|as|tcc|rustc|go)([.-][\d.]+)?$|^c\d\d-gcc$/

/**
 * A real sshd whose logins live in a network namespace with no interface but lo, and that down, and whose PATH has no
 * compiler: each connection is served over the descriptors that it comes by.
 */
export async function startSealedNode(): Promise<SealedNode> {
  const folder = mkdtempSync(join(tmpdir(), 'conc-sealed-'))
  execFileSync('chmod', ['755', folder])
  const user = makeUser()
  const tools = join(folder, 'tools')
  mkdirSync(tools)
  for (const name of readdirSync('/usr/bin').filter((each) => !compilers.test(each) && !/^(node|npm)$/.test(each))) {
    symlinkSync(join('/usr/bin', name), join(tools, name))
  }
  for (const name of ['host', 'id']) makeKey(join(folder, name), 'ed25519')
  const config = ['HostKey host', 'AuthorizedKeysFile id.pub'].map((line) => line.replace(/ (.*)/, ` ${folder}/$1`))
  writeFileSync(
    join(folder, 'sshd_config'),
    [...config, 'StrictModes no', 'UsePAM no', 'PidFile none', `SetEnv PATH=${tools}`, ''].join('\n'),
  )
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const logins = new Set<ChildProcess>()
  const server = createServer((socket) => {
    const login = spawn('unshare', ['-n', '/usr/sbin/sshd', '-i', '-e', '-f', join(folder, 'sshd_config')], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    logins.add(login)
    socket.on('error', () => {}).pipe(login.stdin.on('error', () => {}))
    login.stdout.pipe(socket)
    login.once('exit', () => socket.destroy())
    socket.once('close', () => login.kill())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    port,
    user: user.name,
    home: user.home,
    keyFile: join(folder, 'id'),
    knownHosts: `[127.0.0.1]:${port} ${execFileSync('cat', [join(folder, 'host.pub')], { encoding: 'utf8' })}`,
    async stop() {
      for (const login of logins) login.kill()
      server.close()
      user.remove()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
