import { describe, expect, test } from 'vitest'
import { trimmed, uncomment } from '../../src/deployfile/comments.ts'

describe.each(['words', 'text'] as const)('in %s', (kind) => {
  test.each([
    ['a', 'a'],
    ['  a b \t', 'a b'],
    ['a ; note', 'a'],
    ['a # note', 'a'],
    ['a\t;note', 'a'],
    ['a   ;', 'a'],
    ['; note', ''],
    [' # note', ''],
    ['a;b', 'a;b'],
    ['http://h/#f', 'http://h/#f'],
    ['"x ; y" ; z', '"x ; y"'],
    ["'x # y' # z", "'x # y'"],
    ['a"b ; c"d ; e', 'a"b ; c"d'],
    ['"a \\" ; b" ; c', '"a \\" ; b"'],
    ['"it\'s" ; x', '"it\'s"'],
    ['', ''],
  ])('%j keeps %j', (line, value) => expect(uncomment(line, kind)).toEqual({ value }))

  test.each(['"a', "'a", '"a ; b', "it's ; b"])('%j has an open quote', (line) => {
    expect(uncomment(line, kind)).toEqual({ value: line, open: true })
  })
})

test('in words a backslash takes the next character along', () => {
  expect(uncomment('a \\; b ; c', 'words')).toEqual({ value: 'a \\; b' })
  expect(uncomment('a \\" ; c', 'words')).toEqual({ value: 'a \\"' })
  expect(uncomment('a\\ ; c', 'words')).toEqual({ value: 'a\\ ; c' })
  expect(uncomment('a\\', 'words')).toEqual({ value: 'a\\' })
})

test('in text a backslash is itself, and an apostrophe may stand alone', () => {
  expect(uncomment('C:\\dir\\ ; c', 'text')).toEqual({ value: 'C:\\dir\\' })
  expect(uncomment("it's", 'text')).toEqual({ value: "it's" })
})

test('trimming takes blanks and tabs only', () => {
  expect(trimmed(' \t a\u00a0 \t')).toBe('a\u00a0')
})
