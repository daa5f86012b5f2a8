import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseDeployFile } from '../../src/deployfile/parse.ts'
import type { Problem } from '../../src/deployfile/types.ts'
import { listOps } from '../../src/ops/find.ts'
import { loadOps } from '../../src/ops/load.ts'
import { checkJobs } from '../../src/plan/check.ts'
import { type Block, blocksIn } from './pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'conc-manual-'))
const ownOps = blocksIn('ts').flatMap(({ lines }) => {
  const name = /^\/\/ jobs\/([a-z-]+)\.ts$/.exec(lines[0] ?? '')?.[1]
  return name === undefined ? [] : [{ name, text: lines.join('\n') }]
})

beforeAll(async () => {
  await mkdir(join(folder, 'jobs'))
  for (const { name, text } of ownOps) await writeFile(join(folder, 'jobs', `${name}.ts`), text)
})

afterAll(() => rmSync(folder, { recursive: true }))

test('each op of the manual loads', async () => {
  const names = ownOps.map(({ name }) => name)
  const { ops, problems } = await loadOps(names, folder)
  expect([...problems.values()]).toEqual([])
  expect([...ops.keys()].sort()).toEqual(names.sort())
  expect(names).not.toEqual([])
})

const wrong = /^; wrong: (.*)$/
const written = blocksIn('ini').map((block) => ({ block, where: `${block.page}:${block.line}` }))

test.each(written)('the deploy file at $where is whole, or says that it is a fragment', ({ block }) => {
  expect(['', 'fragment']).toContain(block.note)
  const isWhole =
    block.lines.some((line) => line.startsWith('[deploy]')) || block.lines.some((line) => wrong.test(line))
  expect(isWhole).toBe(block.note === '')
})

const right = written.filter(({ block }) => !block.lines.some((line) => wrong.test(line)))

test.each(right)('nothing is wrong with the deploy file at $where', async ({ block }) => {
  expect(messages(await problemsOf(whole(block)))).toEqual([])
})

const faulty = written.filter(({ block }) => block.lines.some((line) => wrong.test(line)))

test.each(faulty)('just what the manual says is wrong with the deploy file at $where', async ({ block }) => {
  const said = block.lines.flatMap((line, index) => {
    const message = wrong.exec(line)?.[1]
    return message === undefined ? [] : [{ line: index + 2, message }]
  })
  const found = await problemsOf(block.lines.join('\n'))
  for (const { line, message } of said)
    expect(messages(found.filter(({ place }) => place?.line === line))).toContainEqual(expect.stringContaining(message))
  const lines = new Set(said.map(({ line }) => line))
  expect(messages(found.filter(({ place }) => !lines.has(place?.line ?? 0)))).toEqual([])
})

/** A fragment leaves away what every deploy file has. */
function whole({ lines, note }: Block): string {
  const text = lines.join('\n')
  return note === 'fragment' ? `[deploy]\napp = shop\nrelease = 1.4.2\n${text}` : text
}

async function problemsOf(text: string): Promise<readonly Problem[]> {
  const { deployFile, problems } = parseDeployFile(text, 'deploy.ini', folder)
  const names = [...deployFile.jobs.values()].flatMap(({ steps }) => steps.map(({ op }) => op))
  const { ops, problems: opProblems } = await loadOps(names, folder)
  const opNames = await listOps(folder)
  return [...problems, ...checkJobs({ deployFile, ops, opProblems, opNames, files: () => undefined })]
}

function messages(problems: readonly Problem[]): string[] {
  return problems.map(({ place, message }) => `${place?.line}: ${message}`)
}
