import { Absent, type Ask, type Subject, textOf, Unknown } from './types.ts'

/** A file system by the folder where it is mounted. */
export interface Mount extends Subject {
  /** Is something mounted just there? */
  exists(): Promise<boolean>
  isMounted(): Promise<boolean>
  device(): Promise<string>
  /** Its kind, such as `ext4`. */
  filesystem(): Promise<string>
  /** Those of the mount and those of the file system, such as `noexec` or `size=5120k`. */
  options(): Promise<readonly string[]>
  hasOption(option: string): Promise<boolean>
}

/** A line of the mount table. */
export interface Mounted {
  readonly point: string
  readonly device: string
  readonly filesystem: string
  readonly options: readonly string[]
}

export function mount(ask: Ask, point: string, node: string): Mount {
  const about = `mount ${point} on ${node}`
  const look = async () => {
    const { table, asked } = parseMounts(textOf(await ask({ name: 'mount', words: [point] }), about))
    // What was mounted last covers the others.
    return table.findLast((each) => each.point === asked)
  }
  const state = async () => {
    const found = await look()
    if (found === undefined) throw new Absent(`${about}: nothing is mounted there`)
    return found
  }
  const isMounted = async () => (await look()) !== undefined
  return {
    about,
    exists: isMounted,
    isMounted,
    device: async () => (await state()).device,
    filesystem: async () => (await state()).filesystem,
    options: async () => (await state()).options,
    hasOption: async (option) => (await state()).options.includes(option),
  }
}

/** Reads what q_mount printed: the table, and the point that was asked for, without links. Throws Unknown when it is not that. */
export function parseMounts(text: string): { readonly table: readonly Mounted[]; readonly asked: string } {
  const [, via = '', lines = '', asked = ''] = /^via (\S+)\n(.*?)\n\n(.*)\n$/s.exec(text) ?? []
  const parse = via === 'mountinfo' ? fromMountinfo : fromMounts
  const table = lines.split('\n').map((line) => {
    const mounted = parse(line.split(' '))
    if (mounted === undefined) throw new Unknown(`the mount table is not known: ${line.slice(0, 200)}`)
    return mounted
  })
  return { table, asked }
}

/** proc_pid_mountinfo(5): after the mount's options come any number of fields, up to a dash. */
function fromMountinfo(fields: readonly string[]): Mounted | undefined {
  const [filesystem, device, more = ''] = fields.slice(fields.indexOf('-', 6) + 1)
  const [, , , , point, own = ''] = fields
  if (point === undefined || filesystem === undefined || device === undefined) return undefined
  const options = [...new Set([...own.split(','), ...more.split(',')])].filter((option) => option !== '')
  return { point: plain(point), device: plain(device), filesystem, options: options.map(plain) }
}

/** fstab(5). */
function fromMounts([device, point, filesystem, options]: readonly string[]): Mounted | undefined {
  if (device === undefined || point === undefined || filesystem === undefined || options === undefined) return undefined
  return { point: plain(point), device: plain(device), filesystem, options: options.split(',').map(plain) }
}

/** Blank, tab, newline and backslash stand as octal escapes of bytes. */
function plain(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
