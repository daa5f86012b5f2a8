import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonLine, jsonReporter } from '../../src/report/json.ts'
import { failingRun } from './events.ts'

test('each event is an object on a line of its own, the last is run-end', () => {
  const lines: string[] = []
  const reporter = jsonReporter((line) => lines.push(line))
  for (const event of failingRun) reporter.event(event)
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual(failingRun)
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ event: 'run-end', status: 'FAILED', exitCode: 1 })
})

test('a line holds nothing that steers a terminal, and the same value', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\x9b2J', '\u202e', '\x7f', '\u{e0041}', '\u2028'),
  )
  fc.assert(
    fc.property(anything, (text) => {
      const line = jsonLine({ text })
      return !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line) && JSON.parse(line).text === text
    }),
  )
})
