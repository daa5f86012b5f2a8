import { type Ask, type Subject, textOf, Unknown } from './types.ts'

/** The file system that holds a path. */
export interface Disk extends Subject {
  /** Bytes. */
  size(): Promise<number>
  /** Bytes that a user may still fill. */
  free(): Promise<number>
  /** 0 to 100, as df tells it: what is left for root alone counts as used up. */
  usedPercent(): Promise<number>
  /** 0 to 100. Throws Unknown where the file system counts no inodes. */
  inodesUsedPercent(): Promise<number>
}

export interface DiskState {
  readonly size: number
  readonly free: number
  readonly usedPercent: number
  readonly inodesUsedPercent?: number
}

export function disk(ask: Ask, path: string, node: string): Disk {
  const about = `disk ${path} on ${node}`
  const state = async () => parseDisk(textOf(await ask({ name: 'disk', words: [path] }), about))
  return {
    about,
    size: async () => (await state()).size,
    free: async () => (await state()).free,
    usedPercent: async () => (await state()).usedPercent,
    inodesUsedPercent: async () => {
      const { inodesUsedPercent } = await state()
      if (inodesUsedPercent === undefined) throw new Unknown(`${about}: its inodes are not counted`)
      return inodesUsedPercent
    },
  }
}

/** Reads what q_disk printed: df of KiB, then of inodes. Throws Unknown when it is not that. */
export function parseDisk(text: string): DiskState {
  const [blocks, inodes] = Array.from(
    text.matchAll(/^.* (\d+) +(\d+) +(-?\d+) +(\d+%|-) .*$/gm),
    ([, total, used, free, percent = '']) => ({
      total: Number(total),
      used: Number(used),
      free: Number(free),
      percent: percent === '-' ? undefined : Number(percent.slice(0, -1)),
    }),
  )
  if (blocks === undefined) throw new Unknown(`df said: ${text.slice(0, 200)}`)
  return {
    size: blocks.total * 1024,
    free: Math.max(0, blocks.free) * 1024,
    usedPercent: blocks.percent ?? 0,
    ...(inodes?.percent === undefined || !isCounted(inodes) ? {} : { inodesUsedPercent: inodes.percent }),
  }
}

/** Where nobody counts inodes df tells of none, or, as of cephfs, of more in use than there are. */
function isCounted({ total, used }: { readonly total: number; readonly used: number }): boolean {
  return total > 0 && used <= total
}
