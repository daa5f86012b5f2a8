import { randomUUID } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { type Profiler, Session } from 'node:inspector'
import { fileURLToPath } from 'node:url'

/** Of the built program: dist, from dist/src/parts. */
const built = new URL('../..', import.meta.url).href
const records = new URL('../../../coverage/children/', import.meta.url)

/** Counts what this process, or this worker, reaches of the built program. Gives what leaves that in a file. */
export function record(): () => void {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return () => {
    session.post('Profiler.takePreciseCoverage', (_error, reached) => keep(reached.result))
    session.disconnect()
  }
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
