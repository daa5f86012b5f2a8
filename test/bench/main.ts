import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Sshd } from '../fixtures/sshd.ts'
import { startNode } from '../run/scene.ts'
import { agentCost } from './agentcost.ts'
import { alternating } from './alternating.ts'
import { manyNodes } from './fleet.ts'
import { flood } from './flood.ts'
import { hundredSteps, others } from './hundred.ts'
import { type Effort, type Finding, markdownOf } from './report.ts'
import { starting } from './start.ts'

/**
 * `main.ts [--quick] [--rounds N] [--into FOLDER] [QUESTION…]`: what conc costs beside what it can be compared with.
 * Prints Markdown; with a folder it goes into bench.md there, and the numbers into bench.json.
 */
const questions: Readonly<
  Record<string, readonly [title: string, ask: (sshd: Sshd, effort: Effort) => Promise<Finding>]>
> = {
  steps: ['A hundred steps', hundredSteps],
  others: ['Others, step by step', others],
  alternating: ['Round trips', alternating],
  start: ['Start', starting],
  output: ['Output', flood],
  nodes: ['Many nodes', manyNodes],
  agent: ['The agent on the node', (_sshd, effort) => agentCost(effort)],
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' }, into: { type: 'string' } },
})
const { quick, into } = values
const effort = { quick, rounds: Number(values.rounds ?? (quick ? 1 : 7)) }
const found: Record<string, Finding> = {}
const pages: string[] = [`Node.js ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}).\n`]
const sshd = await startNode()
try {
  for (const [name, [title, ask]] of Object.entries(questions)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const finding = await ask(sshd, effort)
    found[name] = finding
    const page = markdownOf(title, finding)
    pages.push(page)
    process.stdout.write(`${page}\n`)
  }
} finally {
  await sshd.stop()
}
if (into !== undefined) {
  mkdirSync(into, { recursive: true })
  writeFileSync(join(into, 'bench.md'), pages.join('\n'))
  writeFileSync(join(into, 'bench.json'), `${JSON.stringify(found, null, 2)}\n`)
}
