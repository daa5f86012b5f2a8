import { readFileSync } from 'node:fs'

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
  'delivery',
  'main',
] as const

/** The agent's text as it was written. */
export async function agentSource(): Promise<string> {
  // Small files of our own: by way of the thread pool they would take ten times as long.
  const read = (part: string) => readFileSync(new URL(`../agent/node/${part}.sh`, import.meta.url), 'utf8')
  return agentParts.map(read).join('\n')
}

/** The agent's text as it is sent: without its comments and indentation. No text in it goes over several lines. */
export async function agentProgram(): Promise<string> {
  return (await agentSource()).replace(/^\s*(#.*)?\n/gm, '').replace(/^ +/gm, '')
}

/**
 * What to execute on the node and what to send first on its stdin, so that exactly these bytes become the agent.
 * One line without newline, backslash, `!` or inner single quote, which sh, bash, fish and csh all read alike; `dd` takes
 * not a byte more than it is told, where `sh -s` reads ahead: in one block where it knows `fullblock` (GNU, busybox), else
 * byte by byte. A text cut short is not evaluated.
 */
export function bootstrap(program: string, nonce: string): { command: string; blob: string } {
  const blob = `${program}\nagent_main ${nonce}\n#EOS`
  const bytes = Buffer.byteLength(blob)
  const whole = `s=$(dd bs=${bytes} count=1 iflag=fullblock 2>/dev/null)`
  const script = `${whole} || s=$(dd bs=1 count=${bytes} 2>/dev/null); case $s in *EOS) eval "$s";; *) exit 97;; esac`
  return { command: `exec /bin/sh -c '${script}'`, blob }
}
