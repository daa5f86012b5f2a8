import { expect, test } from 'vitest'
import { tagsIn } from '../../src/nodetest/tags.ts'
import { UsageError } from '../../src/words/errors.ts'

test.each([
  ['smoke', ['smoke']],
  ['web && !slow', ['web', 'slow']],
  ['web and not slow', ['web', 'slow']],
  ['(web || db) && !(slow || flaky)', ['web', 'db', 'slow', 'flaky']],
  ['!!smoke', ['smoke']],
  ['web*', ['web*']],
  ['android or order', ['android', 'order']],
])('%s names its tags', (text, tags) => {
  expect(tagsIn([text])).toEqual(tags)
})

test.each(['', 'a &&', '&& a', 'a b', '(a', 'a)', '()', 'a || (b &&)', '!', 'a & b'])('%j is refused', (text) => {
  expect(() => tagsIn([text])).toThrow(UsageError)
})
