import { describe, expect, test } from 'vitest'
import { code, fence, list, prose, table } from '../../src/report/manual/markdown.ts'

describe('a value as code', () => {
  test.each([
    ['plain', 'web1', '`web1`'],
    ['a backtick inside', 'a`b', '``a`b``'],
    ['runs of backticks', 'a`b```c', '````a`b```c````'],
    ['a backtick at an end', '`', '`` ` ``'],
    ['blanks at both ends', ' a ', '`  a  `'],
    ['only blanks', '  ', '`  `'],
    ['nothing', '', '_empty_'],
    ['markup', '<script>**x**', '`<script>**x**`'],
    ['a newline', 'a\nb', '`a\\nb`'],
    ['what steers a terminal', 'a\x1b[31m', '`a\\x1b[31m`'],
  ])('%s', (_title, value, expected) => {
    expect(code(value)).toBe(expected)
  })
})

describe('text as words', () => {
  test.each([
    ['plain', 'Waits, until it is there.', 'Waits, until it is there.'],
    ['markup', '<b>*a* _b_ [c](d)', '\\<b\\>\\*a\\* \\_b\\_ \\[c\\](d)'],
    ['a backslash', 'a\\*', 'a\\\\\\*'],
    ['an entity', '&lt;', '\\&lt;'],
    ['a backtick', 'a`b', 'a&#96;b'],
    ['tags of TypeDoc', '{@link x} @tag', '\\{\\@link x\\} \\@tag'],
    ['lines', 'a\n\n# b', 'a # b'],
    ['a heading', '# a', '\\# a'],
    ['a list', '- a', '\\- a'],
    ['a numbered list', '12. a', '12\\. a'],
    ['a rule', '---', '\\---'],
    ['what turns text around', '\u202ea', '\\\\u202ea'],
  ])('%s', (_title, text, expected) => {
    expect(prose(text)).toBe(expected)
  })
})

test.each([
  ['plain', 'ls', '```sh\nls\n```'],
  ['a fence inside', '```\n~~~', '````sh\n```\n~~~\n````'],
  ['a longer one', '`````', '``````sh\n`````\n``````'],
  ['what steers a terminal', 'a\x1bb\tc', '```sh\na\\x1bb\tc\n```'],
])('lines in a fence: %s', (_title, text, expected) => {
  expect(fence('sh', text)).toBe(expected)
})

test('a pipe divides no cell', () => {
  expect(table(['a', 'b'], [['`x|y`', '']])).toBe('| a | b |\n| --- | --- |\n| `x\\|y` |  |')
})

test('a list', () => {
  expect(list(['a', 'b'])).toBe('- a\n- b')
})
