import type { AuthenticationType } from 'ssh2'
import { expect, test } from 'vitest'
import type { Attempt } from '../../src/transport/attempt.ts'
import { authenticator, type Tried } from '../../src/transport/authenticator.ts'

type Answer = readonly [accepted: AuthenticationType[] | null, partial?: boolean]

const key = (label: string, key = 'KEY'): Attempt => ({
  label,
  method: 'publickey',
  prepare: async () => (key === '' ? undefined : { type: 'publickey', username: 'ops', key }),
})

/** What is tried after each answer of a machine, or what is told at the end. */
async function tried(attempts: readonly Attempt[], answers: readonly Answer[]): Promise<readonly (string | Tried)[]> {
  const said: (string | Tried)[] = []
  let settle = () => {}
  const note = (what: string | Tried) => {
    said.push(what)
    settle()
  }
  const handler = authenticator(attempts, 'ops', undefined, note)
  for (const [accepted, partial = false] of answers)
    await new Promise<void>((resolve) => {
      settle = resolve
      handler(accepted, partial, (method) => note(typeof method === 'string' ? method : method.type))
    })
  return said
}

const password = (refused: string[]): Attempt => ({
  label: 'password',
  method: 'interactive',
  refused: () => refused.push('refused'),
  prepare: async () => ({ type: 'password', username: 'ops', password: 'horse' }),
})

test.each<[string, readonly Attempt[], readonly Answer[], readonly (string | Tried)[]]>([
  ['what is not accepted is left out', [key('a'), password([])], [[['password']]], ['password']],
  ['a key that can not be opened is left out', [key('a', ''), key('b')], [[['publickey']]], ['publickey']],
  [
    'without an answer yet it gives up only when there is nothing left',
    [key('a')],
    [[null], [null], [[]]],
    ['publickey', 'none', { labels: ['a'], accepted: [] }],
  ],
  [
    'a person is asked only once it is known what is accepted',
    [password([])],
    [[null], [['keyboard-interactive']]],
    ['none', 'password'],
  ],
  [
    'a machine that takes no password is not given one',
    [password([])],
    [[['hostbased']]],
    [{ labels: [], accepted: ['hostbased'] }],
  ],
])('%s', async (_what, attempts, answers, said) => {
  expect(await tried(attempts, answers)).toEqual(said)
})

test.each([
  [false, ['refused']],
  [true, []],
])('a password after which more is wanted (%s) was right', async (partial, said) => {
  const refused: string[] = []
  await tried([password(refused), key('a')], [[['password']], [['publickey'], partial]])
  expect(refused).toEqual(said)
})
