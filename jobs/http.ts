import http from 'node:http'
import https from 'node:https'
import { defineOp, type Host, milliseconds, OpFailed, poll, quote, quoteAll } from 'conc-deploy'

/** What a server said, or why it did not. */
type Answer =
  | { readonly status: number; readonly location?: string; readonly body: string }
  | { readonly failure: string }

/** Asks once, within a time in milliseconds. */
type Ask = (limit: number) => Promise<Answer>

/** As much of a body as is looked at, in bytes. */
const longestBody = 2 ** 20

export default defineOp({
  summary: 'Asks a URL until it gives the right status and text.',
  parameters: [{ name: 'URL', summary: 'http:// or https://', required: true }],
  flags: {
    status: { value: 'CODE', summary: 'the status that is right; 200 when not given' },
    body: { value: 'TEXT', summary: 'what must stand in the first MiB of the body' },
    timeout: { value: 'TIME', type: 'time', summary: 'when to give up; 30s when not given' },
    insecure: { summary: 'takes any certificate' },
  },
  readOnly: true,
  check: ({ positionals: [url = ''], flags: { status = '200' } }) => {
    if (!url.includes('${') && !isUrl(url)) return 'URL begins with http:// or https:// and holds no blank.'
    return /^[2-5]\d\d$|\$\{/.test(status) ? undefined : '--status takes a number such as 200.'
  },
  byHand: ({ positionals: [url = ''], flags: { status = '200', body, insecure } }) =>
    `${quoteAll(curl(url, insecure !== undefined))} # ${status}${body === undefined ? '' : `, with ${quote(body)} in it`}`,
  run: async ({ positionals: [url = ''], flags, side, host, signal, log }) => {
    const { status = '200', body = '', timeout = '30s', insecure } = flags
    const trusting = insecure !== undefined
    const ask = side === 'local' ? fromHere(url, trusting, signal) : await fromNode(host, url, trusting, signal)
    let last = ''
    const look = async (limit: number) => {
      const answer = await ask(limit)
      last = 'failure' in answer ? '' : answer.body
      const wrong = wrongWith(answer, Number(status), body)
      return wrong && `${url}: ${wrong}`
    }
    await poll(look, { timeout: milliseconds(timeout) ?? 0, signal }).catch((error: unknown) => {
      if (last !== '') log(beginning(last))
      throw error
    })
    log(`${url}: ${status}`)
  },
})

function isUrl(text: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(text) && !/\s/.test(text) && URL.canParse(text)
}

function wrongWith(answer: Answer, status: number, body: string): string | undefined {
  if ('failure' in answer) return answer.failure
  if (answer.status !== status) {
    return `${answer.status}${answer.location === undefined ? '' : ` to ${answer.location}`}, not ${status}`
  }
  return answer.body.includes(body) ? undefined : `${status}, but there is no ${quote(body)} in the body`
}

/** The first lines of a text. */
function beginning(text: string): string {
  const piece = text.slice(0, 1000).split('\n').slice(0, 10).join('\n').trimEnd()
  return piece.length < text.trimEnd().length ? `${piece} …` : piece
}

function fromHere(url: string, insecure: boolean, signal: AbortSignal): Ask {
  const { request } = url.toLowerCase().startsWith('https:') ? https : http
  return (limit) => {
    const late = AbortSignal.timeout(limit)
    const options = { agent: false as const, rejectUnauthorized: !insecure, signal: AbortSignal.any([signal, late]) }
    return new Promise<Answer>((resolve) => {
      const fail = (error: Error) => resolve({ failure: late.aborted ? 'no whole answer in time' : causeOf(error) })
      request(url, options, (response) => {
        const { statusCode: status = 0, headers } = response
        const { location } = headers
        textOf(response)
          .then((body) => resolve({ status, body, ...(location === undefined ? {} : { location }) }))
          .catch(fail)
      })
        .on('error', fail)
        .end()
    })
  }
}

/** To a name with several addresses each try failed on its own: then there is a code and no message. */
function causeOf({ message, code = 'no connection' }: NodeJS.ErrnoException): string {
  return message === '' ? code : message
}

async function textOf(response: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= longestBody) break
  }
  return Buffer.concat(chunks).subarray(0, longestBody).toString()
}

function curl(url: string, insecure: boolean): readonly string[] {
  return ['curl', '-q', '-sSig', '--noproxy', '*', ...(insecure ? ['-k'] : []), url]
}

/** By what the node has. Throws OpFailed when that can't ask. */
async function fromNode(host: Host, url: string, insecure: boolean, signal: AbortSignal): Promise<Ask> {
  const there = (await host.run(['sh', '-c', 'command -v curl || command -v wget'], { signal })).stdout.toString()
  if (there.trim() === '') throw new OpFailed('the node has neither curl nor wget to ask with')
  if (/curl\s*$/.test(there)) return byCurl(host, url, insecure, signal)
  const whole = (await host.run(['wget', '--version'], { signal })).exit === 0
  if (!whole && !insecure && /^https:/i.test(url)) {
    throw new OpFailed(
      "the node's wget is that of busybox, which checks no certificate. Install curl, or say --insecure",
    )
  }
  return byWget(host, url, whole, insecure, signal)
}

function byCurl(host: Host, url: string, insecure: boolean, signal: AbortSignal): Ask {
  const [program = '', first = '', ...words] = curl(url, insecure)
  return async (limit) => {
    const argv = [program, first, '--max-time', String(limit / 1000), ...words]
    const { exit, stdout, stderr } = await host.run(argv, { signal })
    return exit === 0 ? parsed(stdout.toString()) : { failure: firstLine(stderr) ?? `curl ended with ${exit}` }
  }
}

/** GNU wget or that of busybox, which follows every redirect: then its first status counts, and what it brought does not. */
function byWget(host: Host, url: string, whole: boolean, insecure: boolean, signal: AbortSignal): Ask {
  const own = whole
    ? ['-nv', '--no-config', '--no-proxy', '-t', '1', '--max-redirect=0', '--content-on-error']
    : ['-q', '-Y', 'off']
  const words = ['wget', '-S', '-O', '-', ...own, ...(insecure ? ['--no-check-certificate'] : []), url]
  return async (limit) => {
    const seconds = String(Math.ceil(limit / 1000))
    const { exit = 1, stdout, stderr } = await host.run(['timeout', seconds, ...words], { signal })
    const heads = stderr
      .toString()
      .split(/^(?= *HTTP\/)/m)
      .filter((part) => /^ *HTTP\//.test(part))
    const [head = ''] = heads
    // 8 is GNU wget's for a status that is an error (wget(1)); busybox has 1, and brings no body then.
    const answered = exit === 0 || (whole ? exit === 8 : !/^ *HTTP\/\S+ 2/.test(head))
    if (head === '' || !answered) return { failure: firstLine(stderr) ?? `wget ended with ${exit}` }
    return answerOf(head.replaceAll(/^ +/gm, ''), heads.length > 1 ? '' : stdout.toString())
  }
}

/** Head and body as they came over the line; what is only provisional, 1xx, is passed over. */
function parsed(text: string): Answer {
  const [, head = '', rest = ''] = /^(.*?)\r?\n\r?\n(.*)$/s.exec(text) ?? []
  return /^HTTP\/\S+ 1\d\d/.test(head) ? parsed(rest) : answerOf(head, rest)
}

function answerOf(head: string, body: string): Answer {
  const status = /^HTTP\/\S+ (\d{3})/.exec(head)?.[1]
  if (status === undefined) return { failure: 'the answer is not HTTP' }
  const location = /^location: *(\S+)/im.exec(head)?.[1]
  const kept = Buffer.from(body).subarray(0, longestBody).toString()
  return { status: Number(status), body: kept, ...(location === undefined ? {} : { location }) }
}

/** What a program says about a failure: its lines that are no header of an answer. */
function firstLine(text: Buffer): string | undefined {
  return /^\S.*$/m.exec(text.toString())?.[0]
}
