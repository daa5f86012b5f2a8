import { Absent, type Ask, type Subject, textOf, Unknown } from './types.ts'

const inits = ['systemd', 'openrc', 'sysv', 'none'] as const
const managers = ['dpkg', 'apk', 'rpm', 'none'] as const

/** What started the node and starts its services. `none` is usual in containers. */
export type Init = (typeof inits)[number]
export type PackageManager = (typeof managers)[number]

/** What kind of system a node is. What os-release(5) does not name there is Absent. */
export interface SystemInfo extends Subject {
  /** The kernel's name in small letters: `linux`. */
  os(): Promise<string>
  /** `debian`, `ubuntu`, `alpine`: the ID of os-release. */
  distribution(): Promise<string>
  /** `12`, `24.04`, `3.22.1`: the VERSION_ID of os-release. */
  release(): Promise<string>
  /** `bookworm`: the VERSION_CODENAME of os-release. */
  codename(): Promise<string>
  /** As `uname -m` tells it: `x86_64`, `aarch64`. */
  arch(): Promise<string>
  /** As `uname -r` tells it. */
  kernel(): Promise<string>
  hostname(): Promise<string>
  init(): Promise<Init>
  packages(): Promise<PackageManager>
  /** Seconds since it was started. */
  uptime(): Promise<number>
  /** Its time now, to the second. */
  clock(): Promise<Date>
}

/** What q_system tells. */
export interface SystemState {
  readonly os: string
  readonly arch: string
  readonly kernel: string
  readonly hostname: string
  readonly clock: Date
  /** NaN when the node does not tell. */
  readonly uptime: number
  /** The variables of os-release(5). */
  readonly release: ReadonlyMap<string, string>
}

/** Reads what q_system printed. Throws Unknown when it is not that. */
export function parseSystem(text: string): SystemState {
  const [os = '', arch = '', kernel = '', hostname = '', seconds = '', uptime = '', ...lines] = text.split('\n')
  if (!/^\d+$/.test(seconds)) throw new Unknown(`the system said: ${text.slice(0, 200)}`)
  return {
    os: os.toLowerCase(),
    arch,
    kernel,
    hostname,
    clock: new Date(Number(seconds) * 1000),
    uptime: uptime === '' ? Number.NaN : Number(uptime),
    release: new Map(lines.flatMap(assignment)),
  }
}

/** A line as a shell would read it, of the few forms that os-release(5) allows. Nothing is evaluated. */
function assignment(line: string): [string, string][] {
  const [, name = '', value = ''] = line.match(/^([A-Z][A-Z0-9_]*)=(.*)$/) ?? []
  if (name === '') return []
  const quoted = value.match(/^(["'])(.*)\1$/)
  const bare = quoted?.[2] ?? value
  return [[name, quoted?.[1] === "'" ? bare : bare.replace(/\\(["$`\\])/g, '$1')]]
}

export function systemInfo(ask: Ask, node: string): SystemInfo {
  const about = `the system of ${node}`
  const state = async () => parseSystem(textOf(await ask({ name: 'system', words: [] }), about))
  const released = async (name: string) => {
    const value = (await state()).release.get(name) ?? ''
    if (value === '') throw new Absent(`${about}: its os-release names no ${name}`)
    return value
  }
  const oneOf = async <Word extends string>(name: string, words: readonly Word[]) => {
    const said = textOf(await ask({ name, words: [] }), about).trim()
    const word = words.find((each) => each === said)
    if (word === undefined) throw new Unknown(`${about}: it said ${said.slice(0, 200)}`)
    return word
  }
  return {
    about,
    os: async () => (await state()).os,
    distribution: () => released('ID'),
    release: () => released('VERSION_ID'),
    codename: () => released('VERSION_CODENAME'),
    arch: async () => (await state()).arch,
    kernel: async () => (await state()).kernel,
    hostname: async () => (await state()).hostname,
    init: () => oneOf('init', inits),
    packages: () => oneOf('packager', managers),
    async uptime() {
      const { uptime } = await state()
      if (Number.isNaN(uptime)) throw new Unknown(`${about}: it does not tell when it was started`)
      return uptime
    },
    clock: async () => (await state()).clock,
  }
}
