import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { http } from '../../src/questions/http.ts'
import { parseHttp } from '../../src/questions/response.ts'
import { Absent, type Ask, Unknown } from '../../src/questions/types.ts'
import { bash, busyboxAlone, dash, shells } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'

// Recorded here 2026-11-21: curl 7.88.1 and GNU wget 1.21.3 of Debian 12, busybox 1.35.0. What Alpine's says of a refused connection
// is from xnohat/webobsidian, pull request 30. `by hand` is written after RFC 9112 and curl(1).
const recorded: readonly (readonly [string, string, string, object | typeof Absent | typeof Unknown])[] = [
  [
    'curl, two of a header',
    'via curl\nHTTP/1.1 200 OK\r\nx-a: 1\r\nX-A: 2\r\n\r\nhi\n\r\nyou',
    '\nexit 0\n',
    { status: 200, headers: { 'x-a': '1, 2' } },
  ],
  [
    // A public page: `curl -I` there, its lines ended as HTTP ends them.
    'curl of Ubuntu, 2026-03-19, nginx 1.29.6',
    'via curl\nHTTP/1.1 200 OK\r\nServer: nginx/1.29.6\r\nDate: Thu, 19 Mar 2026 10:05:17 GMT\r\nContent-Length: 896\r\nETag: "69b038c3-380"\r\nAccept-Ranges: bytes\r\n\r\n',
    '\nexit 0\n',
    { status: 200, headers: { server: 'nginx/1.29.6', 'content-length': '896', etag: '"69b038c3-380"' } },
  ],
  [
    'curl after 100, by hand',
    'via curl\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n\r\n',
    '\nexit 0\n',
    { status: 201 },
  ],
  ['curl, HTTP/2, by hand', 'via curl\nHTTP/2 204 \r\nserver: x\r\n\r\n', '\nexit 0\n', { status: 204 }],
  [
    'curl, refused',
    'via curl\n',
    "curl: (7) Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server\n\nexit 7\n",
    Absent,
  ],
  [
    'curl, certificate, by hand',
    'via curl\n',
    'curl: (60) SSL certificate problem: self-signed certificate\n\nexit 60\n',
    Unknown,
  ],
  [
    'curl, cut off, by hand',
    'via curl\nHTTP/1.1 200 OK\r\n\r\nha',
    'curl: (18) transfer closed\n\nexit 18\n',
    { status: 200, headers: {}, why: 'curl: (18) transfer closed' },
  ],
  ['wget, refused', 'via wget\n', 'failed: Connection refused.\n\nexit 4\n', Absent],
  [
    'wget, a redirect',
    'via wget\n',
    '  HTTP/1.1 302 Found\n  location: /\n  Connection: keep-alive\n0 redirections exceeded.\n\nexit 8\n',
    { status: 302, headers: { location: '/' } },
  ],
  [
    'busybox, an error',
    'via busybox\n',
    '  HTTP/1.1 404 Not Found\nwget: server returned error: HTTP/1.1 404 Not Found\n\nexit 1\n',
    { status: 404, why: 'the wget of busybox does not tell. Install curl' },
  ],
  [
    'busybox, which follows a redirect',
    'via busybox\nGET {}',
    '  HTTP/1.1 302 Found\n  location: /\n  HTTP/1.1 200 OK\n  x-a: 1\n  \n\nexit 0\n',
    { status: 302, why: 'the wget of busybox does not tell. Install curl' },
  ],
  [
    'busybox, refused',
    'via busybox\n',
    "wget: can't connect to remote host (127.0.0.1): Connection refused\n\nexit 1\n",
    Absent,
  ],
  [
    'busybox of Alpine, 2026-09-20, refused',
    'via busybox\n',
    "wget: can't connect to remote host: Connection refused\n\nexit 1\n",
    Absent,
  ],
]

describe('what the tools tell', () => {
  test.each(recorded)('%s', (_what, stdout, stderr, expected) => {
    const answer = parseHttp(Buffer.from(stdout), stderr, false)
    if (typeof expected === 'function') expect(answer).toBeInstanceOf(expected)
    else expect(answer).toMatchObject(expected)
    if ('why' in expected) expect(answer).not.toHaveProperty('body')
  })
})

test.each([
  ['ftp://x', {}],
  ['http://a b', {}],
  ['-o x', {}],
  ['http://x', { timeout: '10' }],
  ['http://x', { method: 'GET /' }],
  ['http://x', { headers: { '@file': 'x' } }],
  ['http://x', { headers: { a: 'b\r\nc: d' } }],
])('%s with %j is refused', (url, options) => {
  expect(() => http(answering(''), url, options, 'web1')).toThrow(TypeError)
})

test('a password in the URL is not told in messages', () => {
  expect(http(answering(''), 'http://me:secret@x/', {}, 'web1').about).toBe('http http://…@x/ on web1')
})

/** A server of its own: the asking ones wait for an answer without doing anything else. It tells its port, and one that is closed. */
const program = `
  const server = require('node:http').createServer((request, response) => {
    const { url, method, headers } = request
    if (url === '/404') response.writeHead(404, { 'x-a': '1' }).end('nope')
    else if (url === '/away') response.writeHead(302, { location: '/' }).end('moved')
    else if (url === '/big') response.end(Buffer.alloc(3 * 2 ** 20, 'x'))
    else if (url === '/slow') response.write('a')
    else request.toArray().then((parts) => response.end(JSON.stringify({ method, headers, body: parts.join('') })))
  }).listen(0, '127.0.0.1', () => {
    const gone = require('node:net').createServer().listen(0, '127.0.0.1', () => {
      const { port } = gone.address()
      gone.close(() => console.log(server.address().port, port))
    })
  })
`

describe('a server of this machine', () => {
  let server: ChildProcess
  let url = ''
  let refused = ''
  const wgetAlone = mkdtempSync(join(tmpdir(), 'conc-wget-'))
  for (const tool of ['wget', 'sleep', 'head']) symlinkSync(`/usr/bin/${tool}`, join(wgetAlone, tool))
  const gnuWget = askUnder({ command: '/usr/bin/dash', path: wgetAlone })
  beforeAll(async () => {
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    server = child
    const [line] = await once(child.stdout, 'data')
    const [port, closed] = String(line).trim().split(' ')
    url = `http://127.0.0.1:${port}`
    refused = `http://127.0.0.1:${closed}/`
  })
  afterAll(() => {
    server.kill()
    rmSync(wgetAlone, { recursive: true })
  })

  const asks: readonly (readonly [string, Ask])[] = [
    ...shells.map((shell) => [shell.name, askUnder(shell)] as const),
    ['GNU wget', gnuWget],
  ]
  test.each(asks)('under %s', async (_name, ask) => {
    const of = (path: string) => http(ask, url + path, { headers: { Host: '$(id) `id` "x\\' } }, 'web1')
    expect(await of('/').status()).toBe(200)
    expect(await of('/').contains('$(id) `id` \\"x\\\\')).toBe(true)
    expect(await of('/404').status()).toBe(404)
    expect(await of('/away').status()).toBe(302)
    expect((await of('/big').body()).length).toBe(2 ** 20)
    const gone = http(ask, refused, {}, 'web1')
    expect(await gone.isReachable()).toBe(false)
    await expect(gone.status()).rejects.toThrow(/^http .* on web1: .*(refused|Couldn't connect)/)
  })

  test('busybox does not tell the headers of an error: they are unknown', async () => {
    expect(await http(gnuWget, `${url}/404`, {}, 'web1').header('X-A')).toBe('1')
    await expect(http(askUnder(busyboxAlone), `${url}/404`, {}, 'web1').header('X-A')).rejects.toThrow(Unknown)
  })

  test.each([dash, bash])('with curl under $name everything can be sent, and nothing of it is code', async (shell) => {
    const body = "@/etc/passwd \"\\ '$(id)'\n\tü%"
    const headers = { 'X-Key': '-o "s\\e\tcret"', 'X-Empty': '' }
    const answer = http(askUnder(shell), url, { method: 'PUT', headers, body }, 'web1')
    expect(JSON.parse(await answer.body())).toMatchObject({
      method: 'PUT',
      headers: { 'x-key': headers['X-Key'], 'x-empty': '' },
      body,
    })
    expect(await http(askUnder(shell), `${url}/away`, { follow: true }, 'web1').status()).toBe(200)
    expect(await http(askUnder(shell), `${url}/404`, { method: 'HEAD' }, 'web1').status()).toBe(404)
  })

  test.each([
    ['a secret header', { headers: { Authorization: 'Bearer x' } }, 'only curl keeps secrets'],
    ['a body', { body: 'x' }, 'only curl can ask so'],
    ['a method', { method: 'PUT' }, 'only curl can ask so'],
  ])('without curl %s is unknown', async (_what, options, why) => {
    await expect(http(askUnder(busyboxAlone), url, options, 'web1').status()).rejects.toThrow(why)
  })

  test.each([
    ['curl', askUnder(dash), '300ms'],
    ['GNU wget', gnuWget, '1s'],
  ])('an answer without end has a status, and no body, by %s', async (_name, ask, timeout) => {
    const slow = http(ask, `${url}/slow`, { timeout }, 'web1')
    expect(await slow.status()).toBe(200)
    await expect(slow.body()).rejects.toThrow(Unknown)
  })

  test('the wget of busybox checks no certificate, so it is not asked about one', async () => {
    const answer = http(askUnder(busyboxAlone), 'https://127.0.0.1:1/', {}, 'web1').isReachable()
    await expect(answer).rejects.toThrow('checks no certificate')
  })

  test('without curl and wget it is unknown', async () => {
    const ask = askUnder({ command: '/usr/bin/dash', path: '/nonexistent' })
    await expect(http(ask, url, {}, 'web1').isReachable()).rejects.toThrow('neither curl nor wget')
  })
})
