import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { longestLine } from '../../src/report/bytelines.ts'
import { lineCutter, stepBlocks, stepLines } from '../../src/report/lines.ts'

function cut(...chunks: (string | number[])[]): string[] {
  return cutAll(chunks.map((chunk) => Buffer.from(chunk as string)))
}

function cutAll(chunks: readonly (Buffer | string)[]): string[] {
  const told: string[] = []
  const cutter = lineCutter((lines) => told.push(...lines.split('\n')))
  for (const chunk of chunks) cutter.add(chunk)
  cutter.end()
  return told
}

test.each<[what: string, chunks: (string | number[])[], lines: string[]]>([
  ['nothing', [''], []],
  ['two lines', ['a\nb\n'], ['a', 'b']],
  ['a last line without a newline', ['a\nb'], ['a', 'b']],
  ['empty lines', ['\n\na\n\n'], ['', '', 'a', '']],
  ['a line over three chunks', ['a', 'b', 'c\n'], ['abc']],
  ['newlines of Windows', ['a\r\n\r\nb\r\n'], ['a', '', 'b']],
  ['one that is cut in two', ['a\r', '\nb'], ['a', 'b']],
  ['an empty one that is cut in two', ['a\n\r', '\nb'], ['a', '', 'b']],
  ['a progress bar', ['10 %\r20 %\r', '30 %\n'], ['10 %', '20 %', '30 %']],
  ['one that begins with a return', ['\r10 %\r\r20 %\r\n'], ['10 %', '20 %']],
  ['a character that is cut in two', [[0xc3], [0xb6, 0x0a]], ['ö']],
  ['one of four bytes, byte by byte', [[0xf0], [0x9f], [0x98], [0x80]], ['😀']],
  ['bytes that are no UTF-8', [[0x61, 0xff, 0x80, 0x62]], ['a\\xff\\x80b']],
  ['CSI as a raw byte of C1', [[0x9b, 0x32, 0x4a]], ['\\x9b2J']],
  ['an overlong slash', [[0xc0, 0xaf]], ['\\xc0\\xaf']],
  ['half a surrogate pair in UTF-8', [[0xed, 0xa0, 0x80]], ['\\xed\\xa0\\x80']],
  ['a character that breaks off at the end', [[0x61, 0xc3]], ['a\\xc3']],
  ['a character that breaks off, and another', [[0xe2, 0x82, 0xc3, 0xb6]], ['\\xe2\\x82ö']],
  ['an escape', ['\x1b[2Ja'], ['\\x1b[2Ja']],
])('%s', (_, chunks, lines) => {
  expect(cut(...chunks)).toEqual(lines)
})

describe('a very long line', () => {
  test('is shown whole up to the limit', () => {
    expect(cut('x'.repeat(longestLine))).toEqual(['x'.repeat(longestLine)])
  })

  test('is whole up to the limit among others too', () => {
    const lines = ['a', 'x'.repeat(longestLine), 'b', 'y'.repeat(longestLine), '', 'c']
    expect(cut(lines.join('\n'))).toEqual(lines)
  })

  test('is cut among others', () => {
    const long = 'x'.repeat(longestLine + 1)
    expect(cut(`a\n${long}\nb\n`)).toEqual(['a', `${long.slice(1)}… (cut, ${longestLine + 1} bytes in all)`, 'b'])
    // As it is shown it is longer than it came.
    expect(cut(`a\n${'\x1b'.repeat(1001)}\nb\n`)[1]).toMatch(/… \(cut, 1001 bytes in all\)$/)
  })

  test('is cut there, with a mark, and the next one is not', () => {
    expect(cut(`${'x'.repeat(5000)}\nshort\n`)).toEqual([
      `${'x'.repeat(longestLine)}… (cut, 5000 bytes in all)`,
      'short',
    ])
  })

  test.each([
    ['wide characters', '😀', 'x'],
    ['controls', '\x1b', ''],
  ])('is cut between %s', (_, character, before) => {
    const [line = ''] = cut(before + character.repeat(20_000))
    expect(line).toMatch(/… \(cut, \d+ bytes in all\)$/)
    expect(line.length).toBeLessThan(longestLine + 50)
    expect(Buffer.from(line).toString()).toBe(line)
  })

  test('of 64 MiB is one line, told when it ends', () => {
    const megabyte = Array.from({ length: 64 }, () => 'x'.repeat(1024 * 1024))
    expect(cut(...megabyte, '\nnext')).toEqual([`${'x'.repeat(longestLine)}… (cut, 67108864 bytes in all)`, 'next'])
  })
})

const piece = fc.constantFrom('a', '\n', '\r', '\r\n', 'ö', '😀', '\x1b', '\t', '$&')

test('it does not matter where the chunks are cut', () => {
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(40)), (pieces, cuts) => {
      const bytes = Buffer.from(pieces.join(''))
      const at = [0, ...cuts.map((n) => Math.min(n, bytes.length)).sort((a, b) => a - b), bytes.length]
      const chunks = at.slice(1).map((end, index) => [...bytes.subarray(at[index], end)])
      expect(cut(...chunks)).toEqual(cut(...[...bytes].map((byte) => [byte])))
    }),
  )
})

test('it does not matter whether bytes come or their text', () => {
  fc.assert(
    fc.property(fc.array(fc.array(piece)), (chunks) => {
      const texts = chunks.map((pieces) => pieces.join(''))
      expect(cutAll(texts)).toEqual(cutAll(texts.map((text) => Buffer.from(text))))
    }),
  )
})

test('streams and steps are cut apart, and end with their step', () => {
  const told: string[] = []
  const lines = stepLines((step, stream, line) => told.push(`${step} ${stream} ${line}`))
  lines.add('a', 'stdout', Buffer.from('one '))
  lines.add('a', 'stderr', Buffer.from('other '))
  lines.add('b', 'stdout', Buffer.from('third'))
  lines.add('a', 'stdout', Buffer.from('line\n'))
  lines.add('a', 'stderr', Buffer.from('line'))
  lines.end('a')
  lines.end('a')
  lines.endAll()
  expect(told).toEqual(['a stdout one line', 'a stderr other line', 'b stdout third'])
})

test('lines that come together are told together', () => {
  const told: string[] = []
  const lines = stepBlocks((step, stream, text) => told.push(`${step} ${stream} ${text}`))
  lines.add('a', 'stdout', 'one\ntwo\nthree\nfo')
  lines.add('a', 'stdout', 'ur\n')
  expect(told).toEqual(['a stdout one', 'a stdout two\nthree', 'a stdout four'])
})
