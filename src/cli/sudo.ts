import { Secret } from '../secrets/secret.ts'
import { UsageError } from '../words/errors.ts'
import type { World } from './world.ts'

export interface SudoOptions {
  /** The password is asked for at once, and serves every node. */
  readonly askSudo?: boolean
  /** A command line for sh that prints the password of the node in CONC_NODE. */
  readonly sudoPasswordCommand?: string
}

/** The world, with sudo's password from where the options say. Throws UsageError. */
export async function withSudo<Place extends Pick<World, 'env' | 'prompts' | 'seat' | 'sudoPassword'>>(
  world: Place,
  { askSudo, sudoPasswordCommand }: SudoOptions,
): Promise<Place> {
  if (sudoPasswordCommand !== undefined) {
    if (askSudo) throw new UsageError('--ask-sudo and --sudo-password-command both give a password. Keep one.')
    const print = (node: string) => printed(sudoPasswordCommand, node, world.env)
    return { ...world, sudoPassword: (node) => world.seat?.stage.aside(() => print(node)) ?? print(node) }
  }
  if (!askSudo) return world
  if (world.prompts === undefined) {
    throw new UsageError('--ask-sudo asks, and there is no terminal to ask on. Give --sudo-password-command CMD.')
  }
  const answer = await world.prompts.secret('sudo password')
  if (!answer) throw new UsageError('no password was given.')
  return { ...world, sudoPassword: async () => new Secret('sudo', answer) }
}

/** What a command prints, without the newline at its end. What it says goes to the terminal. */
async function printed(command: string, node: string, env: NodeJS.ProcessEnv): Promise<Secret> {
  const { execa } = await import('execa')
  const { stdout, exitCode, signal } = await execa('/bin/sh', ['-c', command], {
    env: { ...env, CONC_NODE: node },
    stdin: 'ignore',
    stderr: 'inherit',
    reject: false,
  })
  if (exitCode !== 0) {
    throw new UsageError(`--sudo-password-command for ${node} ended with ${signal ?? `exit ${exitCode}`}.`)
  }
  if (stdout === '' || /[\n\0]/.test(stdout)) {
    throw new UsageError(`--sudo-password-command for ${node} printed no password, which is one line.`)
  }
  return new Secret('sudo', stdout)
}
