import { expect, test } from 'vitest'
import { type Holder, parseHolder, writeHolder } from '../../src/journal/holder.ts'

const holder: Holder = {
  run: 'r1',
  job: 'release',
  node: 'web1',
  app: 'shop',
  release: '1.4.2: final',
  by: 'ana@desk',
  since: '2026-11-20T12:00:00Z',
  conc: '0.1.0',
  format: '1',
}

test('a holder is read as it was written', () => {
  expect(parseHolder(writeHolder(holder))).toEqual(holder)
  expect(writeHolder(holder)).toContain('\nrelease: 1.4.2: final\n')
})

test.each([[''], ['hello\n'], ['run: \njob: release\n'], ['job: release\n']])('%j names no run', (text) => {
  expect(parseHolder(text)).toBeUndefined()
})
