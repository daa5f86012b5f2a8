import { type Ask, type Subject, textOf } from './types.ts'

/** A setting of the running kernel, such as `net.ipv4.ip_forward`. */
export interface Sysctl extends Subject {
  /** As text; several values with one blank between them. */
  value(): Promise<string>
}

/** Throws TypeError for what is no key. */
export function sysctl(ask: Ask, name: string, node: string): Sysctl {
  const about = `sysctl ${name} on ${node}`
  const path = pathOf(name)
  return { about, value: async () => parseSysctl(textOf(await ask({ name: 'sysctl', words: [path] }), about)) }
}

/** Reads what q_sysctl printed. */
export function parseSysctl(text: string): string {
  return text.replace(/[\t ]+/g, ' ').trim()
}

/** sysctl(8): the separator is whichever of dot and slash comes first; the other one stands for itself, as in `net.ipv4.conf.eth0/1.forwarding`. */
function pathOf(name: string): string {
  const first = /[./]/.exec(name)?.[0]
  const path = first === '.' ? name.replace(/[./]/g, (each) => (each === '.' ? '/' : '.')) : name
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new TypeError(`sysctl('${name}'): that is no key. Write it as net.ipv4.ip_forward.`)
  }
  return path
}
