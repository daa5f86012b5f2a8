import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { brokenOp, thrownBy } from '../../src/ops/broken.ts'

let folder: string
let op: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conc-broken-'))
  op = join(folder, 'restart.ts')
  writeFileSync(op, "import 'conc-deploy'\nimport '../lib/gone.ts'\n")
})
afterAll(() => rmSync(folder, { recursive: true }))

/** An error whose trace leads through these places. */
function thrown(...places: readonly string[]): Error {
  const error = new Error('no queue.')
  error.stack = ['Error: no queue.', ...places.map((place) => `    at it (${place})`)].join('\n')
  return error
}

const told = (error: unknown) => brokenOp(error, op, 'jobs/restart.ts', folder)

test.each<[string, () => unknown, string]>([
  ['its own line', () => thrown(`${op}:2:3`), 'jobs/restart.ts:2: no queue. Correct the file.'],
  [
    'the line of the code that it uses',
    () => thrown(`${folder}/lib/queue.ts:7:1`),
    'jobs/restart.ts: lib/queue.ts:7: no queue. Correct the file.',
  ],
  [
    'what it threw, when only packages are in the trace',
    () => thrown('/a/node_modules/b/c.js:7:1'),
    'jobs/restart.ts: no queue. Correct the file.',
  ],
  [
    'what it threw, when the loader moved it to where nothing is',
    () => thrown(`${op}:1:900`),
    'jobs/restart.ts: no queue. Correct the file.',
  ],
  [
    'its own line, when another file is gone',
    () => thrown(`${folder}/gone.ts:1:900`, `${op}:2:1`),
    'jobs/restart.ts:2: no queue. Correct the file.',
  ],
  ['what it threw, when that has no trace', () => 'no queue', 'jobs/restart.ts: no queue. Correct the file.'],
  [
    'the line that imports what is not there',
    () => missing('../lib/gone.ts'),
    "jobs/restart.ts:2: Cannot find module '../lib/gone.ts'. Correct the file.",
  ],
  [
    'no line when nothing imports that by this name',
    () => missing('elsewhere'),
    "jobs/restart.ts: Cannot find module 'elsewhere'. Correct the file.",
  ],
])('an op that can not be loaded is told with %s', async (_, error, sentence) => {
  expect(await told(error())).toBe(sentence)
})

function missing(module: string): Error {
  const error = new Error(`Cannot find module '${module}'\nRequire stack:\n- ${op}`)
  error.stack = ''
  return error
}

test.each<[string, unknown, string]>([
  ["with its place in the user's code", thrown('/app/jobs/restart.ts:7:1'), 'no queue (restart.ts:7).'],
  ['alone when a package threw it', thrown('/app/node_modules/queue/index.js:7:1'), 'no queue.'],
  ['alone when it has no trace', 'no queue', 'no queue'],
])('what an op threw is told %s', (_, error, sentence) => {
  expect(thrownBy(error)).toBe(sentence)
})
