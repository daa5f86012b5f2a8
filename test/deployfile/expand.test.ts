import { expect, test } from 'vitest'
import { expand } from '../../src/deployfile/substitute.ts'

/** The text with its keys filled in, at most ten characters, and what is told of it. */
function filled(text: string) {
  const told: string[] = []
  const values = new Map([
    ['one', '1'],
    ['nine', '123456789'],
    ['empty', ''],
  ])
  return {
    result: expand(
      text,
      (key) => values.get(key),
      (message) => told.push(message),
      10,
    ),
    told,
  }
}

test.each([
  ['${one}${nine}', '1123456789'],
  ['a${empty}b', 'ab'],
  ['0123456789', '0123456789'],
  ['$${one}', '${one}'],
])('%s becomes %s', (text, result) => {
  expect(filled(text)).toEqual({ result, told: [] })
})

test.each([['${one}${nine}x'], ['${nine}${nine}${nine}']])('%s is too long', (text) => {
  const { result, told } = filled(text)
  expect(result).toBeUndefined()
  expect(told).toEqual([`\`${text}\` becomes longer than 10 characters. Put the text in a file.`])
})

test.each([['${unknown}'], ['${unknown}${one}'], ['${one}${unknown}'], ['${unknown}${nine}${nine}']])(
  '%s can not be told, and is not called too long',
  (text) => {
    expect(filled(text)).toEqual({ result: undefined, told: [] })
  },
)
