import type { Session } from '../../agent/session.ts'
import { type Finding, good, wrong } from './finding.ts'
import { ask } from './script.ts'

/** Where programs that some op calls come from on Debian; the others are packages of their own name. */
const packages: Readonly<Record<string, string>> = {
  cmp: 'diffutils',
  diff: 'diffutils',
  ln: 'coreutils',
  readlink: 'coreutils',
  sha256sum: 'coreutils',
  stat: 'coreutils',
  xargs: 'findutils',
}

/** Whether the programs are there; each comes with the ops that call it. */
export async function toolsThere(
  session: Session,
  tools: ReadonlyMap<string, readonly string[]>,
): Promise<readonly Finding[]> {
  if (tools.size === 0) return []
  const script = 'for t; do command -v "$t" >/dev/null || echo "$t"; done'
  const { lines } = await ask(session, script, ...tools.keys())
  const lacking = [...tools].filter(([tool]) => lines.includes(tool))
  if (lacking.length === 0) return [good('tools', [...tools.keys()].join(', '))]
  return lacking.map(([tool, ops]) =>
    wrong('tools', `${tool} is not there: ${ops.join(', ')} can't work`, `apt-get install ${packages[tool] ?? tool}`),
  )
}
