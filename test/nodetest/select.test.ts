import { afterAll, expect, test } from 'vitest'
import { findTests } from '../../src/nodetest/find.ts'
import { namePattern } from '../../src/nodetest/pattern.ts'
import { UsageError } from '../../src/words/errors.ts'
import { makeTree, nodeIn } from './tested.ts'

/** Vitest joins the parts of a name by blanks. */
const names = ['web serves', 'web is slow', 'a (b) c']

test.each([
  ['web > serves', ['web serves']],
  ['web', ['web serves', 'web is slow']],
  ['(b)', ['a (b) c']],
  ['/^web > (serves|none)$/', ['web serves']],
  ['/SLOW/i', ['web is slow']],
  ['w.b', []],
])('%s selects by name', (name, expected) => {
  expect(names.filter((each) => namePattern(name).test(each))).toEqual(expected)
})

test('what stands between slashes has to be an expression', () => {
  expect(() => namePattern('/(/')).toThrow(UsageError)
})

const tree = makeTree({
  'nodetests/one.nodetest.ts': '',
  'nodetests/deep/two.nodetest.ts': '',
  'nodetests/no.test.ts': '',
})
afterAll(() => tree.remove())

test.each([
  [[], ['nodetests/deep/two.nodetest.ts', 'nodetests/one.nodetest.ts']],
  [['two'], ['nodetests/deep/two.nodetest.ts']],
  [['./nodetests/one.nodetest.ts'], ['nodetests/one.nodetest.ts']],
  [
    ['one', 'deep/'],
    ['nodetests/deep/two.nodetest.ts', 'nodetests/one.nodetest.ts'],
  ],
  [['three'], []],
])('%j selects by file', async (files, expected) => {
  const found = await findTests(nodeIn(tree), tree.folder, { files })
  expect(found.map(({ name }) => name)).toEqual(expected)
})
