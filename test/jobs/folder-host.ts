import { rmSync } from 'node:fs'
import type { Side } from '../../src/deployfile/types.ts'
import { localHost } from '../../src/hosts/local.ts'
import type { Host } from '../../src/ops/types.ts'

/** A machine that is a folder. `written` lists what was written, or sent to it. */
export function folderHost(folder: string, side: Side): Host & { readonly written: string[] } {
  const host = localHost(folder)
  const written: string[] = []
  return {
    ...host,
    side,
    written,
    async write(path, source, options) {
      await host.write(path, source, options)
      written.push(path)
    },
    async receive(into, entries, from, options) {
      const received = await host.receive(into, entries, from, options)
      written.push(...entries.map(({ path }) => `${into}/${path}`).slice(0, received.sent))
      return received
    },
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}
