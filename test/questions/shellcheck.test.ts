import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scriptsFor } from '../../src/questions/scripts.ts'

// SC2015: `a && b || c` is meant wherever it stands here. SC2016: what stands in single quotes is for awk, bash and python.
// SC2317: the functions are called from the text of a batch.
const excluded = 'SC2015,SC2016,SC2317'

const folder = new URL('../../src/questions/node/', import.meta.url)
const scripts = readdirSync(folder).sort()
const text = (script: string) => readFileSync(new URL(script, folder), 'utf8')

test('shellcheck finds nothing in the scripts of the questions', () => {
  const { stdout, stderr, status } = spawnSync('shellcheck', ['-s', 'sh', '-e', excluded, '-f', 'gcc', ...scripts], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(stdout + stderr).toBe('')
  expect(status).toBe(0)
})

const functions = scripts.flatMap((script) =>
  Array.from(text(script).matchAll(/^q_(\w+)\(\)/gm), ([, name = '']) => [name, script] as const),
)

test.each(functions)('the question %s is sent with %s', async (name) => {
  expect(await scriptsFor([name])).toContain(`q_${name}()`)
})
