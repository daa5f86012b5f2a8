import { expect, test } from 'vitest'
import { substitute, substituteText } from '../../src/deployfile/substitute.ts'
import { formatted } from './samples.ts'

const attributes = new Map(
  Object.entries({ app: 'shop', tricky: '${app} $${x}', 'sshd.ip': '::1', long: 'x'.repeat(60_000) }).map(
    ([key, value]) => [key, { value, from: 'deploy.ini:2' }],
  ),
)
const place = { file: 'deploy.ini', line: 9 }

test.each([
  ['', ''],
  ['${app}-${sshd.ip}', 'shop-::1'],
  ['${tricky}', '${app} $${x}'],
  ['$${app} $app', '${app} $app'],
])('%j becomes %j', (text, result) => {
  expect(substitute(text, attributes, place)).toEqual({ text: result, problems: [] })
})

test.each([
  [
    '${ap} ${zzz}',
    ['`ap`. Set it, or write $${ for a plain ${. Did you mean app?', '`zzz`. Set it, or write $${ for a plain ${.'],
  ],
  ['${toString}', ['`toString`. Set it, or write $${ for a plain ${.']],
])('%j names what is not there', (text, ends) => {
  const { problems } = substitute(text, attributes, place)
  expect(formatted(problems)).toEqual(ends.map((end) => `deploy.ini:9: there is no attribute ${end}`))
})

test('a text that grows too long is refused before memory is', () => {
  const { problems } = substitute('${long}'.repeat(9000), attributes, place)
  expect(formatted(problems)).toEqual([
    expect.stringMatching(/^deploy\.ini:9: `.*` becomes longer than 65536 characters\. Put the text in a file\.$/),
  ])
})

test('a problem may be without a place', () => {
  expect(substitute('${x', attributes).problems).toEqual([
    { severity: 'error', message: '`${x` is never closed. Write } after the key, or $${ for a plain ${.' },
  ])
})

test('the text of a file is filled line by line, and each problem has its line', () => {
  expect(substituteText('${app}\r\n${tricky}', attributes, 'a.tpl')).toEqual({
    text: 'shop\r\n${app} $${x}',
    problems: [],
  })
  expect(formatted(substituteText('ok\n${ap} ${x\n}${zzz}\n', attributes, 'a.tpl').problems)).toEqual([
    'a.tpl:2: there is no attribute `ap`. Set it, or write $${ for a plain ${. Did you mean app?',
    expect.stringMatching(/^a\.tpl:2: `\$\{x` is never closed\./),
    'a.tpl:3: there is no attribute `zzz`. Set it, or write $${ for a plain ${.',
  ])
})

test('the text of a file that grows too long is refused before memory is', () => {
  const { problems, text } = substituteText('${long}\n'.repeat(9000), attributes, 'a.tpl')
  expect(formatted(problems)).toEqual([
    'a.tpl:18: the text becomes longer than 1048576 characters. Deliver it as a file.',
  ])
  expect(text.length).toBeLessThan(2 ** 21)
})
