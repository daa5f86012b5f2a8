import { readFile } from 'node:fs/promises'

/** The agent's parts, in the order in which they are sent. */
export const agentParts = [
  'answers',
  'evidence',
  'journal',
  'order',
  'remaining',
  'bundle',
  'steps',
  'sudo',
  'execute',
  'requests',
  'main',
] as const

/** The agent's text as it was written. */
export async function agentSource(): Promise<string> {
  const texts = await Promise.all(
    agentParts.map((part) => readFile(new URL(`./node/${part}.sh`, import.meta.url), 'utf8')),
  )
  return texts.join('\n')
}

/** The agent's text as it is sent: without its comments. */
export async function agentProgram(): Promise<string> {
  return (await agentSource()).replace(/^\s*(#.*)?\n/gm, '')
}

/**
 * What to execute on the node and what to send first on its stdin, so that exactly these bytes become the agent.
 * One line without newline, backslash, `!` or inner single quote, which sh, bash, fish and csh all read alike; `dd bs=1`
 * takes not a byte more than its count, where `sh -s` reads ahead; a text cut short is not evaluated.
 */
export function bootstrap(program: string, nonce: string): { command: string; blob: string } {
  const blob = `${program}\nagent_main ${nonce}\n#EOS`
  const bytes = Buffer.byteLength(blob)
  const script = `s=$(dd bs=1 count=${bytes} 2>/dev/null); case $s in *EOS) eval "$s";; *) exit 97;; esac`
  return { command: `exec /bin/sh -c '${script}'`, blob }
}
