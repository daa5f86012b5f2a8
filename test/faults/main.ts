import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { loadOps } from '../../src/ops/load.ts'
import { startNode } from '../run/scene.ts'
import { campaign, table } from './campaign.ts'
import { faults } from './faults.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    trials: { type: 'string' },
    fault: { type: 'string' },
    width: { type: 'string' },
  },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const asked = faults.filter(({ name }) => name.includes(values.fault ?? ''))
const chosen = asked.filter(({ isPossible }) => isPossible?.() ?? true)
for (const { name } of asked.filter((fault) => !chosen.includes(fault)))
  process.stderr.write(`left out, as it needs root and file systems to mount: ${name}\n`)
const bar = process.stderr.isTTY
const sshd = await startNode({ config: ['MaxStartups 200:30:400', 'MaxSessions 50'] })
try {
  await loadOps(['open-bundle', 'close-bundle', 'deliver', 'sh'], process.cwd())
  const rows = await campaign(sshd, chosen, {
    seed,
    width: Number(values.width ?? 2),
    trials: ({ full }) => Number(values.trials ?? full),
    onTrial: ({ name }, done, of) => {
      if (bar)
        process.stderr.write(`\r\x1b[K[${'='.repeat(Math.round((20 * done) / of)).padEnd(20)}] ${done}/${of} ${name}`)
      else if (done % 50 === 0 || done === of) process.stderr.write(`${done}/${of} ${name}\n`)
    },
  })
  if (bar) process.stderr.write('\n')
  const memory = Math.round(totalmem() / 2 ** 30)
  process.stdout.write(
    `Seed ${seed}, ${cpus().length} cores, ${memory} GiB, Node ${process.version}.\n\n${table(rows)}\n`,
  )
  for (const { fault, violations } of rows) {
    for (const { trial, found } of violations)
      process.stdout.write(`\n${fault}, trial ${trial}:\n${found.map((line) => `  ${line}\n`).join('')}`)
  }
  process.exitCode = rows.every(({ violations }) => violations.length === 0) ? 0 : 1
} finally {
  await sshd.stop()
}
process.exit()
