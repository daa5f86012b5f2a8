import type { KeyboardInteractiveAuthMethod } from 'ssh2'
import { expect, test } from 'vitest'
import { interactive } from '../../src/transport/interactive.ts'
import type { Prompts } from '../../src/transport/types.ts'
import { answering } from './scene.ts'

const target = {
  name: 'web1',
  host: 'h',
  port: 22,
  user: 'ops',
  login: { privateKeys: [], keyFiles: [], onlyTheseKeys: false },
  hostKey: { kind: 'pinned', key: Buffer.alloc(0) },
} as const

test.each([
  ['nobody can be asked', ['password'], undefined, undefined],
  ['the machine takes keys only', ['publickey'], 'horse', undefined],
  ['the person gives none', ['password'], undefined, undefined],
  [
    'the machine takes one',
    ['publickey', 'password'],
    'horse',
    { type: 'password', username: 'ops', password: 'horse' },
  ],
])('a password when %s: of %j with %j', async (when, accepted, secret, method) => {
  const prompts = when === 'nobody can be asked' ? undefined : answering(secret)
  expect(await interactive(target, undefined).prepare(accepted, prompts)).toEqual(method)
})

/** What a machine gets for the questions that it asks, one round after the other. */
async function answersTo(rounds: readonly (readonly string[])[], prompts: Prompts): Promise<readonly string[][]> {
  const given: string[][] = []
  for (const questions of rounds) {
    const method = await interactive(target, prompts.kept).prepare(['keyboard-interactive', 'password'], prompts)
    const { prompt } = method as KeyboardInteractiveAuthMethod
    const asked = questions.map((text) => ({ prompt: text, echo: false }))
    given.push(await new Promise((resolve) => prompt('', '', '', asked, (answers) => resolve([...answers]))))
  }
  return given
}

test.each([
  ['a password is asked for once', [['Password: '], ['(ops@web1) Password: ']], ['web1: Password:']],
  ['a code is asked for each time', [['Code: '], ['Code: ']], ['web1: Code:', 'web1: Code:']],
  ['several questions are asked in their order', [['Password: ', 'Code: '], []], ['web1: Password:', 'web1: Code:']],
])('%s', async (_what, rounds, questions) => {
  const prompts = { ...answering('horse'), kept: new Map<string, string>() }
  expect(await answersTo(rounds, prompts)).toEqual(rounds.map((round) => round.map(() => 'horse')))
  expect(prompts.questions).toEqual(questions)
})

test.each([
  ['gives none', answering(undefined), [['']]],
  ['gives no code', answering(undefined), [['', '']]],
  ['is gone', { ...answering(undefined), secret: () => Promise.reject(new Error('closed')) }, [[]]],
])('the machine gets an answer when the person %s', async (_what, prompts, given) => {
  const round = given[0]?.length === 2 ? ['Code: ', 'Again: '] : ['Password: ']
  expect(await answersTo([round], prompts)).toEqual(given)
})
