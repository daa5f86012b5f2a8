import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, createReadStream, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { globSync } from 'tinyglobby'
import type { Side } from '../../src/deployfile/types.ts'
import type { Host } from '../../src/ops/types.ts'

/** A machine that is a folder: keeps what Host promises. `written` lists what was written. */
export function folderHost(folder: string, side: Side): Host & { readonly written: string[] } {
  const written: string[] = []
  return {
    side,
    written,
    run: async ([program = '', ...args]) => {
      const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder })
      return { exit: status ?? -1, stdout, stderr }
    },
    read: (path) => createReadStream(resolve(folder, path), { highWaterMark: 1000 }),
    write: async (path, source, { size, sha256, mode = 0o644, onProgress }) => {
      const parts: Uint8Array[] = []
      for await (const part of source) {
        parts.push(part)
        onProgress?.(Buffer.concat(parts).length)
      }
      const whole = Buffer.concat(parts)
      const sum = createHash('sha256').update(whole).digest('hex')
      if (whole.length !== size || sum !== sha256) throw new Error('torn')
      writeFileSync(join(folder, `${path}.part`), whole)
      chmodSync(join(folder, `${path}.part`), mode)
      renameSync(join(folder, `${path}.part`), join(folder, path))
      written.push(path)
    },
    glob: async (pattern) => globSync(pattern, { cwd: folder, dot: true, expandDirectories: false }).sort(),
    stat: async (path) => {
      const found = statSync(resolve(folder, path), { throwIfNoEntry: false })
      return found?.isFile() ? { size: found.size, mode: found.mode & 0o7777 } : undefined
    },
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}
