import { expect, test } from 'vitest'
import { paintedLines } from './sgr.ts'
import { steadied } from './steady.ts'
import { svgOf } from './svg.ts'

test.each<[string, string, unknown]>([
  ['no code', 'a', [[{ text: 'a' }]]],
  ['an empty line', 'a\n\nb', [[{ text: 'a' }], [], [{ text: 'b' }]]],
  [
    'a colour until its end',
    '\x1b[32mok\x1b[39m then',
    [
      [
        { text: 'ok', color: 32 },
        { text: ' then', color: undefined },
      ],
    ],
  ],
  ['several codes at once', '\x1b[1;31mx', [[{ text: 'x', bold: true, color: 31 }]]],
  ['codes one after the other', '\x1b[1m\x1b[31mx\x1b[0my', [[{ text: 'x', bold: true, color: 31 }, { text: 'y' }]]],
  [
    'a look that goes on in the next line',
    '\x1b[2ma\nb\x1b[22mc',
    [[{ text: 'a', dim: true }], [{ text: 'b', dim: true }, { text: 'c' }]],
  ],
  ['what a picture does not show', '\x1b[44;7mx', [[{ text: 'x' }]]],
])('a terminal with %s is read', (_title, captured, lines) => {
  expect(paintedLines(captured)).toEqual(lines)
})

const places = (svg: string) =>
  [...svg.matchAll(/<text x="(\d+)" y="(\d+)" textLength="(\d+)"[^>]*>([^<]*)</g)].map((found) => found.slice(1))

test('each word stands in its cells, and what comes after a wide character too', () => {
  const svg = svgOf('✓ 漢字 a b\n   c', { title: 't', columns: 20 })
  expect(places(svg)).toEqual([
    ['14', '27', '8', '✓'],
    ['30', '27', '16', '漢'],
    ['46', '27', '16', '字'],
    ['70', '27', '24', 'a b'],
    ['38', '45', '8', 'c'],
  ])
})

test('text stays text', () => {
  const svg = svgOf('\x1b[31m<b>&\x1b[39m', { title: '<script>', columns: 9 })
  expect(svg).toContain('fill="#ff7b72">&lt;b&gt;&amp;</text>')
  expect(svg).toContain('<title>&lt;script&gt;</title>')
})

test('a time is replaced in its place, and what is right of it stays there', () => {
  const captured = 'run 20261120T165747Z-d1de4ed5 by root@vm\n 1  17 ms      FAILED\n 2  0.2 s\n 3  1 s left'
  expect(steadied(captured, ['0.8 s', '3 s'])).toBe(
    'run 20261120T153542Z-9fde7b73 by ann@desk\n 1  0.8 s      FAILED\n 2  3 s\n 3  3 s left',
  )
})
