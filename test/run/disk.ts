import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A small disk of its own in memory; root only. */
export interface Disk {
  /** A folder on it that everybody may write to. */
  readonly path: string
  /** Takes all the room that is left; with `inodes`, all room for new files. */
  fill(what?: 'bytes' | 'inodes'): void
  free(): void
  /** Removes all that is on it. */
  clear(): void
  readOnly(): void
  writable(): void
  remove(): void
}

/** Mounts a disk of so many KiB and so many inodes, which a folder or a file takes one of. */
export function mountDisk(size: number, inodes = 1_000): Disk {
  const point = mkdtempSync(join(tmpdir(), 'conc-disk-'))
  mount('-t', 'tmpfs', '-o', `size=${size}k,nr_inodes=${inodes},mode=0777`, 'tmpfs', point)
  const [path, filler] = [join(point, 'open'), join(point, 'filler')]
  mkdirSync(path)
  execFileSync('chmod', ['777', path])
  mkdirSync(filler)
  return {
    path,
    fill(what = 'bytes') {
      const room = what === 'bytes' ? Buffer.alloc(1024 * size) : ''
      untilFull(() => {
        for (let n = 0; n <= inodes; n++) writeFileSync(join(filler, String(n)), room)
      })
    },
    free() {
      rmSync(filler, { recursive: true })
      mkdirSync(filler)
    },
    clear() {
      this.free()
      for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true })
    },
    readOnly: () => mount('-o', 'remount,ro', point),
    writable: () => mount('-o', 'remount,rw', point),
    remove() {
      execFileSync('umount', ['-l', point])
      rmSync(point, { recursive: true, force: true })
    },
  }
}

function mount(...args: readonly string[]): void {
  execFileSync('mount', args)
}

function untilFull(write: () => void): void {
  try {
    write()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return
    throw error
  }
  throw new Error('the disk did not fill')
}
