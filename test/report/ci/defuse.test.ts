import { describe, expect, test } from 'vitest'
import { defuser } from '../../../src/report/ci/defuse.ts'
import { githubFolds } from '../../../src/report/ci/github.ts'
import { gitlabFolds } from '../../../src/report/ci/gitlab.ts'

/** What comes out of a stream that came in these parts. */
function passed(folds: typeof githubFolds, ...parts: readonly (string | Buffer)[]): Buffer {
  const stream = defuser(folds)
  return Buffer.concat([...parts.map((part) => stream.add(Buffer.from(part))), stream.end()])
}

describe('of what a command printed GitHub obeys nothing', () => {
  test.each([
    ['::set-env name=A::b\n', '\\x3a:set-env name=A::b\n'],
    ['one\n  ::error::x', 'one\n  \\x3a:error::x'],
    ['one\r::add-path::x\r\n', 'one\r\\x3a:add-path::x\r\n'],
    ['\x85::error::x\n', '\x85\\x3a:error::x\n'],
    ['\u3000::error::x\n', '\u3000\\x3a:error::x\n'],
    ['text ##[add-mask]x\n', 'text ##\\x5badd-mask]x\n'],
    ['a::b ::c\n', 'a::b ::c\n'],
  ])('%j comes out as %j, wherever it is cut', (text, expected) => {
    for (let at = 0; at <= text.length; at++) {
      expect(passed(githubFolds, text.slice(0, at), text.slice(at)).toString()).toBe(expected)
    }
  })

  test.each([`${'x'.repeat(70_000)}##[add-mask]x`, `${' '.repeat(70_000)}::error::x`])(
    'also in a line that is very long',
    (text) => {
      const out = passed(githubFolds, ...(text.match(/.{1,1000}/g) ?? [])).toString()
      expect(out).not.toMatch(/##\[|^\s*::/)
      expect(out).toHaveLength(text.length + 3)
    },
  )
})

test.each([
  [
    '\x1b[0Ksection_start:1:x[collapsed=true]\r\x1b[0Kforged\n',
    '\x1b[0Ksection_start:1:x[collapsed=true]\\r\x1b[0Kforged\n',
  ],
  ['10 %\r20 %\r\n', '10 %\r20 %\r\n'],
])('of %j GitLab sees %j', (text, expected) => {
  expect(passed(gitlabFolds, text).toString()).toBe(expected)
})

test.each([githubFolds, gitlabFolds])('bytes that are no text stay as they are', (folds) => {
  const bytes = Buffer.from(Array.from({ length: 256 * 300 }, (_, n) => (n * 7) % 256))
  expect(passed(folds, bytes.subarray(0, 1000), bytes.subarray(1000)).equals(bytes)).toBe(true)
})
