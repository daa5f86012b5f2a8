import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitWords } from '../../src/deployfile/shellwords.ts'

describe('splitting words', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['  ', []],
    ['a b\tc', ['a', 'b', 'c']],
    ['"a b" c', ['a b', 'c']],
    ["'a b' c", ['a b', 'c']],
    ['a"b c"d', ['ab cd']],
    ['a\\ b', ['a b']],
    ['""', ['']],
    ["'' a", ['', 'a']],
    ['"a\\"b"', ['a"b']],
    ['"a\\b"', ['a\\b']],
    ['"a\\\\b"', ['a\\b']],
    ['"\\$x \\`"', ['$x `']],
    ["'a\\b'", ['a\\b']],
    ['\'\\\\\'"x"', ['\\\\x']],
    ["$'a\\nb'", ['$a\\nb']],
    ['$"a"', ['$a']],
    ['${app}-${release}', ['${app}-${release}']],
    ['"${app} x"', ['${app} x']],
    ['a # b ; c', ['a', '#', 'b', ';', 'c']],
    ['*.tgz ~ $(id) `id`', ['*.tgz', '~', '$(id)', '`id`']],
    ['ü "💡 x"', ['ü', '💡 x']],
  ])('of %s gives %j', (text, words) => expect(splitWords(text)).toEqual(words))

  test.each(['"a', "a'b", 'a\\', '"a\\"', `'a" b`])('of %s is refused: something is left open', (text) => {
    expect(() => splitWords(text)).toThrow()
  })

  test('agrees with /bin/sh', () => {
    const texts = fc.array(fc.constantFrom('a', '\\', "'", '"', ' ', 'é'), { maxLength: 12 }).map((all) => all.join(''))
    fc.assert(
      fc.property(texts, (text) => {
        const words = attempt(text)
        if (words === undefined) return
        const script = `for word in ${text}\ndo printf '%s\\n' "$word"; done`
        const output = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })
        expect(words.map((word) => `${word}\n`).join('')).toBe(output)
      }),
      { numRuns: 150 },
    )
  })
})

function attempt(text: string): string[] | undefined {
  try {
    return splitWords(text)
  } catch {
    return undefined
  }
}
