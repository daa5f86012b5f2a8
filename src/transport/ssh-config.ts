import { execFile } from 'node:child_process'
import { UsageError } from '../words/errors.ts'

/** What the user's own ssh configuration says about a host, key by key in small letters; nothing that is mere default. */
export type SshConfig = ReadonlyMap<string, readonly string[]>

/** What ssh has said so far, by what it was asked: many logins ask the same. */
export type SshAnswers = Map<string, Promise<SshConfig | undefined>>

/**
 * Asks `ssh -G` what the user's configuration says for each name, the first name that says something winning.
 * Empty where there is no ssh. Throws UsageError when ssh can't read the configuration.
 */
export async function askSshConfig(
  names: readonly string[],
  file?: string,
  known: SshAnswers = new Map(),
): Promise<SshConfig> {
  const ask = (name: string, from?: string) => {
    const question = JSON.stringify([name, from])
    const answer = known.get(question) ?? askOne(name, from)
    known.set(question, answer)
    // What could not be read now may be read at the next login.
    answer.catch(() => known.delete(question))
    return answer
  }
  const [defaults, ...answers] = await Promise.all([ask('localhost', 'none'), ...names.map((name) => ask(name, file))])
  if (!defaults) return new Map()
  const said = new Map<string, readonly string[]>()
  for (const [index, answer] of answers.entries())
    for (const [key, values] of answer ?? [])
      if (!said.has(key) && !isDefault(key, values, names[index] ?? '', defaults)) said.set(key, values)
  return said
}

/** Splits what `ssh -G` prints; a key that comes several times keeps its order. */
export function parseSshConfig(text: string): SshConfig {
  const config = new Map<string, readonly string[]>()
  for (const line of text.split('\n')) {
    const [, key, value] = /^(\S+) (.*)$/.exec(line) ?? []
    if (key && value !== undefined) config.set(key.toLowerCase(), [...(config.get(key.toLowerCase()) ?? []), value])
  }
  return config
}

function isDefault(key: string, values: readonly string[], name: string, defaults: SshConfig): boolean {
  if (key === 'hostname') return values[0] === name.toLowerCase()
  return defaults.get(key)?.join('\n') === values.join('\n')
}

function askOne(name: string, file?: string): Promise<SshConfig | undefined> {
  const args = ['-G', ...(file ? ['-F', file] : []), '--', name]
  return new Promise((resolve, reject) => {
    const child = execFile('ssh', args, { timeout: 10_000 }, (error, stdout, stderr) => {
      if (error === null) return resolve(parseSshConfig(stdout))
      if (error.code === 'ENOENT') return resolve(undefined)
      const [said] = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Pseudo-terminal'))
      const reason = said ?? (error.killed ? 'ssh did not answer' : 'ssh gave no reason')
      reject(new UsageError(`The ssh configuration for ${name} can't be read: ${reason}. Try ssh -G ${name}.`))
    })
    child.stdin?.end()
  })
}
