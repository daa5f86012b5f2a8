import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonLine, jsonReporter } from '../../src/report/json.ts'
import type { RunEvent } from '../../src/run/events.ts'
import { eventsOf, failingRun, migrate } from './events.ts'

test('each event is an object on a line of its own, the last is run-end', () => {
  const lines = told(...failingRun)
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual(failingRun)
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ event: 'run-end', status: 'FAILED', exitCode: 1 })
})

const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\x9b2J', '\u202e', '\x7f', '\u{e0041}', '\u2028', '\ud800', 'a\nb\n', '"\n\\n', '\t'),
)
const steering = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

test('a line holds nothing that steers a terminal, and the same value', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const line = jsonLine({ text })
      return !steering.test(line) && JSON.parse(line).text === text
    }),
  )
})

test('so does a line of what a step prints', () => {
  fc.assert(
    fc.property(fc.oneof(fc.record({ text: anything }), fc.record({ base64: fc.base64String() })), (printed) => {
      const [event] = eventsOf([[0, { event: 'output', ...migrate, stream: 'stdout', ...printed }]])
      const [line = ''] = told(event)
      expect(line).not.toMatch(steering)
      expect(JSON.parse(line)).toEqual(event)
    }),
  )
})

function told(...events: readonly (RunEvent | undefined)[]): readonly string[] {
  const lines: string[] = []
  const reporter = jsonReporter((line) => lines.push(line))
  for (const event of events) if (event) reporter.event(event)
  return lines
}
