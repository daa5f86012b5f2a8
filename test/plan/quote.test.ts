import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quote, quoteAll, shellName } from '../../src/plan/quote.ts'

const shells: readonly { program: string; args: readonly string[] }[] = [
  { program: 'dash', args: [] },
  { program: 'bash', args: [] },
  { program: 'busybox', args: ['sh'] },
]

/** What the shell makes of some words: each followed by NUL. */
function readBack({ program, args }: (typeof shells)[number], line: string): string[] {
  const { stdout } = spawnSync(program, [...args, '-c', `printf '%s\\0' ${line}`], { encoding: 'buffer' })
  return stdout.toString().split('\0').slice(0, -1)
}

const nasty = fc.constantFrom(...`'"\\$\`!~*?[]{}()<>|&;#=%^ \t\n-ab`.split(''), 'é', '😀')
const word = fc
  .oneof(fc.string({ unit: nasty, maxLength: 12 }), fc.string({ unit: 'binary' }))
  .map((text) => text.replaceAll('\0', ''))

describe.each(shells)('in $program', (shell) => {
  test('quoted words come back as they were', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.array(
          word.filter((text) => Buffer.from(text).toString() === text),
          { minLength: 1, maxLength: 40 },
        ),
        (words) => {
          expect(readBack(shell, words.map(quote).join(' '))).toEqual(words)
        },
      ),
      { numRuns: 60 },
    )
  })

  test.each(['A=b', 'if', 'while', '=ls', "it's", ''])(
    'the name of a command that is %j is looked for as it is',
    (name) => {
      const { status, stderr } = spawnSync(shell.program, [...shell.args, '-c', quoteAll([name])], { encoding: 'utf8' })
      expect(status).toBe(127)
      expect(stderr).toContain(`${name}: `)
    },
  )
})

test.each([
  ['plain', 'plain'],
  ['./bin/x-1.2+3@web:/a,b%c', './bin/x-1.2+3@web:/a,b%c'],
  ['--into=x', '--into=x'],
  ['', "''"],
  ['two words', "'two words'"],
  ['a=b', 'a=b'],
  ['=b', "'='b"],
  ['~/x', "'~/x'"],
])('%j is quoted as %s', (text, quoted) => {
  expect(quote(text)).toBe(quoted)
})

test('a dot of an attribute is an underscore of a variable', () => {
  expect(shellName('sshd.ip')).toBe('sshd_ip')
})
