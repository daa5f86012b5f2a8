import { expect, test } from 'vitest'
import { formatProblem, shown } from '../../src/deployfile/format.ts'

const place = { file: 'deploy.ini', line: 12 }
const message = 'it is wrong. Mend it.'

test.each([
  [{ severity: 'error', place, message }, 'deploy.ini:12: it is wrong. Mend it.'],
  [{ severity: 'warning', place, message }, 'deploy.ini:12: warning: it is wrong. Mend it.'],
  [{ severity: 'error', message }, 'it is wrong. Mend it.'],
  [{ severity: 'warning', message }, 'warning: it is wrong. Mend it.'],
] as const)('%j reads %j', (problem, line) => expect(formatProblem(problem)).toBe(line))

test.each([
  ['a b', '`a b`'],
  ['', '``'],
  ['\u001b[31m', '`\\u{1b}[31m`'],
  ['a\u200bb\u202e', '`a\\u{200b}b\\u{202e}`'],
  ['\ud800', '`\\u{d800}`'],
  ['x'.repeat(61), `\`${'x'.repeat(60)}…\``],
])('%j is shown as %s', (text, result) => expect(shown(text)).toBe(result))
