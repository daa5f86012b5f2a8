import { existsSync } from 'node:fs'
import { messageOf, UnreachableError } from '../words/errors.ts'
import { agentKeys, agentWith } from './agent-keys.ts'
import { agentKeyTypes } from './agent-types.ts'
import type { Attempt } from './attempt.ts'
import { BeyondSsh2 } from './beyond.ts'
import { type Identity, identityOf, readIdentity, unlock } from './identity.ts'
import { interactive } from './interactive.ts'
import type { KeyFile } from './key-files.ts'
import type { Login, Target } from './target.ts'
import type { Prompts } from './types.ts'

/** The ways to log in, in order, and why a key file is not among them. */
export interface LoginPlan {
  readonly attempts: readonly Attempt[]
  readonly notes: readonly string[]
  /** What only the system's own ssh can log in with. */
  readonly beyond?: string
}

/**
 * Collects what there is to log in with. A key that an agent holds is used through the agent: no passphrase is asked.
 * Throws UnreachableError when a required key can't be used.
 */
export async function planLogin(target: Target, prompts?: Prompts): Promise<LoginPlan> {
  const { login, user } = target
  const held = await agentKeys(login.agentSocket)
  const inMemory = await Promise.all(login.privateKeys.map((text) => identityOf(text, 'in memory')))
  const { identities, notes, ...unread } = await readAll(login.keyFiles)
  const beyond = unread.beyond ?? (await agentBeyond(login.agentSocket))
  const ready: Identity[] = []
  for (const { identity, required } of identities) {
    const usable = required && !isHeld(identity, held) ? await unlock(identity, prompts) : identity
    if (required && !usable.key && !isHeld(usable, held))
      throw new UnreachableError(
        `the key file ${usable.path} holds a public key only. Name the private key, or load it into an agent.`,
      )
    ready.push(usable)
  }
  const fromAgent = agentAttempts(login, user, held, ready)
  const fromFiles = [...inMemory, ...ready.filter((identity) => !isHeld(identity, held))]
    .filter((identity) => identity.key || (identity.encrypted && prompts))
    .map((identity) => keyAttempt(user, identity))
  return {
    attempts: [...fromAgent, ...fromFiles, ...(prompts ? [interactive(target, prompts.kept)] : [])],
    notes,
    ...(beyond ? { beyond } : {}),
  }
}

/** What an agent holds that ssh2 can't use. */
async function agentBeyond(socket: string | undefined): Promise<string | undefined> {
  const types = socket ? await agentKeyTypes(socket) : []
  const type = types.find((name) => name.startsWith('sk-') || name.includes('-cert-v0'))
  return type && `the agent holds a key of type ${type}`
}

interface ReadAll {
  readonly identities: readonly { readonly identity: Identity; readonly required: boolean }[]
  readonly notes: readonly string[]
  readonly beyond: string | undefined
}

async function readAll(files: readonly KeyFile[]): Promise<ReadAll> {
  const identities: { identity: Identity; required: boolean }[] = []
  const notes: string[] = []
  let beyond: string | undefined
  for (const { path, required } of files) {
    if (!required && !existsSync(path)) continue
    try {
      identities.push({ identity: await readIdentity(path), required })
    } catch (error) {
      if (required) throw error
      notes.push(messageOf(error))
      if (error instanceof BeyondSsh2) beyond = error.why
    }
  }
  return { identities, notes, beyond }
}

function isHeld(identity: Identity, held: readonly Buffer[]): boolean {
  return held.some((blob) => identity.publicKey?.equals(blob))
}

function agentAttempts(login: Login, user: string, held: readonly Buffer[], ready: readonly Identity[]): Attempt[] {
  const socket = login.agentSocket
  const wanted = login.onlyTheseKeys ? held.filter((blob) => ready.some((one) => one.publicKey?.equals(blob))) : held
  if (!socket || wanted.length === 0) return []
  const label = `agent (${wanted.length} ${wanted.length === 1 ? 'key' : 'keys'})`
  return [
    {
      label,
      method: 'publickey',
      prepare: async () => ({ type: 'agent', username: user, agent: await agentWith(socket, wanted) }),
    },
  ]
}

function keyAttempt(username: string, identity: Identity): Attempt {
  return {
    label: `key ${identity.path}`,
    method: 'publickey',
    prepare: async (_accepted, prompts) => {
      const { key } = await unlock(identity, prompts).catch(() => identity)
      return key && { type: 'publickey', username, key }
    },
  }
}
