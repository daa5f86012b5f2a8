import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import type { Finding } from './report.ts'

const jiti = fileURLToPath(new URL('../../node_modules/jiti/lib/jiti-cli.mjs', import.meta.url))
const main = fileURLToPath(new URL('./main.ts', import.meta.url))

test('the bench has a number for every question', async () => {
  const into = mkdtempSync(join(tmpdir(), 'conc-bench-'))
  await execa(process.execPath, [jiti, main, '--quick', '--into', into])
  const found: Record<string, Finding> = JSON.parse(readFileSync(join(into, 'bench.json'), 'utf8'))
  const page = readFileSync(join(into, 'bench.md'), 'utf8')
  rmSync(into, { recursive: true })
  expect(Object.keys(found)).toEqual(['steps', 'others', 'alternating', 'start', 'output', 'nodes', 'agent'])
  const facts = Object.values(found).flatMap((each) => each.facts)
  expect(facts.filter(({ value }) => !Number.isFinite(value))).toEqual([])
  for (const { name } of facts) expect(page).toContain(`| ${name} |`)
}, 300_000)
