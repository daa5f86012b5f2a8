import { isUtf8 } from 'node:buffer'
import { join, resolve } from 'node:path'
import type { SecretSource } from '../deployfile/types.ts'
import { UsageError } from '../words/errors.ts'
import { type CommandEnd, codeOf, outputOf } from './command.ts'
import { beginningOf } from './file.ts'
import { Secret } from './secret.ts'

/** Where the sources of secrets are looked up. */
export interface SecretSurroundings {
  readonly env: NodeJS.ProcessEnv
  /** The deploy file's folder, absolute: paths begin here, commands run here. */
  readonly folder: string
  /** What `~/` stands for. */
  readonly home: string
  /** Asks a person for a text without showing it; undefined when the person gives up. Absent where nobody can answer. */
  readonly ask?: ((question: string) => Promise<string | undefined>) | undefined
  /** Milliseconds a command may take; a minute when absent. */
  readonly timeout?: number
}

/** The largest value, in bytes: an environment variable on Linux has at most 128 KiB, execve(2). */
const largest = 64 * 1024
/** Enough to see that a value is too large, its newline apart. */
const most = largest + 3
const minute = 60_000

/** Makes the error of a secret that can't be had. No message holds the text of the source: it may be the secret itself. */
type Refuse = (wrong: string) => UsageError
type Reader = (name: string, args: readonly string[], from: SecretSurroundings, refuse: Refuse) => Promise<Buffer>

const readers: Readonly<Record<SecretSource['from'], Reader>> = {
  ask: readAnswer,
  env: readVariable,
  command: readCommand,
  file: readFile,
}

/**
 * Reads a secret from where the deploy file says it comes from. One newline at the end of a command's output or a file is
 * taken off. Throws UsageError, with the source's line, when it can't be had or is no value for an environment variable.
 */
export async function readSecret(name: string, source: SecretSource, from: SecretSurroundings): Promise<Secret> {
  const { file, line } = source.place
  const refuse: Refuse = (wrong) => new UsageError(`${file}:${line}: ${wrong}`)
  const bytes = await readers[source.from](name, source.args, from, refuse)
  const text = bytes.toString('utf8')
  if (bytes.length > largest) throw refuse(`the secret ${name} is larger than 64 KiB. Keep it in a file on the node.`)
  if (bytes.includes(0)) throw refuse(`the secret ${name} holds a NUL, which no variable can. Take it out.`)
  // U+FFFD is what Node puts where a variable's bytes are no UTF-8.
  if (!isUtf8(bytes) || text.includes('\ufffd')) throw refuse(`the secret ${name} is not UTF-8. Encode it, as base64.`)
  return new Secret(name, text)
}

async function readAnswer(name: string, _: readonly string[], { ask }: SecretSurroundings, refuse: Refuse) {
  if (!ask)
    throw refuse(`there is nobody to ask for the secret ${name}. Run conc on a terminal, or write env VARIABLE.`)
  const answer = await ask(`Secret ${name}`)
  if (answer === undefined) throw refuse(`the secret ${name} was not given. Answer, or write env VARIABLE.`)
  return notEmpty(Buffer.from(answer), refuse, `the answer for the secret ${name} is empty. Give it a value.`)
}

async function readVariable(name: string, [key = '']: readonly string[], { env }: SecretSurroundings, refuse: Refuse) {
  const value = Object.hasOwn(env, key) ? env[key] : undefined
  const advice = 'Export it where conc is started.'
  if (value === undefined) throw refuse(`the environment variable of the secret ${name} is not set. ${advice}`)
  return notEmpty(Buffer.from(value), refuse, `the environment variable of the secret ${name} is empty. ${advice}`)
}

async function readCommand(name: string, argv: readonly string[], from: SecretSurroundings, refuse: Refuse) {
  const { folder: cwd, env, timeout = minute } = from
  const end = await outputOf(argv, { cwd, env, timeout, most })
  if (end.how === 'too much')
    throw refuse(`the command of the secret ${name} prints more than 64 KiB. Make it print less.`)
  if (end.how !== 'exit' || end.exit !== 0) {
    throw refuse(
      `the command of the secret ${name} ${failureOf(end, timeout)}. Try it in the folder of the deploy file.`,
    )
  }
  return notEmpty(
    withoutNewline(end.stdout),
    refuse,
    `the command of the secret ${name} printed nothing. Try it by hand.`,
  )
}

function failureOf(end: Exclude<CommandEnd, { how: 'too much' }>, timeout: number): string {
  if (end.how === 'exit') return `failed with exit code ${end.exit}`
  if (end.how === 'signal') return `was ended by ${end.signal}`
  if (end.how === 'late') return `did not end within ${timeout / 1000} s`
  return end.code === 'ENOENT' ? 'was not found' : `could not be started (${end.code})`
}

async function readFile(name: string, [path = '']: readonly string[], from: SecretSurroundings, refuse: Refuse) {
  const place = path.startsWith('~/') ? join(from.home, path.slice(2)) : resolve(from.folder, path)
  const end = await beginningOf(place, most).catch((error: unknown) => {
    throw refuse(unreadable(name, codeOf(error)))
  })
  if (end.how === 'directory') throw refuse(`the file of the secret ${name} is a directory. Name the file in it.`)
  if (end.how === 'no file')
    throw refuse(`the file of the secret ${name} is no regular file. Name one, or use command.`)
  return notEmpty(
    withoutNewline(end.bytes),
    refuse,
    `the file of the secret ${name} is empty. Write the value into it.`,
  )
}

function unreadable(name: string, code: string | undefined): string {
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return `the file of the secret ${name} is not there. Make it: paths begin in the folder of the deploy file, or with ~/.`
  return `the file of the secret ${name} can't be read (${code}). Change its mode or owner, or name another.`
}

function notEmpty(bytes: Buffer, refuse: Refuse, wrong: string): Buffer {
  if (bytes.length === 0) throw refuse(wrong)
  return bytes
}

/** Takes one `\n` or `\r\n` off the end. */
function withoutNewline(bytes: Buffer): Buffer {
  if (bytes.at(-1) !== 0x0a) return bytes
  return bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1)
}
