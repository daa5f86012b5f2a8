import { milliseconds } from '../words/duration.ts'
import { parseHttp, type Response } from './response.ts'
import { Absent, type Ask, bytesOf, type Subject, Unknown } from './types.ts'

/** What a URL answers to the node itself. Proxies of the node's settings are passed by. */
export interface Http extends Subject {
  /** Does a server answer in HTTP, with whatever status? */
  isReachable(): Promise<boolean>
  status(): Promise<number>
  /** By their names in small letters; several of a name with `, ` between them. */
  headers(): Promise<Readonly<Record<string, string>>>
  /** Throws Absent when there is no such header. */
  header(name: string): Promise<string>
  /** As UTF-8, the first MiB. */
  body(): Promise<string>
  contains(what: string | RegExp): Promise<boolean>
}

/** How a URL is asked for. */
export interface HttpOptions {
  /** GET when not given. Any other needs curl on the node. */
  readonly method?: string
  /** They stand in no command line: but for harmless ones, such as Host or Accept, they need curl on the node. */
  readonly headers?: Readonly<Record<string, string>>
  /** Needs curl on the node. */
  readonly body?: string
  /** Takes any certificate. */
  readonly insecure?: boolean
  /** Follows redirects. */
  readonly follow?: boolean
  /** For the whole answer, with a unit; `10s` when not given. */
  readonly timeout?: string
}

/** What the command line of a wget may show. */
const harmless = /^(host|accept(-.*)?|user-agent|content-type|cache-control|range|if-.*|x-forwarded-(for|host|proto))$/i

/** Throws TypeError for a URL or an option that can't be. */
export function http(ask: Ask, url: string, options: HttpOptions, node: string): Http {
  const target = targetOf(url)
  const about = `http ${target.hidden} on ${node}`
  const seconds = (milliseconds(options.timeout ?? '10s') ?? 0) / 1000
  if (seconds === 0) throw new TypeError(`http('${url}'): timeout takes a time with a unit, such as 10s.`)
  const words = wordsOf(url, target.isPlain, seconds, options)
  const response = async () => {
    const answer = await ask({ name: 'http', words })
    const found = parseHttp(bytesOf(answer, about), answer.stderr, options.follow === true)
    if (found instanceof Error) throw new (found instanceof Absent ? Absent : Unknown)(`${about}: ${found.message}`)
    return found
  }
  return { about, ...questions(response, about) }
}

function questions(response: () => Promise<Response>, about: string): Omit<Http, 'about'> {
  const told = async <Part extends 'headers' | 'body'>(part: Part) => {
    const found = await response()
    const value = found[part]
    if (value === undefined) throw new Unknown(`${about}: its ${part} can't be told: ${found.why}`)
    return value
  }
  const body = async () => (await told('body')).toString('utf8')
  return {
    isReachable: async () => {
      try {
        await response()
        return true
      } catch (error) {
        if (error instanceof Absent) return false
        throw error
      }
    },
    status: async () => (await response()).status,
    headers: () => told('headers'),
    header: async (name) => {
      const value = (await told('headers'))[name.toLowerCase()]
      if (value === undefined) throw new Absent(`${about}: there is no header ${name}`)
      return value
    },
    body,
    contains: async (what) => {
      const text = await body()
      // `test` of a global expression goes on where it last stopped.
      return typeof what === 'string' ? text.includes(what) : text.search(what) >= 0
    },
  }
}

/** A URL without what is secret in it, for messages; plain when there is nothing such. */
function targetOf(url: string): { readonly hidden: string; readonly isPlain: boolean } {
  if (!/^https?:\/\/[^\s/]/i.test(url) || /[\s"\\]/.test(url) || !URL.canParse(url)) {
    throw new TypeError(`http('${url}'): a URL begins with http:// or https:// and holds no blank.`)
  }
  const { username, password } = new URL(url)
  const isPlain = username === '' && password === ''
  return { hidden: isPlain ? url : url.replace(/\/\/[^/]*@/, '//…@'), isPlain }
}

/** The words of q_http. */
function wordsOf(url: string, isPlain: boolean, seconds: number, options: HttpOptions): readonly string[] {
  const { headers = {}, body, method = body === undefined ? 'GET' : 'POST', insecure = false, follow = false } = options
  const lines = Object.entries(headers).map(([name, value]) => headerLine(name, value))
  if (!/^[A-Z]+$/.test(method)) throw new TypeError(`http('${url}'): method is a word such as POST.`)
  if (body?.includes('\0')) throw new TypeError(`http('${url}'): a body with NUL can't be sent.`)
  const config = [
    `url = ${quoted(url)}`,
    `max-time = ${seconds}`,
    method === 'HEAD' ? 'head' : `request = ${quoted(method)}`,
    ...lines.map((line) => `header = ${quoted(line)}`),
    ...(body === undefined ? [] : [`data-raw = ${quoted(body)}`]),
    ...(insecure ? ['insecure'] : []),
    ...(follow ? ['location'] : []),
  ]
  const isShown = isPlain && Object.keys(headers).every((name) => harmless.test(name))
  const why =
    method !== 'GET' || body !== undefined || follow ? 'only curl can ask so' : isShown ? '' : 'only curl keeps secrets'
  const wish = why === '' ? '' : `${why}, and the node has none`
  return [`${config.join('\n')}\n`, wish, url, String(Math.ceil(seconds)), insecure ? 'yes' : '', ...lines]
}

/** curl takes `Name;` for a header without a value (curl(1), -H). */
function headerLine(name: string, value: string): string {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new TypeError(`http: '${name}' is no name of a header.`)
  if (/[\r\n\0]/.test(value)) throw new TypeError(`http: the header ${name} holds more than a line.`)
  return value.trim() === '' ? `${name};` : `${name}: ${value}`
}

/** As curl(1), -K, reads quotes. */
function quoted(value: string): string {
  const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' }
  return `"${value.replace(/[\\"]/g, '\\$&').replace(/[\n\r\t\v]/g, (each) => escapes[each] ?? each)}"`
}
