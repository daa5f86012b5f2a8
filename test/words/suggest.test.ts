import { describe, expect, test } from 'vitest'
import { didYouMean, distance, suggest } from '../../src/words/suggest.ts'

describe('the distance of two words', () => {
  test.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['abc', 'abd', 1],
    ['abc', 'ab', 1],
    ['abc', 'abcd', 1],
    ['prot', 'port', 1],
    ['abcd', 'badc', 2],
    ['kitten', 'sitting', 3],
  ])('from %j to %j is %i, both ways', (a, b, edits) => {
    expect(distance(a, b)).toBe(edits)
    expect(distance(b, a)).toBe(edits)
  })
})

describe('a suggestion', () => {
  test.each([
    ['relase', ['release', 'rollback'], 'release'],
    ['WEB1', ['web1'], 'web1'],
    ['web2', ['db1', 'web3', 'webb2'], 'web3'],
    ['rel', ['release'], 'release'],
    ['releases', ['release'], 'release'],
    ['xyz', ['release'], undefined],
    ['ab', ['cd'], undefined],
    ['a', ['abc'], undefined],
    ['', ['abc'], undefined],
    ['web1', [], undefined],
    ['a'.repeat(90), [`${'a'.repeat(89)}b`], undefined],
  ])('for %j out of %j is %j', (word, candidates, near) => {
    expect(suggest(word, candidates)).toBe(near)
  })

  test('is a sentence to append, or nothing', () => {
    expect(didYouMean('web2', ['web1'])).toBe(' Did you mean web1?')
    expect(didYouMean('web2', ['release'])).toBe('')
  })
})
