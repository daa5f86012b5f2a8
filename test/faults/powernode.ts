import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort, isRoot, type Sshd } from '../fixtures/sshd.ts'
import { endProcess } from '../fixtures/users.ts'

/** What is awkward about a node's disk; nothing when empty. */
export interface Disk {
  /** ext4 without its journal: a sync of one file or folder brings nothing else to the disk. */
  readonly unordered?: true
  /** It holds the bundle alone: the history lies in the home, on the ordinary disk. */
  readonly apart?: true
}

/**
 * A node whose power can be cut: an sshd with the keys and the user of another one, in namespaces of its own, so that
 * all its processes end at once and each boot has an identity. The bundle lies on a small disk that goes with it.
 */
export interface PoweredNode {
  readonly port: number
  /** Where its disk is mounted. */
  readonly disk: string
  /** Attributes that put the bundle there. */
  readonly attributes: Readonly<Record<string, string>>
  /** Kills all its processes, and discards what had not reached the disk. */
  cut(): Promise<void>
  boot(): Promise<void>
  remove(): Promise<void>
}

/** Whether this machine lets root make disks and namespaces: not every container does. */
export function canCutPower(): boolean {
  const tools = 'command -v mkfs.ext4 e2fsck >/dev/null && losetup -f >/dev/null && unshare --mount-proc -p --fork true'
  return isRoot && spawnSync('sh', ['-c', tools]).status === 0
}

/** Starts such a node. Root only: it mounts and makes namespaces, the machine's own are left alone. */
export async function startPoweredNode(sshd: Sshd, kind: Disk = {}): Promise<PoweredNode> {
  const base = mkdtempSync(join(tmpdir(), 'conc-power-'))
  chmodSync(base, 0o755)
  const temporary = join(base, 'tmp')
  mkdirSync(temporary)
  chmodSync(temporary, 0o1777)
  const disk = join(sshd.home, kind.apart ? 'disk' : '.conc')
  const port = await freePort()
  let image = makeImage(base, sshd.user, kind)
  let boots = 0
  let running: ChildProcess | undefined
  const off = async () => {
    if (running !== undefined) await end(running)
    running = undefined
  }
  const node: PoweredNode = {
    port,
    disk,
    attributes: kind.apart ? { bundle: join(disk, 'shop') } : {},
    async cut() {
      await off()
      const kept = join(base, `disk${boots}`)
      execFileSync('cp', ['--sparse=always', image, kept])
      execFileSync('umount', [disk])
      rmSync(image)
      image = kept
      if (kind.unordered) mend(image)
      mount(image, disk, kind)
    },
    async boot() {
      boots += 1
      const identity = join(base, `boot${boots}`)
      writeFileSync(identity, `${randomUUID()}\n`)
      running = await start(sshd.folder, identity, port, temporary)
    },
    async remove() {
      await off()
      execFileSync('umount', [disk])
      rmSync(base, { recursive: true, force: true })
    },
  }
  execFileSync('install', ['-d', '-o', sshd.user, disk])
  mount(image, disk, kind)
  await node.boot().catch(async (error: unknown) => {
    await node.remove()
    throw error
  })
  return node
}

function makeImage(base: string, user: string, kind: Disk): string {
  const image = join(base, 'disk')
  const owner = ['-u', '-g'].map((which) => execFileSync('id', [which, user], { encoding: 'utf8' }).trim()).join(':')
  const features = kind.unordered ? ['-O', '^has_journal'] : []
  execFileSync('truncate', ['-s', '16M', image])
  execFileSync('mkfs.ext4', ['-q', '-F', ...features, '-E', `root_owner=${owner}`, image])
  return image
}

/** Nothing is written back by itself: not the journal for five minutes, and no data younger than half of one. */
function mount(image: string, folder: string, kind: Disk): void {
  execFileSync('mount', ['-o', kind.unordered ? 'loop' : 'loop,commit=300', image, folder])
}

/** As a boot does it for a disk without a journal. From 4 on the exit code says that something is still wrong: e2fsck(8). */
function mend(image: string): void {
  const { status, stdout } = spawnSync('e2fsck', ['-fy', image], { encoding: 'utf8' })
  if (status === null || status >= 4) throw new Error(`the disk can't be mended: ${stdout}`)
}

async function start(folder: string, identity: string, port: number, temporary: string): Promise<ChildProcess> {
  const inside = 'mount --bind "$1" /proc/sys/kernel/random/boot_id && shift && exec "$@"'
  const sshd = ['/usr/sbin/sshd', '-D', '-e', '-f', join(folder, 'sshd_config'), '-p', String(port)]
  const child = spawn(
    'unshare',
    ['--mount-proc', '-p', '--fork', 'sh', '-c', inside, 'sh', identity, ...sshd, '-o', `SetEnv=TMPDIR=${temporary}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const said: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line)
    if (!line.startsWith('Server listening on')) continue
    child.stderr.resume()
    return child
  }
  throw new Error(`the node's sshd did not start: ${said.join('\n')}`)
}

/** Ends the first process of the node's: the kernel ends all others with it, and `unshare` ends when all are gone. */
async function end(unshare: ChildProcess): Promise<void> {
  const over = once(unshare, 'exit')
  const first = readFileSync(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'utf8').trim()
  endProcess(Number(first))
  await over
}
