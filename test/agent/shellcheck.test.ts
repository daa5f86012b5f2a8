import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { agentParts, agentSource } from '../../src/agent/program.ts'

// SC2015: `a && b || c` is meant wherever it stands here: c when either says no.
const excluded = 'SC2015'

test('shellcheck finds nothing in the agent', async () => {
  const { stdout, stderr, status } = spawnSync('shellcheck', ['-s', 'sh', '-e', excluded, '-f', 'gcc', '-'], {
    input: await agentSource(),
    encoding: 'utf8',
  })
  expect(stdout + stderr).toBe('')
  expect(status).toBe(0)
})

test('every file of the agent is sent', () => {
  const folder = new URL('../../src/agent/node/', import.meta.url)
  expect(readdirSync(folder).sort()).toEqual(agentParts.map((part) => `${part}.sh`).sort())
})
