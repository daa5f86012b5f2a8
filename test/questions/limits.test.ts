import { describe, expect, test } from 'vitest'
import { parseAddresses } from '../../src/questions/addr.ts'
import { parseBatch } from '../../src/questions/batch.ts'
import { cert } from '../../src/questions/cert.ts'
import { file } from '../../src/questions/file.ts'
import { http } from '../../src/questions/http.ts'
import { parseSockets } from '../../src/questions/listening.ts'
import { parseProcesses } from '../../src/questions/process.ts'
import { systemInfo } from '../../src/questions/systemInfo.ts'
import { Absent, type Ask, type Question, textOf, Unknown } from '../../src/questions/types.ts'
import { user } from '../../src/questions/user.ts'
import { dash } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'

const big = (bytes: number) => answering(Buffer.alloc(bytes, 'x'))
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA me'
const page = (text: string) => answering(`via curl\n${text}`, 0, '\nexit 0\n')
const ok = 'HTTP/1.1 200 OK\r\nServer: x\r\n\r\nall is ok, ok\n'

test.each([
  [127, 'sh: 1: stat: not found\n', 'it on web1: the question ended with exit 127: sh: 1: stat: not found'],
  [137, '', 'it on web1: the question ended with exit 137'],
  [11, 'a\nno ss\n', 'it on web1: no ss'],
])('what ends with %i and %j is not known', (exit, stderr, why) => {
  expect(() => textOf({ exit, stdout: Buffer.from('half'), stderr }, 'it on web1')).toThrow(new Unknown(why))
})

test.each<[string, () => Promise<unknown>, Error]>([
  [
    'a file longer than is looked at',
    () => file(big(8 * 1024 * 1024 + 1), '/a', 'web1').content(),
    new Unknown('file /a on web1: it is over 8 MiB'),
  ],
  [
    'more keys than are looked at',
    () => user(big(1024 * 1024 + 1), 'ops', 'web1').hasAuthorizedKey(key),
    new Unknown('user ops on web1: its authorized keys are over 1 MiB'),
  ],
  [
    'where a file leads that is no link',
    () => file(askUnder(dash), '/etc/passwd', 'web1').linkedTo(),
    new Absent('file /etc/passwd on web1: it is no link'),
  ],
  [
    'the group of a user that is in none',
    () => user(answering('ops:x:1:1:::/bin/sh\n'), 'ops', 'web1').group(),
    new Absent('user ops on web1: it has no group'),
  ],
  [
    'the time since a start that is not told',
    () => systemInfo(answering('Linux\nx86_64\n6.1\nweb1\n1700000000\n\nID=debian\n'), 'web1').uptime(),
    new Unknown('the system of web1: it does not tell when it was started'),
  ],
  [
    'a header that did not come',
    () => http(page(ok), 'http://h/', {}, 'web1').header('Etag'),
    new Absent('http http://h/ on web1: there is no header Etag'),
  ],
  [
    'an answer that is cut off in its head',
    () => http(page('HTTP/1.1 200 OK\r\nSer'), 'http://h/', {}, 'web1').status(),
    new Unknown('http http://h/ on web1: curl ended with 0'),
  ],
  [
    'an answer of a tool that did not say how it ended',
    () => http(answering('via curl\n', 0, 'curl: what?\n'), 'http://h/', {}, 'web1').status(),
    new Unknown('http http://h/ on web1: curl: what?'),
  ],
])('%s is no answer', async (_what, asked, error) => {
  const thrown = await asked().catch((reason: unknown) => reason)
  expect(thrown).toEqual(error)
  expect(thrown).toBeInstanceOf(error.constructor)
})

describe('a page', () => {
  const it = http(page(ok), 'http://h/', {}, 'web1')

  test.each([
    ['is ok', true],
    [/ok,/, true],
    [/OK/, false],
    [/ok/g, true],
  ])('holds %s: %s, however often that is asked', async (what, holds) => {
    for (let times = 0; times < 3; times++) expect(await it.contains(what)).toBe(holds)
  })

  test('is not asked for with what can not be sent', () => {
    expect(() => http(page(ok), 'http://h/', { body: 'a\0b' }, 'web1')).toThrow("a body with NUL can't be sent")
  })

  test.each([
    [{}, false],
    [{ insecure: true }, true],
  ])('of any certificate is taken only when that is said: %o', async (options, isTaken) => {
    const [config = '', , , , insecure] = await wordsOf((ask) => http(ask, 'https://h/', options, 'web1').status())
    expect([config.split('\n').includes('insecure'), insecure === 'yes']).toEqual([isTaken, isTaken])
  })
})

/** What a question is asked with. */
async function wordsOf(act: (ask: Ask) => Promise<unknown>): Promise<readonly string[]> {
  const asked: Question[] = []
  const ask: Ask = async (question) => {
    asked.push(question)
    return { exit: 11, stdout: Buffer.alloc(0), stderr: 'enough' }
  }
  await expect(act(ask)).rejects.toThrow('enough')
  return asked.flatMap(({ words }) => words)
}

test.each([
  ['shop.example:443', undefined, ['shop.example:443', 'shop.example']],
  ['shop.example:443', 'other.example', ['shop.example:443', 'other.example']],
  ['192.0.2.1:443', undefined, ['192.0.2.1:443', '']],
  ['[::1]:443', undefined, ['[::1]:443', '']],
  ['/etc/shop.pem', undefined, ['/etc/shop.pem']],
])('the certificate of %s, by the name %s, is asked for with %j', async (source, servername, words) => {
  const options = servername === undefined ? {} : { servername }
  expect(await wordsOf((ask) => cert(ask, source, options, 'web1').subject())).toEqual(words)
})

test.each(['-connect', 'a b'])('%j is no name that a server has', (servername) => {
  expect(() => cert(answering(''), 'h:443', { servername }, 'web1')).toThrow("servername is a host's name")
})

test.each([
  ['nothing', ''],
  ['no way', '192.0.2.1\n'],
  ['no address', 'via getent\nhello\n'],
])('addresses of which the node says %s are not known', (_what, text) => {
  expect(() => parseAddresses(text)).toThrow(Unknown)
})

test.each([
  ['no end', '\nN B 0\nhello'],
  ['no beginning', 'hello\nN E 0 0\n'],
])('an answer with %s is none', (_what, text) => {
  const whole = Buffer.from('\nN B 0\n\nN E 0 0\n')
  expect(parseBatch(1, Buffer.from(text), whole, 'N')).toEqual([new Unknown('the node did not answer')])
})

test('a user without a name is told by its number', () => {
  expect(parseProcesses('u 0 root\np 1 0 init\na /sbin/init\np 7 4711 app\na app\n').map((each) => each.user)).toEqual([
    'root',
    '4711',
  ])
})

test('what is connected is not listened on', () => {
  const row = (file: string, port: string, state: string) => `/proc/net/${file} 0100007F:${port} ${state} 1`
  const text = [row('tcp', '0050', '0A'), row('tcp', '0051', '07'), row('udp', '0035', '07'), row('udp', '0036', '0A')]
  expect(parseSockets(`via proc\n${text.join('\n')}\n`).map(({ protocol, port }) => `${protocol}/${port}`)).toEqual([
    'tcp/80',
    'udp/53',
  ])
})
