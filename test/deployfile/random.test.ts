import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatProblem } from '../../src/deployfile/format.ts'
import { parseDeployFile } from '../../src/deployfile/parse.ts'
import { parsed } from './samples.ts'

const pieces = [
  ...[
    '[deploy]',
    '[node:a]',
    '[group:a]',
    '[job:a]',
    '[probe:a]',
    '[secrets]',
    '[',
    ']',
    '=',
    ' ',
    '\t',
    '\n',
    '\r',
    ';',
    '#',
  ],
  ...[
    '"',
    "'",
    '\\',
    '${',
    '}',
    '$',
    'a',
    'app',
    'groups',
    'local',
    'remote',
    'timeout=',
    'ask',
    '__proto__',
    '\u2028',
    '\0',
  ],
]
const jumble = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((all) => all.join(''))

describe('any text', () => {
  test.each([
    ['of characters', fc.string({ unit: 'binary', maxLength: 200 })],
    ['of pieces of deploy files', jumble],
  ])('%s is read without a throw: every problem has a line of it and a sentence', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const { sound, problems } = parseDeployFile(text, 'deploy.ini', '/app')
        const lines = text.split('\n').length
        const errors = problems.filter(({ severity }) => severity === 'error')
        expect(sound).toBe(errors.length === 0)
        for (const problem of problems) {
          expect(formatProblem(problem)).toMatch(/^deploy\.ini:\d+: (warning: )?\P{Cc}+[.?]$/u)
          expect(problem.place?.line).toBeLessThanOrEqual(lines)
        }
        const numbers = problems.map(({ place }) => place?.line ?? 0)
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
      }),
      { numRuns: 500 },
    )
  })
})

const printable = fc
  .string({ unit: fc.constantFrom(...' \t;#"\'\\=[]$ab1é💡{}'), maxLength: 12 })
  .filter((text) => !text.includes('${'))
const keys = fc.stringMatching(/^x[a-z0-9.-]{0,6}$/)

describe('a written file', () => {
  test('gives the same attributes back', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(keys, printable), { selector: ([key]) => key.replace(/\W/g, '_') }),
        (rows) => {
          const lines = rows.map(([key, value]) => `${key} = "${value.replaceAll(/[\\"]/g, '\\$&')}" ; "note`)
          const { defaults } = parsed(...lines)
          expect(rows.map(([key]) => defaults.get(key)?.value)).toEqual(rows.map(([, value]) => value))
        },
      ),
    )
  })

  test('gives the same words back', () => {
    fc.assert(
      fc.property(fc.array(printable), (words) => {
        const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`)
        const { jobs } = parsed('[job:a]', `s = remote run ${quoted.join(' ')} # 'note`)
        expect(jobs.get('a')?.steps[0]?.args).toEqual(words)
      }),
    )
  })
})
