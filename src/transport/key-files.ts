import { readdir } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import type { Attributes } from '../deployfile/types.ts'
import { UnreachableError } from '../words/errors.ts'

/** A private key's file. A required one must be usable; another is left out when it is missing or unfit. */
export interface KeyFile {
  readonly path: string
  readonly required: boolean
}

interface Tokens {
  readonly home: string
  readonly host?: string
  readonly port?: number
  readonly user?: string
}

/**
 * The key files that `key` or `op_key` choose; undefined when neither is given.
 * Throws UnreachableError when no file fits `op_key`.
 */
export async function chosenKeyFiles(
  attributes: Attributes,
  env: Tokens & { readonly name: string },
): Promise<readonly KeyFile[] | undefined> {
  const key = attributes.get('key')?.value
  if (key) return [{ path: expandPath(key, { home: env.home }), required: true }]
  const suffix = attributes.get('op_key')?.value
  if (!suffix) return undefined
  const folder = join(env.home, '.ssh')
  const names = await readdir(folder).catch((): string[] => [])
  const found = names.filter((name) => name.startsWith('id_') && name.endsWith(`-${suffix}`)).sort()
  if (found.length) return found.map((name) => ({ path: join(folder, name), required: true }))
  throw new UnreachableError(
    `${env.name}: no key file ~/.ssh/id_*-${suffix} (op_key = ${suffix}). Make one with ssh-keygen -t ed25519 -f ~/.ssh/id_ed25519-${suffix}, or set key = PATH.`,
  )
}

/** The files that ssh would try unasked. */
export function defaultKeyFiles(home: string): readonly KeyFile[] {
  return ['id_ed25519', 'id_ecdsa', 'id_rsa', 'id_ed25519_sk', 'id_ecdsa_sk'].map((name) => ({
    path: join(home, '.ssh', name),
    required: false,
  }))
}

/** A path with `~` and ssh_config(5)'s tokens %d %h %p %r %u %% put in; relative paths start in the home directory. */
export function expandPath(path: string, tokens: Tokens): string {
  const values: Readonly<Record<string, string | undefined>> = {
    '%d': tokens.home,
    '%h': tokens.host,
    '%p': String(tokens.port ?? 22),
    '%r': tokens.user,
    '%u': userInfo().username,
    '%%': '%',
  }
  const filled = tokens.host === undefined ? path : path.replace(/%./g, (token) => values[token] ?? token)
  return resolve(tokens.home, filled.replace(/^~(?=\/|$)/, tokens.home))
}
