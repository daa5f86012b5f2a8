import { randomUUID } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { type Profiler, Session } from 'node:inspector'
import { fileURLToPath } from 'node:url'

/** Of the built program: dist/src/cli/main.js. */
const built = new URL('../..', import.meta.url).href
const records = new URL('../../../coverage/children/', import.meta.url)

/** Counts what this process reaches of the built program, and leaves it in a file when it ends by itself. */
export function record(): void {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  process.on('exit', () => session.post('Profiler.takePreciseCoverage', (_error, reached) => keep(reached.result)))
}

function keep(all: readonly Profiler.ScriptCoverage[]): void {
  const result = all.filter(({ url }) => url.startsWith(built))
  const file = fileURLToPath(new URL(`${randomUUID()}.json`, records))
  try {
    // Whole or not at all: whoever is killed now leaves no record.
    writeFileSync(`${file}.part`, JSON.stringify({ result }))
    renameSync(`${file}.part`, file)
  } catch {
    // As another user it may not.
  }
}
