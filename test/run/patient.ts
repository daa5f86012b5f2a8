import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Finding } from '../../src/operations/doctor.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { freePort, makeKey, makeUser, type Sshd, startSshd, type User } from '../fixtures/sshd.ts'

type Lines = Readonly<Record<string, string>>

export const work: Lines = { open: 'remote open-bundle', say: 'remote run true', close: 'remote close-bundle' }
export const asRoot: Lines = {
  open: 'remote open-bundle',
  own: 'remote as=root run id -u',
  close: 'remote close-bundle',
}

interface Examined {
  readonly exit: number | null
  readonly findings: readonly (Finding & { readonly node: string })[]
}

/** A node that can be broken in many ways, and a workstation that looks at it. */
export class Patient {
  readonly folder: string
  readonly sshd: Sshd
  /** Its login shell runs nothing. */
  readonly silent: Sshd
  readonly neighbour: User
  /** A port on which nobody listens. */
  readonly closed: number
  station: Workstation
  readonly #undo: (() => void)[] = []

  private constructor(folder: string, sshd: Sshd, silent: Sshd, closed: number) {
    this.folder = folder
    this.sshd = sshd
    this.silent = silent
    this.closed = closed
    this.neighbour = makeUser()
    this.station = this.#makeStation()
  }

  static async start(): Promise<Patient> {
    const folder = mkdtempSync(join(tmpdir(), 'conc-doctor-'))
    chmodSync(folder, 0o755)
    makeKey(join(folder, 'other'), 'ed25519')
    // What stands in `rc` is done before each command: another PATH, as a node may have it.
    const rc = join(folder, 'rc')
    const config = [`ForceCommand [ ! -e ${rc} ] || . ${rc}; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"`]
    const sshd = await startSshd({ loginShell: '/bin/sh', config })
    const silent = await startSshd({ loginShell: '/usr/sbin/nologin' })
    return new Patient(folder, sshd, silent, await freePort())
  }

  #makeStation(): Workstation {
    return makeWorkstation([this.sshd, this.silent].map((each) => readFileSync(each.knownHostsFile, 'utf8')).join(''))
  }

  /** Writes a deploy file for the node as it works, with some attributes changed; an empty one is left out. */
  file(changed: Lines = {}, steps = work, to = this.sshd): void {
    const works = { 'sshd.ip': '127.0.0.1', 'sshd.port': String(to.port), admin: to.user, key: to.keyFile }
    const attributes = Object.entries({ ...works, ...changed }).filter(([, value]) => value !== '')
    const sections = { deploy: { app: 'shop', release: '1' }, 'node:web1': Object.fromEntries(attributes) }
    this.station.write('deploy.ini', deployFile({ ...sections, 'job:release': steps }))
  }

  /** Mounts a small disk over the home. */
  mount(options: string): void {
    const { home, user } = this.sshd
    execFileSync('mount', ['-t', 'tmpfs', '-o', `${options},mode=755,uid=${uidOf(user)}`, 'tmpfs', home])
    this.#undo.push(() => execFileSync('umount', ['-l', home]))
  }

  /** Gives the node a PATH with all programs but these; more are scripts of their own. */
  programs(without: readonly string[], more: Lines = {}): void {
    const bin = mkdtempSync(join(this.folder, 'bin-'))
    chmodSync(bin, 0o755)
    for (const from of ['/usr/bin', '/usr/sbin']) {
      for (const name of readdirSync(from)) {
        if (!without.includes(name) && !existsSync(join(bin, name))) symlinkSync(join(from, name), join(bin, name))
      }
    }
    for (const [name, text] of Object.entries(more)) {
      rmSync(join(bin, name), { force: true })
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    }
    writeFileSync(join(this.folder, 'rc'), `PATH=${bin}\n`)
  }

  /** A rule of sudo for the login user. */
  rule(text: string): void {
    const path = `/etc/sudoers.d/${this.sshd.user}`
    writeFileSync(path, `${this.sshd.user} ${text}\n`, { mode: 0o440 })
    this.#undo.push(() => rmSync(path))
  }

  /** Makes a folder of the login user's in the home. */
  inHome(name: string): string {
    const path = join(this.sshd.home, name)
    mkdirSync(path)
    chownSync(path, uidOf(this.sshd.user), uidOf(this.sshd.user))
    return path
  }

  async examine(): Promise<Examined> {
    const { exit, stdout, stderr } = await this.station.conc('doctor', 'web1', '--json')
    expect(stderr).toBe('')
    return {
      exit,
      findings: stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    }
  }

  /** Makes the node and the workstation as they were. */
  heal(): void {
    for (const each of this.#undo.splice(0).reverse()) each()
    rmSync(join(this.folder, 'rc'), { force: true })
    execFileSync('find', [this.sshd.home, '-mindepth', '1', '-delete'])
    chmodSync(this.sshd.home, 0o755)
    this.station.remove()
    this.station = this.#makeStation()
  }

  async stop(): Promise<void> {
    this.station.remove()
    await this.sshd.stop()
    await this.silent.stop()
    this.neighbour.remove()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function uidOf(user: string): number {
  return Number(execFileSync('id', ['-u', user], { encoding: 'utf8' }))
}

/** Every name below a folder with its kind, rights, owner, times and bytes. */
export function contentsOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .concat('.')
    .sort()
    .map((name) => {
      const path = join(folder, name)
      const { mode, uid, gid, size, mtimeMs, ctimeMs } = lstatSync(path)
      const text = lstatSync(path).isFile() ? readFileSync(path, 'base64') : ''
      return [name, mode, uid, gid, size, mtimeMs, ctimeMs, text].join(' ')
    })
}
