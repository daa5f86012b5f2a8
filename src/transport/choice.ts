import { existsSync } from 'node:fs'
import { readHostKeys } from './host-keys.ts'
import type { Target } from './target.ts'

/** Why a machine, or a jump host before it, needs the system's own ssh; undefined where ssh2 will do as far as one can see. */
export async function whyTheSystems(target: Target): Promise<string | undefined> {
  for (const stop of [target, ...(target.jumps ?? [])]) {
    const why = stop.system?.why ?? certificateOf(stop) ?? (await authorityFor(stop))
    if (why !== undefined) return why
  }
  return undefined
}

// As ssh does: the certificate of a key lies beside it.
function certificateOf({ login }: Target): string | undefined {
  const file = login.keyFiles.map(({ path }) => `${path}-cert.pub`).find((path) => existsSync(path))
  return file && `${file} is a certificate`
}

async function authorityFor({ hostKey }: Target): Promise<string | undefined> {
  if (hostKey.kind === 'pinned') return undefined
  const verdict = (await readHostKeys(hostKey)).judge(Buffer.alloc(0))
  if (verdict.kind !== 'unknown' || !verdict.authority) return undefined
  return `the host is vouched for by a certificate authority (${verdict.authority.file}:${verdict.authority.line})`
}
