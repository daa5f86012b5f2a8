import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { localHost } from '../../src/hosts/local.ts'
import { type Host, OpFailed } from '../../src/ops/types.ts'
import { certificate } from './certificate.ts'
import { runs, toolHost } from './tool-host.ts'

let server: Server
let base: string
let asked: number
beforeEach(async () => {
  asked = 0
  server = createServer((request, response) => {
    asked++
    const { pathname } = new URL(request.url ?? '', 'http://h')
    if (pathname === '/hangs') return
    if (pathname === '/cut') {
      response.writeHead(200, { 'content-length': 100 }).write('all is ok')
      setImmediate(() => response.destroy())
      return
    }
    if (pathname === '/moved') response.writeHead(302, { location: '/' })
    if (pathname === '/missing') response.writeHead(404)
    if (pathname === '/early' && asked < 3) response.writeHead(503)
    if (pathname === '/early-hints') response.writeEarlyHints({ link: '</x>; rel=preload' })
    if (pathname === '/empty') response.end()
    else if (pathname === '/short') response.end('not yet\n')
    else if (pathname === '/long') response.end('x'.repeat(3 * 2 ** 20))
    else response.end(`all is ok\nat ${request.headers.host} “${request.url}”\n${'line\n'.repeat(50)}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const nodes = [
  { from: 'the workstation', tools: undefined },
  { from: 'a node with curl', tools: ['curl'] },
  { from: 'a node with GNU wget', tools: ['wget', 'timeout'] },
  { from: 'a node with the wget of busybox', tools: ['busybox:wget', 'busybox:timeout'] },
]

describe.each(nodes)('from $from', ({ tools }) => {
  let node: { readonly host: Host; readonly remove: () => void } | undefined
  beforeEach(() => {
    node = tools && toolHost(tools)
  })
  afterEach(() => node?.remove())
  const asks = (words: string) => runs(`${node ? 'remote' : 'local'} http ${words}`, node && { host: node.host })

  test.each([
    '/',
    '/?a=[1]&b={2}',
    '/ --body "all is ok"',
    '/ --body “/”',
    '/missing --status 404',
    '/moved --status 302',
    '/empty',
    '/long',
    '/early --timeout 5s',
  ])('%s is right', async (words) => {
    expect(await asks(base + words)).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/.*: \d{3}$/)])
  })

  test.each<[string, RegExp]>([
    ['/missing', /: 404, not 200, after 0\.1 s$/],
    ['/ --status 204', /: 200, not 204, after/],
    ['/moved', /: 302 to \/, not 200, after/],
    ['/ --body nowhere', /: 200, but there is no nowhere in the body, after/],
    ['/empty --body ok', /: 200, but there is no ok in the body, after/],
    ['/cut --body ok', /, after 0\.1 s$/],
    ['/hangs', /, after 0\.1 s$/],
  ])('%s is wrong', async (words, told) => {
    const failed = asks(`${base}${words} --timeout 100ms`)
    await expect(failed).rejects.toThrow(OpFailed)
    await expect(failed).rejects.toThrow(told)
  })

  test('a server that is not there is told', async () => {
    server.close()
    server.closeAllConnections()
    await expect(asks(`${base}/ --timeout 100ms`)).rejects.toThrow(/refused|ECONNREFUSED|connect to/)
  })
})

// The wget of busybox brings no body of an error, and that of Debian knows no TLS.
describe.each(nodes.slice(0, 3))('from $from', ({ tools }) => {
  let node: { readonly host: Host; readonly remove: () => void } | undefined
  beforeEach(() => {
    node = tools && toolHost(tools)
  })
  afterEach(() => node?.remove())
  const asks = (words: string, logged: string[] = []) =>
    runs(`${node ? 'remote' : 'local'} http ${words}`, node && { host: node.host }, [], logged)

  test('what is wrong is shown, its beginning only', async () => {
    const logged: string[] = []
    await expect(asks(`${base}/ --status 500 --timeout 100ms`, logged)).rejects.toThrow(OpFailed)
    expect(logged).toEqual([expect.stringMatching(/^all is ok\nat .*\n(line\n){7}line …$/)])
  })

  test('a certificate that nobody vouches for is refused, unless that is asked for', async () => {
    const secure = createSecureServer(certificate(), (_, response) => response.end('ok'))
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
    const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/`
    await expect(asks(`${url} --timeout 100ms`)).rejects.toThrow(/certificate/)
    expect(await asks(`${url} --insecure --body ok`)).toEqual([`${url}: 200`])
    secure.closeAllConnections()
    secure.close()
  })
})

test('busybox, which checks no certificate, is not trusted with https', async () => {
  const { host, remove } = toolHost(['busybox:wget', 'busybox:timeout'])
  await expect(runs('remote http https://127.0.0.1:1/', { host })).rejects.toThrow(
    /^the node's wget is that of busybox, which checks no certificate\. Install curl, or say --insecure$/,
  )
  remove()
})

test('a short answer that is wrong is shown whole', async () => {
  const logged: string[] = []
  const failed = runs(`local http ${base}/short --status 204 --timeout 100ms`, {}, [], logged)
  await expect(failed).rejects.toThrow(OpFailed)
  expect(logged).toEqual(['not yet'])
})

test('of a name with several addresses it is told why none answers', async () => {
  await expect(runs('local http http://localhost:1/ --timeout 100ms')).rejects.toThrow(/: .*ECONNREFUSED.*, after/)
})

test.each([
  [7, '', 'curl ended with 7'],
  [0, '220 mail\r\n\r\nhello', 'the answer is not HTTP'],
  [0, 'hello', 'the answer is not HTTP'],
])('a curl that ends with %i and %j is told', async (exit, said, told) => {
  const answer = (text: string, code = 0) => ({ exit: code, stdout: Buffer.from(text), stderr: Buffer.alloc(0) })
  const run: Host['run'] = async ([program]) => (program === 'sh' ? answer('/usr/bin/curl\n') : answer(said, exit))
  const asked = runs(`remote http ${base}/ --timeout 100ms`, { host: { ...localHost('/'), side: 'remote', run } })
  await expect(asked).rejects.toThrow(`${base}/: ${told}, after 0.1 s`)
})

test('a step that is ended asks no longer', async () => {
  const signal = AbortSignal.timeout(50)
  await expect(runs(`local http ${base}/hangs --timeout 1h`, { signal })).rejects.toThrow(/aborted/)
})

test('provisional answers are passed over', async () => {
  const { host, remove } = toolHost(['curl'])
  expect(await runs(`remote http ${base}/early-hints --body ok`, { host })).toHaveLength(1)
  remove()
})

test('a node that has nothing to ask with is a no at once', async () => {
  const { host, remove } = toolHost([])
  await expect(runs(`remote http ${base}/`, { host })).rejects.toThrow(
    new OpFailed('the node has neither curl nor wget to ask with'),
  )
  remove()
})
