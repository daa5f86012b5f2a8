import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAskpass } from '../../src/transport/system-askpass.ts'
import type { Prompts } from '../../src/transport/types.ts'
import { answering } from './scene.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conc-askpass-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What ssh gets for its question: an exit code other than 0 is no answer. */
async function asked(question: string, prompts: Prompts): Promise<readonly [code: unknown, answer: string]> {
  const askpass = await startAskpass(folder, prompts, (answer) => answer)
  const said = await new Promise<readonly [unknown, string]>((resolve) => {
    execFile(askpass.env.SSH_ASKPASS ?? '', [question], (error, stdout) => resolve([error?.code ?? 0, stdout]))
  })
  askpass.keep()
  askpass.close()
  return said
}

test.each([
  ["ops@web1's password: ", answering('horse'), [0, 'horse\n']],
  ["ops@web1's password: ", answering(undefined), [1, '']],
  ["Enter passphrase for key '/k': ", answering(undefined), [1, '']],
  ['Trust it (yes/no/[fingerprint])? ', answering(undefined, true), [0, 'yes\n']],
  ['Trust it (yes/no/[fingerprint])? ', answering(undefined, false), [0, 'no\n']],
  ['Code: ', { ...answering(undefined), secret: () => Promise.reject(new Error('closed')) }, [1, '']],
])('of %j ssh gets what the person answers', async (question, prompts, said) => {
  expect(await asked(question, prompts)).toEqual(said)
})

test.each([
  ["ops@web1's password: ", ["ops@web1's password:"]],
  ["Enter passphrase for key '/k': ", ['Passphrase for /k']],
  ['Code: ', []],
])('what was right for %j is kept, unless it is right only once', async (question, keys) => {
  const prompts = { ...answering('horse'), kept: new Map<string, string>() }
  for (let times = 0; times < 2; times++) expect(await asked(question, prompts)).toEqual([0, 'horse\n'])
  expect([...prompts.kept.keys()]).toEqual(keys)
  expect(prompts.questions).toHaveLength(keys.length === 0 ? 2 : 1)
})
