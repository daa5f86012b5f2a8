import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEvent } from '../../src/run/events.ts'
import type { Ended } from '../fixtures/conc.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import type { Sshd } from '../fixtures/sshd.ts'

/** Several nodes on one server, each with a bundle of its own. */
export interface Fleet {
  readonly names: readonly string[]
  readonly dir: string
  readonly station: Workstation
  /** Replaces the steps of the job `release`. */
  steps(...lines: readonly string[]): void
  /** Gives a node further attributes. */
  node(name: string, more: Readonly<Record<string, string>>): void
  /** What the steps have left, as `NODE:STEP`, in order. */
  trace(): readonly string[]
  /** The state of each node, in their order. */
  states(): Promise<readonly string[]>
  /** The journal of a node's bundle, or of its latest past run, without times. */
  journal(name: string): readonly string[]
  /** Opens the gate that `gated` waits at. */
  openGate(name?: string): void
  remove(): void
}

/** A step's line that leaves node and name in the trace, and then does this in a script. */
export function marked(name: string, script = '', side: 'local' | 'remote' = 'remote'): string {
  return `${name} = ${side} sh "echo $name:${name} >>$trace; ${script}"`
}

/** Makes an application on so many nodes, `n01`, `n02` …, in the group `all-of-them`. */
export function makeFleet(sshd: Sshd, size: number): Fleet {
  const app = `shop${randomBytes(4).toString('hex')}`
  const dir = join(sshd.home, `${app}.d`)
  const bundle = (name: string) => join(sshd.home, '.conc', `${app}-${name}`)
  const names = Array.from({ length: size }, (_, index) => `n${String(index + 1).padStart(2, '0')}`)
  const more = new Map<string, Readonly<Record<string, string>>>()
  mkdirSync(dir)
  chmodSync(dir, 0o777)
  writeFileSync(join(dir, 'trace'), '')
  chmodSync(join(dir, 'trace'), 0o666)
  const station = makeWorkstation(readFileSync(sshd.knownHostsFile, 'utf8'))
  let lines: readonly string[] = []
  const write = () => {
    const nodes = names.map((name) => {
      const at = { 'sshd.ip': '127.0.0.1', 'sshd.port': String(sshd.port), admin: sshd.user, key: sshd.keyFile }
      return [`node:${name}`, { ...at, app: `${app}-${name}`, groups: 'web', ...more.get(name) }]
    })
    const sections = {
      deploy: { app, release: '1', dir, trace: `${dir}/trace`, bundle: `.conc/\${app}` },
      'group:web': {},
      ...Object.fromEntries(nodes),
      'job:release': Object.fromEntries(lines.map((line) => line.split(/ = (.*)/s).slice(0, 2))),
    }
    station.write('deploy.ini', deployFile(sections))
  }
  const journal = (name: string) => {
    const history = join(sshd.home, '.conc', 'history', `${app}-${name}`)
    const past = existsSync(history) ? readdirSync(history).sort().at(-1) : undefined
    const folder = existsSync(bundle(name)) ? bundle(name) : join(history, past ?? '-')
    return linesOf(join(folder, 'journal')).map((line) => line.replace(/^\S+Z /, ''))
  }
  return {
    names,
    dir,
    station,
    steps(...given) {
      lines = given
      write()
    },
    node(name, attributes) {
      more.set(name, attributes)
      write()
    },
    trace: () => linesOf(join(dir, 'trace')),
    async states() {
      const { stdout } = await station.conc('status', 'all', '--json')
      return stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).state)
    },
    journal,
    openGate: (name = 'go') => writeFileSync(join(dir, name), ''),
    remove() {
      station.remove()
      rmSync(dir, { recursive: true, force: true })
      for (const name of names) {
        rmSync(bundle(name), { recursive: true, force: true })
        rmSync(join(sshd.home, '.conc', 'history', `${app}-${name}`), { recursive: true, force: true })
      }
    },
  }
}

function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
}

/** How a run of several nodes ended: exit code, status, and each node as `NODE STATUS [not begun] [locked]`. */
export function endOf({ exit, end }: Pick<Ended, 'exit' | 'end'>) {
  const nodes = end?.nodes?.map(({ node, status, attempted, locked }) =>
    [node, status, ...(attempted ? [] : ['not begun']), ...(locked ? ['locked'] : [])].join(' '),
  )
  return { exit, code: end?.exitCode, status: end?.status, nodes }
}

/** The nodes and steps whose end was told, as `NODE:STEP STATUS`. */
export function endsIn(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => (event.event === 'step-end' ? [`${event.node}:${event.step} ${event.status}`] : []))
}
