import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { Ended } from '../fixtures/conc.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { isRoot, type Sshd, type SshdOptions, startSshd } from '../fixtures/sshd.ts'

/** What `conc status --json` prints for a node. */
export interface Status {
  readonly state: string
  readonly run: string | null
  readonly by: string | null
  readonly since: string | null
  readonly steps: readonly { readonly name: string; readonly status: string; readonly byHand?: true }[]
  /** Where each step stands, as `NAME STATUS`. */
  readonly stands: readonly string[]
}

/** An application of its own on a node, with a workstation that deploys it. */
export interface Scene {
  readonly sshd: Sshd
  readonly app: string
  /** A folder on the node that is no part of the bundle: both sides may write there, as `$dir`. */
  readonly dir: string
  readonly bundle: string
  readonly station: Workstation
  /** Another workstation with the same deploy file. */
  other(): Workstation
  /** Replaces the steps of the job `release`, on every workstation. A step is `NAME = SIDE OP …`. */
  steps(...lines: readonly string[]): void
  status(): Promise<Status>
  /** The names that the steps have left, in order. */
  trace(): readonly string[]
  /** The journal of the bundle, or of the latest run when there is none, without its times. */
  journal(): readonly string[]
  /** Opens the gate that `gated` waits at. */
  openGate(name?: string): void
  remove(): void
}

/** Attributes that a scene's node has beside its address. */
type More = Readonly<Record<string, string>>

/** A step's line that leaves its name in the trace, and then does this in a script. */
export function step(name: string, side: 'local' | 'remote', script = '', options = ''): string {
  return `${name} = ${side} ${options} sh "echo ${name} >>$trace; ${script}"`
}

/** A script that waits until the scene opens the gate of this name. */
export function gated(name = 'go'): string {
  return `while [ ! -e $dir/${name} ]; do sleep 0.05; done`
}

export const open = 'open = remote open-bundle'
export const close = 'close = remote close-bundle'

/** A node of one's own: a fresh user's login where root runs the tests, else that of whoever runs them. */
export function startNode({
  asRoot = false,
  ...rest
}: SshdOptions & { readonly asRoot?: boolean } = {}): Promise<Sshd> {
  return startSshd(isRoot && !asRoot ? { loginShell: '/bin/sh', ...rest } : rest)
}

/** Starts a node for the tests of a file, and gives each of them a scene of its own on it before it begins. */
export function sceneForEach(give: (scene: Scene) => void | Promise<void>, more?: More): void {
  let sshd: Sshd
  let scene: Scene
  beforeAll(async () => {
    sshd = await startNode()
  })
  afterAll(() => sshd.stop())
  beforeEach(() => {
    scene = makeScene(sshd, more)
    return give(scene)
  })
  afterEach(() => scene.remove())
}

/** Makes an application with a trace on a node; `port` is where the workstation reaches it. */
export function makeScene(sshd: Sshd, more: More = {}, port = sshd.port): Scene {
  const app = `shop${randomBytes(4).toString('hex')}`
  const dir = join(sshd.home, `${app}.d`)
  const bundle = join(sshd.home, '.conc', app)
  const history = join(sshd.home, '.conc', 'history', app)
  mkdirSync(dir)
  chmodSync(dir, 0o777)
  writeFileSync(join(dir, 'trace'), '')
  chmodSync(join(dir, 'trace'), 0o666)
  const direct = readFileSync(sshd.knownHostsFile, 'utf8')
  const knownHosts = direct + direct.replaceAll(`:${sshd.port} `, `:${port} `)
  const stations: Workstation[] = []
  let text = ''
  const addStation = () => {
    const station = makeWorkstation(knownHosts)
    station.write('deploy.ini', text)
    stations.push(station)
    return station
  }
  const station = addStation()
  const journal = () => {
    const past = existsSync(history) ? readdirSync(history).sort().at(-1) : undefined
    const folder = existsSync(bundle) ? bundle : join(history, past ?? '-')
    return linesOf(join(folder, 'journal')).map((line) => line.replace(/^\S+Z /, ''))
  }
  const status = async (): Promise<Status> => {
    const told: Status = JSON.parse((await station.conc('status', 'web1', '--json')).stdout)
    return { ...told, stands: told.steps.map((each) => `${each.name} ${each.status}`) }
  }
  return {
    sshd,
    app,
    dir,
    bundle,
    station,
    other: addStation,
    steps(...lines) {
      text = deployFile({
        deploy: { app, release: '1', dir, trace: `${dir}/trace` },
        'node:web1': {
          'sshd.ip': '127.0.0.1',
          'sshd.port': String(port),
          admin: sshd.user,
          key: sshd.keyFile,
          ...more,
        },
        'job:release': Object.fromEntries(lines.map((line) => line.split(/ = (.*)/s).slice(0, 2))),
      })
      for (const each of stations) each.write('deploy.ini', text)
    },
    status,
    trace: () => linesOf(join(dir, 'trace')),
    journal,
    openGate: (name = 'go') => writeFileSync(join(dir, name), ''),
    remove() {
      for (const each of stations) each.remove()
      for (const path of [dir, bundle, history]) rmSync(path, { recursive: true, force: true })
    },
  }
}

function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
}

/** Checks that events, exit code, journal, trace and `conc status` tell the same about a run that is over. Gives that status. */
export async function expectOneStory(scene: Scene, ended: Ended): Promise<Status> {
  expect(ended.end?.exitCode, ended.stderr).toBe(ended.exit)
  const journal = scene.journal()
  const begun = new Map(attempts(journal, /^begin (\d+ \d+ (\S+))/))
  for (const voided of attempts(journal, /^void (\d+ \d+ (\S+))/).keys()) begun.delete(voided)
  const over = attempts(journal, /^end (\d+ \d+ (\S+))/)
  expect([...over.keys()], journal.join('\n')).toEqual([...begun.keys()])
  const trace = scene.trace()
  expect(trace).toEqual([...begun.values()].filter((name) => trace.includes(name)))
  const status = await scene.status()
  if (ended.end?.status === 'OK') expect(status.state).toBe('FREE')
  for (const event of ended.events) {
    if (event.event !== 'step-end') continue
    expect(journal.join('\n')).toContain(` ${event.step} ${event.status.replace(' ', '_')}`)
    if (status.state !== 'FREE') expect(status.stands).toContain(`${event.step} ${event.status}`)
  }
  return status
}

/** The attempts that lines of a journal are about, each with its step's name. */
function attempts(journal: readonly string[], kind: RegExp): ReadonlyMap<string, string> {
  return new Map(
    journal
      .flatMap((line) => (kind.exec(line) ?? []).slice(1, 3).join('\n') || [])
      .map((pair) => pair.split('\n') as [string, string]),
  )
}
