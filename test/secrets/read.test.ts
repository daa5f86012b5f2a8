import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { SecretSource } from '../../src/deployfile/types.ts'
import { outputOf } from '../../src/secrets/command.ts'
import { readSecret, type SecretSurroundings } from '../../src/secrets/read.ts'
import { UsageError } from '../../src/words/errors.ts'
import { processOf } from '../fixtures/module.ts'

type Words = [from: SecretSource['from'], ...args: string[]]

const root = mkdtempSync(join(tmpdir(), 'conc-secrets-'))
const folder = join(root, 'app')
const home = join(root, 'home')
mkdirSync(join(folder, 'keys'), { recursive: true })
mkdirSync(home)
afterAll(() => rmSync(root, { recursive: true }))

const largest = 'x'.repeat(64 * 1024)
const files: Readonly<Record<string, string | Buffer>> = {
  plain: 'hunter2',
  unix: 'hunter2\n',
  windows: 'hunter2\r\n',
  two: 'hunter2\n\n',
  return: 'hunter2\r',
  lines: 'one\r\ntwo\n\nthree\n',
  blank: ' hunter2 ',
  script: 'größe 💡 \u2028',
  mark: '\ufeffhunter2',
  largest: `${largest}\r\n`,
  'keys/db': 'deep',
  empty: '',
  newline: '\r\n',
  nul: 'hunter2\0hunter2',
  latin1: Buffer.from('größe hunter2', 'latin1'),
  large: `${largest}h\n`,
  huge: largest.repeat(3),
}
for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
writeFileSync(join(home, 'at-home'), 'mine\n')
symlinkSync('circle', join(folder, 'circle'))
symlinkSync('unix', join(folder, 'link'))
execFileSync('mkfifo', [join(folder, 'fifo')])
writeFileSync(join(folder, 'tell'), '#!/bin/sh\necho "told $1"\n')
chmodSync(join(folder, 'tell'), 0o755)

const env = { PATH: process.env.PATH, SHOP_DB: 'from env\n', EMPTY: '', BAD: 'gr\ufffd', HALF: '\ud800' }

function read([from, ...args]: Words, more: Partial<SecretSurroundings> = {}): Promise<string> {
  const source: SecretSource = { from, args, place: { file: 'deploy.ini', line: 7 } }
  return readSecret('pw', source, { env, folder, home, ...more }).then((secret) => {
    expect(secret.name).toBe('pw')
    return secret.reveal()
  })
}

const sh = (script: string): Words => ['command', 'sh', '-c', script]
const answering = (answer: string | undefined) => ({ ask: async () => answer })

describe('a secret comes from', () => {
  test.each<[what: string, words: Words, value: string]>([
    ['a variable, as it is', ['env', 'SHOP_DB'], 'from env\n'],
    ['a file', ['file', 'plain'], 'hunter2'],
    ['a file, without its newline', ['file', 'unix'], 'hunter2'],
    ['a file, without the newline of Windows', ['file', 'windows'], 'hunter2'],
    ['a file, one newline taken off, not two', ['file', 'two'], 'hunter2\n'],
    ['a file, a lone return being no newline', ['file', 'return'], 'hunter2\r'],
    ['a file of several lines', ['file', 'lines'], 'one\r\ntwo\n\nthree'],
    ['a file, with its blanks', ['file', 'blank'], ' hunter2 '],
    ['a file in any script', ['file', 'script'], 'größe 💡 \u2028'],
    ['a file, with its byte order mark', ['file', 'mark'], '\ufeffhunter2'],
    ['a file of 64 KiB', ['file', 'largest'], largest],
    ['a file in a folder', ['file', 'keys/db'], 'deep'],
    ['a file behind a link', ['file', 'link'], 'hunter2'],
    ['a file by its whole path', ['file', join(home, 'at-home')], 'mine'],
    ['a file at home', ['file', '~/at-home'], 'mine'],
    ['a command, without its newline', ['command', 'echo', 'a  b', '$HOME'], 'a  b $HOME'],
    ['a command of the deploy file’s folder', ['command', './tell', 'me'], 'told me'],
    ['a command that runs there', ['command', 'cat', 'windows'], 'hunter2'],
    ['a command that reads the environment', ['command', 'printenv', 'SHOP_DB'], 'from env\n'],
    ['a command that has no input', sh('cat; echo end'), 'end'],
    ['a command that prints 64 KiB', ['command', 'cat', 'largest'], largest],
  ])('%s', async (_, words, value) => {
    expect(await read(words)).toBe(value)
  })

  test('a person, who is told its name', async () => {
    const questions: string[] = []
    const ask = async (question: string) => {
      questions.push(question)
      return ' typed '
    }
    expect([await read(['ask'], { ask }), questions]).toEqual([' typed ', ['Secret pw']])
  })
})

const tryIt = 'Try it in the folder of the deploy file.'
const notThere = 'is not there. Make it: paths begin in the folder of the deploy file, or with ~/.'

describe('a secret is refused when', () => {
  test.each<[what: string, words: Words, wrong: string, more?: Partial<SecretSurroundings>]>([
    [
      'nobody is there',
      ['ask'],
      'there is nobody to ask for the secret pw. Run conc on a terminal, or write env VARIABLE.',
    ],
    [
      'the person gives up',
      ['ask'],
      'the secret pw was not given. Answer, or write env VARIABLE.',
      answering(undefined),
    ],
    ['the answer is empty', ['ask'], 'the answer for the secret pw is empty. Give it a value.', answering('')],
    [
      'the answer holds a NUL',
      ['ask'],
      'the secret pw holds a NUL, which no variable can. Take it out.',
      answering('a\0b'),
    ],
    [
      'the variable is not set',
      ['env', 'hunter2'],
      'the environment variable of the secret pw is not set. Export it where conc is started.',
    ],
    [
      'the variable is empty',
      ['env', 'EMPTY'],
      'the environment variable of the secret pw is empty. Export it where conc is started.',
    ],
    ['the variable is not UTF-8', ['env', 'BAD'], 'the secret pw is not UTF-8. Encode it, as base64.'],
    ['it is half a character', ['env', 'HALF'], 'the secret pw is not UTF-8. Encode it, as base64.'],
    [
      'it is inherited, but from no variable',
      ['env', 'toString'],
      'the environment variable of the secret pw is not set. Export it where conc is started.',
    ],
    ['the command is not there', ['command', 'hunter2'], `the command of the secret pw was not found. ${tryIt}`],
    [
      'the command is no program',
      ['command', './plain'],
      `the command of the secret pw could not be started (EACCES). ${tryIt}`,
    ],
    [
      'an argument can’t be one',
      ['command', 'echo', 'hunter2\0'],
      `the command of the secret pw could not be started (ERR_INVALID_ARG_VALUE). ${tryIt}`,
    ],
    ['the command fails', sh('echo hunter2; exit 3'), `the command of the secret pw failed with exit code 3. ${tryIt}`],
    [
      'the command is ended',
      sh('echo hunter2; kill -9 $$'),
      `the command of the secret pw was ended by SIGKILL. ${tryIt}`,
    ],
    [
      'the command takes too long',
      sh('echo hunter2; exec sleep 60'),
      `the command of the secret pw did not end within 0.2 s. ${tryIt}`,
      { timeout: 200 },
    ],
    [
      'the command prints nothing',
      ['command', 'true'],
      'the command of the secret pw printed nothing. Try it by hand.',
    ],
    [
      'the command prints a newline',
      ['command', 'echo'],
      'the command of the secret pw printed nothing. Try it by hand.',
    ],
    [
      'the command prints too much',
      ['command', 'cat', 'large'],
      'the secret pw is larger than 64 KiB. Keep it in a file on the node.',
    ],
    [
      'the command prints without end',
      ['command', 'yes', 'hunter2'],
      'the command of the secret pw prints more than 64 KiB. Make it print less.',
    ],
    ['the command prints no UTF-8', ['command', 'cat', 'latin1'], 'the secret pw is not UTF-8. Encode it, as base64.'],
    ['the file is missing', ['file', 'hunter2'], `the file of the secret pw ${notThere}`],
    ['the file would be in a file', ['file', 'plain/hunter2'], `the file of the secret pw ${notThere}`],
    [
      'the file is a circle of links',
      ['file', 'circle'],
      "the file of the secret pw can't be read (ELOOP). Change its mode or owner, or name another.",
    ],
    ['the file is empty', ['file', 'empty'], 'the file of the secret pw is empty. Write the value into it.'],
    ['the file is one newline', ['file', 'newline'], 'the file of the secret pw is empty. Write the value into it.'],
    ['the file is a directory', ['file', 'keys'], 'the file of the secret pw is a directory. Name the file in it.'],
    ['the file is a pipe', ['file', 'fifo'], 'the file of the secret pw is no regular file. Name one, or use command.'],
    [
      'the file is a device',
      ['file', '/dev/zero'],
      'the file of the secret pw is no regular file. Name one, or use command.',
    ],
    ['the file holds a NUL', ['file', 'nul'], 'the secret pw holds a NUL, which no variable can. Take it out.'],
    ['the file is not UTF-8', ['file', 'latin1'], 'the secret pw is not UTF-8. Encode it, as base64.'],
    [
      'the file is a byte over 64 KiB',
      ['file', 'large'],
      'the secret pw is larger than 64 KiB. Keep it in a file on the node.',
    ],
    [
      'the file is much larger',
      ['file', 'huge'],
      'the secret pw is larger than 64 KiB. Keep it in a file on the node.',
    ],
  ])('%s', async (_, words, wrong, more) => {
    const error = await read(words, more).then(String, (thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UsageError)
    expect(error).toHaveProperty('message', `deploy.ini:7: ${wrong}`)
    expect(error).not.toHaveProperty('cause')
  })
})

describe('a command', () => {
  test('that does not hear TERM is ended all the same', async () => {
    const argv = ['sh', '-c', 'trap "" TERM; while :; do sleep 0.1; done']
    expect(await outputOf(argv, { cwd: folder, env, timeout: 300, most: 10 })).toEqual({ how: 'late' })
  })

  test('talks to the person on stderr, and what it prints is shown nowhere', () => {
    const script = `import { outputOf } from 'SRC/secrets/command.ts'
      const end = await outputOf(['sh', '-c', 'echo who >&2; echo hunter2'], { cwd: '/', env: process.env, timeout: 9e3, most: 99 })
      console.log(String(end.stdout).length)`
    expect(execFileSync('sh', ['-c', '"$0" "$@" 2>&1', ...processOf(script)], { encoding: 'utf8' })).toBe('who\n8\n')
  })
})
