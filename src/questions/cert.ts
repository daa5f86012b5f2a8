import { X509Certificate } from 'node:crypto'
import { unlessAbsent } from './presence.ts'
import { Absent, type Ask, type Subject, textOf, Unknown } from './types.ts'

/** A certificate: the first in a PEM file of the node, or that which a server shows to the node. Nothing is said of who signed it. */
export interface Cert extends Subject {
  exists(): Promise<boolean>
  /** Such as `CN=shop.example`, several parts with `, ` between them. */
  subject(): Promise<string>
  issuer(): Promise<string>
  /** The names and addresses that it is for, without `DNS:` and the like. */
  names(): Promise<readonly string[]>
  notBefore(): Promise<Date>
  notAfter(): Promise<Date>
  /** Whole days that it is still valid, by the node's clock; below 0 when it is over. */
  daysLeft(): Promise<number>
  /** Is the node's time between its two? */
  isValid(): Promise<boolean>
  /** SHA-256, as `AB:CD:…`. */
  fingerprint(): Promise<string>
}

export interface CertState {
  /** The node's time. */
  readonly now: Date
  readonly certificate: X509Certificate
}

const day = 24 * 60 * 60 * 1000

/**
 * @param source a path, or `host:port`.
 * @param servername the name that a server is asked for, when that is not the host of `source`.
 */
export function cert(ask: Ask, source: string, options: { readonly servername?: string }, node: string): Cert {
  const about = `cert ${source} on ${node}`
  const question = questionFor(source, options.servername)
  const state = async () => {
    const answer = await ask(question)
    const words = answer.stderr.trim().split('\n')[0] ?? ''
    if (question.name === 'tls' && answer.exit === 10) throw new Absent(`${about}: none is shown: ${words}`)
    const found = parseCert(textOf(answer, about))
    if (found instanceof Error) throw new (found instanceof Absent ? Absent : Unknown)(`${about}: ${found.message}`)
    return found
  }
  const certificate = async () => (await state()).certificate
  return {
    about,
    exists: () => unlessAbsent(state().then(() => true)),
    subject: async () => oneLine((await certificate()).subject),
    issuer: async () => oneLine((await certificate()).issuer),
    names: async () => namesOf((await certificate()).subjectAltName),
    notBefore: async () => new Date((await certificate()).validFrom),
    notAfter: async () => new Date((await certificate()).validTo),
    daysLeft: async () => {
      const { now, certificate } = await state()
      return Math.floor((new Date(certificate.validTo).getTime() - now.getTime()) / day)
    },
    isValid: async () => {
      const { now, certificate } = await state()
      return new Date(certificate.validFrom) <= now && now <= new Date(certificate.validTo)
    },
    fingerprint: async () => (await certificate()).fingerprint256,
  }
}

/** Reads what q_pem and q_tls printed. Gives Absent when there is no certificate in it, Unknown when it is not that. */
function parseCert(text: string): CertState | Absent | Unknown {
  const [, seconds, pem = ''] = /^(\d+)\n(.*)$/s.exec(text) ?? []
  if (seconds === undefined) return new Unknown('the node did not tell its time')
  if (pem === '') return new Absent('there is no certificate in it')
  try {
    return { now: new Date(Number(seconds) * 1000), certificate: new X509Certificate(pem) }
  } catch (error) {
    return new Unknown(`it can't be read: ${error instanceof Error ? error.message : error}`)
  }
}

function questionFor(source: string, servername?: string) {
  const [, host] = /^([^-/\s][^/\s]*):\d{1,5}$/.exec(source) ?? []
  if (host === undefined) return { name: 'pem', words: [source] }
  const name = servername ?? (/^\[|^[\d.]+$/.test(host) ? '' : host)
  if (/^-|\s/.test(name)) throw new TypeError(`cert('${source}'): servername is a host's name.`)
  return { name: 'tls', words: [source, name] }
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ')
}

/** Node tells them as `DNS:a, IP Address:::1`, with what is odd in quotes as JSON has them. */
function namesOf(text: string | undefined): readonly string[] {
  return Array.from((text ?? '').matchAll(/(?:^|, )[A-Za-z ]+:("(?:[^"\\]|\\.)*"|[^,]*)/g), ([, name = '']) =>
    name.startsWith('"') ? String(JSON.parse(name)) : name,
  )
}
