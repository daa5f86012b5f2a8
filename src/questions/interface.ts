import { unlessAbsent } from './presence.ts'
import { type Ask, type Subject, textOf, Unknown } from './types.ts'

/** A network interface of the node. */
export interface Interface extends Subject {
  exists(): Promise<boolean>
  /** Is it switched on, and does its state say nothing else? That of `lo` and of many tunnels is `unknown`, which counts as up. */
  isUp(): Promise<boolean>
  /** With the length of the network's prefix, as `192.0.2.2/24`. */
  addresses(): Promise<readonly string[]>
  mtu(): Promise<number>
  mac(): Promise<string>
  /** Mbit/s. Throws Unknown where the driver does not tell. */
  speed(): Promise<number>
}

export interface InterfaceState {
  readonly isUp: boolean
  readonly mtu: number
  readonly mac: string
  readonly speed?: number
  /** Absent when the node has no ip. */
  readonly addresses?: readonly string[]
}

/** Throws TypeError for what can't be a name. */
export function networkInterface(ask: Ask, name: string, node: string): Interface {
  if (!/^[^\s/-][^\s/]*$/.test(name) || name === '.' || name === '..') {
    throw new TypeError(`interface('${name}'): that is no name of an interface.`)
  }
  const about = `interface ${name} on ${node}`
  const state = async () => parseInterface(textOf(await ask({ name: 'interface', words: [name] }), about))
  const told = <T>(value: T | undefined, why: string): T => {
    if (value === undefined) throw new Unknown(`${about}: ${why}`)
    return value
  }
  return {
    about,
    exists: () => unlessAbsent(state().then(() => true)),
    isUp: async () => (await state()).isUp,
    addresses: async () => told((await state()).addresses, 'the node has no ip'),
    mtu: async () => (await state()).mtu,
    mac: async () => (await state()).mac,
    speed: async () => told((await state()).speed, 'its driver tells no speed'),
  }
}

/** Reads what q_interface printed. Throws Unknown when it is not that. */
export function parseInterface(text: string): InterfaceState {
  const [flags = '', mtu = '', mac = '', state = '', speed = '', via = '', ...lines] = text.split('\n')
  if (!/^0x[\da-f]+$/.test(flags) || !via.startsWith('via ')) throw new Unknown(`sysfs said: ${text.slice(0, 200)}`)
  const addresses = lines.flatMap((line) => / inet6? (\S+)/.exec(line)?.[1] ?? [])
  return {
    // IFF_UP of netdevice(7).
    isUp: (Number(flags) & 1) === 1 && (state === 'up' || state === 'unknown'),
    mtu: Number(mtu),
    mac,
    ...(Number(speed) > 0 ? { speed: Number(speed) } : {}),
    ...(via === 'via ip' ? { addresses } : {}),
  }
}
