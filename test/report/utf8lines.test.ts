import { expect, test } from 'vitest'
import { Utf8Lines } from '../../src/report/utf8lines.ts'

test.each<[what: string, lines: readonly string[]]>([
  ['nothing', []],
  ['an empty line', ['']],
  ['plain lines', ['one', 'two']],
  ['several lines in one', ['one\ntwo', 'three']],
  ['letters of every script', ['Größe 大小 😀']],
  ['half a character, which has no bytes of its own', ['a\ud83d']],
  ['lines of which one alone is larger than its place', ['x', '大'.repeat(100_000), 'y']],
  ['more lines than there was room for', Array.from({ length: 5_000 }, (_, n) => `line ${n} `.repeat(20))],
])('%s is gathered as it would be encoded', (_what, lines) => {
  const gathered = new Utf8Lines()
  for (const line of lines) gathered.add(line)
  expect(gathered.take().equals(Buffer.from(lines.map((line) => `${line}\n`).join('')))).toBe(true)
})

test('what was taken stays as it is, and is given once', () => {
  const gathered = new Utf8Lines()
  gathered.add('first')
  const first = gathered.take()
  gathered.add('later')
  expect([first, gathered.take(), gathered.take()].map(String)).toEqual(['first\n', 'later\n', ''])
})
