import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { quotePattern } from '../../src/plan/pattern.ts'

test.each([
  ['dist/*.tgz', 'dist/*.tgz'],
  ['my file', "'my file'"],
  ['my file-*.tgz', "'my file-'*.tgz"],
  ['shop-[0-9]?.tgz', 'shop-[0-9]?.tgz'],
  ['[!a]*', '[!a]*'],
  ['-x*', './-x*'],
  ['$(date)*', "'$(date)'*"],
  ['~/x', "'~/x'"],
  ['😀*', "'😀'*"],
])('%s is typed as %s', (pattern, typed) => {
  expect(quotePattern(pattern)).toBe(typed)
})

const folder = mkdtempSync(join(tmpdir(), 'conc-pattern-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['a b*', ['a b1', 'a b2']],
  ['*[!2]', ['$x 1', 'a b1']],
  ['$x [0-9]', ['$x 1']],
  ['?x 1', ['$x 1']],
])('%s matches the same files in a shell', (pattern, files) => {
  for (const name of ['a b1', 'a b2', '$x 1']) writeFileSync(join(folder, name), '')
  const out = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${quotePattern(pattern)}`], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(out.trimEnd().split('\n').sort()).toEqual(files)
})
