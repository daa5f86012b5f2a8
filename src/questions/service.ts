import { unlessAbsent } from './presence.ts'
import { Absent, type Ask, type Subject, textOf, Unknown } from './types.ts'

/** A service of systemd (any unit: `ssh`, `shop.timer`), OpenRC, or /etc/init.d. Those of a user's own systemd are not asked. */
export interface Service extends Subject {
  exists(): Promise<boolean>
  /**
   * As `systemctl is-active` has it: active (also a one-shot that has ended well and stays active) or reloading. What is
   * still starting, stopping, or waiting to be started again after it fell does not run. Throws Absent when there is none.
   */
  isRunning(): Promise<boolean>
  /**
   * Will it be started with the node? Enabled for good, not just until the next start. A unit that can't be enabled (static,
   * indirect, generated) is when another that systemd has loaded wants, requires or triggers it. With OpenRC: in a runlevel
   * other than shutdown; with /etc/init.d: a link in rcS.d or rc2.d to rc5.d. Throws Absent when there is none.
   */
  isEnabled(): Promise<boolean>
  /** Only systemd knows this. Throws Absent when there is none. */
  isMasked(): Promise<boolean>
}

/** What an init tells about a service. A word of it is undefined when the init could not tell. */
export interface ServiceState {
  readonly running: boolean | undefined
  readonly enabled: boolean | undefined
  readonly masked: boolean
}

/** Reads what q_service printed. Undefined when there is no such service. Throws Unknown when it is not that. */
export function parseService(text: string): ServiceState | undefined {
  const [via = '', ...lines] = text.trimEnd().split('\n')
  switch (via) {
    case 'via systemd':
      return systemdState(new Map(lines.map((line) => [before(line), line.slice(before(line).length + 1)])))
    case 'via openrc':
      return {
        ...scriptState(lines, openrcCodes),
        enabled: told(lines, 'runlevel').some((name) => name !== 'shutdown'),
      }
    case 'via sysv':
      return {
        ...scriptState(lines, lsbCodes),
        enabled: told(lines, 'link').some((path) => /rc[S2-5]\.d\//.test(path)),
      }
    default:
      throw new Unknown(`the init said: ${text.slice(0, 200)}`)
  }
}

/** LSB Core 5.0, 22.2: running; dead with a pid file; dead with a lock file; not running. 4 is unknown. */
const lsbCodes: Readonly<Record<string, boolean>> = { 0: true, 1: false, 2: false, 3: false }
/** openrc-run.sh 0.45: started, stopped, stopping, starting, inactive, crashed. 64, unsupervised, is unknown. */
const openrcCodes: Readonly<Record<string, boolean>> = { 0: true, 3: false, 4: false, 8: false, 16: false, 32: false }

function scriptState(lines: readonly string[], codes: Readonly<Record<string, boolean>>) {
  const [code = ''] = told(lines, 'status')
  if (!/^\d+$/.test(code)) throw new Unknown(`the init said: ${lines.join(' ').slice(0, 200)}`)
  return { running: codes[code], masked: false }
}

function told(lines: readonly string[], key: string): readonly string[] {
  return lines.flatMap((line) => (line.startsWith(`${key} `) ? [line.slice(key.length + 1)] : []))
}

function before(line: string): string {
  return line.split('=', 1)[0] ?? ''
}

/** The states are those of `systemctl --state=help` and systemctl(1), is-enabled; 252. */
function systemdState(told: ReadonlyMap<string, string>): ServiceState | undefined {
  const [load = '', active = '', file = ''] = ['LoadState', 'ActiveState', 'UnitFileState'].map((key) => told.get(key))
  if (load === '' || active === '') throw new Unknown(`systemctl said: ${[...told.keys()].join(' ').slice(0, 200)}`)
  // What runs though its file was removed is still there.
  if (load === 'not-found' && active === 'inactive') return undefined
  const pulled = ['WantedBy', 'RequiredBy', 'TriggeredBy'].some((key) => (told.get(key) ?? '') !== '')
  return {
    running: active === 'active' || active === 'reloading' || active === 'refreshing',
    enabled: file === 'bad' ? undefined : own.has(file) ? file === 'enabled' : pulled,
    masked: load === 'masked' || file.startsWith('masked'),
  }
}

/** States that a unit has because someone said so. */
const own = new Set(['enabled', 'enabled-runtime', 'disabled', 'linked', 'linked-runtime', 'masked', 'masked-runtime'])

export function service(ask: Ask, name: string, node: string): Service {
  const about = `service ${name} on ${node}`
  const state = async () => {
    const found = parseService(textOf(await ask({ name: 'service', words: [name] }), about))
    if (found === undefined) throw new Absent(`${about}: there is none`)
    return found
  }
  const known = (answer: boolean | undefined) => {
    if (answer === undefined) throw new Unknown(`${about}: its state is not known there`)
    return answer
  }
  return {
    about,
    exists: () => unlessAbsent(state().then(() => true)),
    isRunning: async () => known((await state()).running),
    isEnabled: async () => known((await state()).enabled),
    isMasked: async () => (await state()).masked,
  }
}
