import { expect, test } from 'vitest'
import { redactedEvent } from '../../src/nodetest/redact.ts'
import type { TestEvent } from '../../src/ops/tests.ts'
import { Secret } from '../../src/secrets/secret.ts'

const value = `it's "what" nobody may see of more than forty characters`
const secrets = [new Secret('sudo', value), new Secret('short', 'abc')]

function redacted(why: string): string | undefined {
  const event: TestEvent = {
    event: 'test-end',
    time: '2026-11-21T12:00:00Z',
    node: 'web1',
    run: 'r1',
    test: 'a',
    file: 'a.nodetest.ts',
    tags: [],
    outcome: 'fail',
    ms: 1,
    why,
  }
  const told = redactedEvent(event, secrets)
  return told.event === 'test-end' ? told.why : undefined
}

test.each([
  ['as it is', value, '[secret sudo]'],
  ['between quotes', `'${value.replace("'", "\\'")}'`, "'[secret sudo]'"],
  ['as JSON', JSON.stringify(value), '"[secret sudo]"'],
  ['cut off', `expected '${value.slice(0, 38).replace("'", "\\'")}…' to be 'x'`, "expected '[secret sudo]…' to be 'x'"],
  ['cut off twice', `${value.slice(0, 9)}… and ${value.slice(0, 20)}…`, '[secret sudo]… and [secret sudo]…'],
  ['cut off within JSON', `it is ${JSON.stringify(value).slice(1, 9)}…`, 'it is [secret sudo]…'],
  ['cut off after less than can be told apart', `the it'…`, `the it'…`],
  ['cut off without a sign', `${value.slice(0, 20)} and so on`, `${value.slice(0, 20)} and so on`],
  ['too short to be hidden', 'abc…', 'abc…'],
])('%s', (_how, text, expected) => {
  expect(redacted(text)).toBe(expected)
})
