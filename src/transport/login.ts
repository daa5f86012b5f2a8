import { existsSync } from 'node:fs'
import type { AnyAuthMethod, KeyboardInteractiveAuthMethod } from 'ssh2'
import { messageOf, UnreachableError } from '../words/errors.ts'
import { agentKeys, agentWith } from './agent-keys.ts'
import { type Identity, identityOf, readIdentity, unlock } from './identity.ts'
import type { KeyFile } from './key-files.ts'
import type { Login, Target } from './target.ts'
import type { Prompts } from './types.ts'

/** One way to log in. `prepare` may ask a person; undefined when the way turns out to be none. */
export interface Attempt {
  /** For people: `key ~/.ssh/id_ed25519`, `agent (2 keys)`, `password`. */
  readonly label: string
  readonly method: 'publickey' | 'interactive'
  prepare(accepted: readonly string[], prompts: Prompts | undefined): Promise<AnyAuthMethod | undefined>
}

/** The ways to log in, in order, and why a key file is not among them. */
export interface LoginPlan {
  readonly attempts: readonly Attempt[]
  readonly notes: readonly string[]
}

/**
 * Collects what there is to log in with. A key that an agent holds is used through the agent: no passphrase is asked.
 * Throws UnreachableError when a required key can't be used.
 */
export async function planLogin(target: Target, prompts?: Prompts): Promise<LoginPlan> {
  const { login, user } = target
  const held = await agentKeys(login.agentSocket)
  const inMemory = await Promise.all(login.privateKeys.map((text) => identityOf(text, 'in memory')))
  const { identities, notes } = await readAll(login.keyFiles)
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
  return { attempts: [...fromAgent, ...fromFiles, ...(prompts ? [interactive(target)] : [])], notes }
}

interface ReadAll {
  readonly identities: readonly { readonly identity: Identity; readonly required: boolean }[]
  readonly notes: readonly string[]
}

async function readAll(files: readonly KeyFile[]): Promise<ReadAll> {
  const identities: { identity: Identity; required: boolean }[] = []
  const notes: string[] = []
  for (const { path, required } of files) {
    if (!required && !existsSync(path)) continue
    try {
      identities.push({ identity: await readIdentity(path), required })
    } catch (error) {
      if (required) throw error
      notes.push(messageOf(error))
    }
  }
  return { identities, notes }
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

// One question, once: accounts lock after a few wrong passwords.
function interactive(target: Target): Attempt {
  const username = target.user
  return {
    label: 'password',
    method: 'interactive',
    prepare: async (accepted, prompts) => {
      if (!prompts) return undefined
      if (accepted.includes('keyboard-interactive')) return keyboard(target, prompts)
      if (!accepted.includes('password')) return undefined
      const password = await prompts.secret(`Password of ${username} on ${target.name}`)
      return password === undefined ? undefined : { type: 'password', username, password }
    },
  }
}

function keyboard(target: Target, prompts: Prompts): KeyboardInteractiveAuthMethod {
  const ask = async (questions: readonly string[]): Promise<string[]> => {
    const answers: string[] = []
    for (const question of questions) answers.push((await prompts.secret(`${target.name}: ${question.trim()}`)) ?? '')
    return answers
  }
  return {
    type: 'keyboard-interactive',
    username: target.user,
    prompt: (_name, _instructions, _language, questions, finish) => {
      ask(questions.map((question) => question.prompt)).then(finish, () => finish([]))
    },
  }
}
