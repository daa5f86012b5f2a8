import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { quote } from '../plan/quote.ts'
import { plainLine } from './plain.ts'
import type { Prompts } from './types.ts'

/** What ssh's questions come through: its environment, and what to do once an answer was right, or at the end. */
export interface Askpass {
  readonly env: Readonly<Record<string, string>>
  /** Keeps what was answered, for the life of the command. */
  keep(): void
  close(): void
}

// The question goes to this process and the answer comes back over a socket in a folder that is ours alone.
const asker = `const { argv, exit, stdout } = process
let answer = ''
const line = require('net').connect(argv[1])
line.on('error', () => exit(1)).end(argv[2] ?? '')
line.on('data', (bytes) => { answer += bytes })
line.on('end', () => { if (answer === '') exit(1); stdout.write(answer) })`

/** Serves ssh's questions in `folder`: passphrases, passwords, an unknown host key. `during` may stop a clock meanwhile. */
export async function startAskpass(
  folder: string,
  prompts: Prompts,
  during: <T>(answer: Promise<T>) => Promise<T>,
): Promise<Askpass> {
  const given = new Map<string, string>()
  const socket = join(folder, 'q')
  const server = createServer({ allowHalfOpen: true }, (client) => {
    client.on('error', () => {})
    const answer = textOf(client).then((question) => during(answerTo(question, prompts, given)))
    void answer.then(
      (text) => client.end(text ?? ''),
      () => client.destroy(),
    )
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve))
  const program = join(folder, 'ask')
  await writeFile(program, `#!/bin/sh\nexec ${quote(process.execPath)} -e ${quote(asker)} ${quote(socket)} "$1"\n`, {
    mode: 0o700,
  })
  return {
    // DISPLAY is for an ssh before 8.4, which asks through a program only when there is one.
    env: { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
    keep() {
      for (const [question, answer] of given) prompts.kept?.set(question, answer)
    },
    close: () => void server.close(),
  }
}

async function answerTo(text: string, prompts: Prompts, given: Map<string, string>): Promise<string | undefined> {
  if (/\(yes\/no/.test(text)) return (await prompts.confirm(confirmation(text))) ? 'yes\n' : 'no\n'
  const path = /^Enter passphrase for (?:key )?'?(.*?)'?: ?$/s.exec(text)?.[1]
  const question = path === undefined ? plainLine(text) : `Passphrase for ${path}`
  const answer = prompts.kept?.get(question) ?? (await prompts.secret(question))
  if (answer !== undefined && (path !== undefined || / password: ?$/i.test(text))) given.set(question, answer)
  return answer === undefined ? undefined : `${answer}\n`
}

function confirmation(text: string): string {
  return plainLine(text.replace(/\s*\(yes\/no.*$/s, ''), 600)
}

// No `for await`: at the end it would destroy the socket, and with it the way back.
async function textOf(client: Socket): Promise<string> {
  const chunks: Buffer[] = []
  client.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(client, 'end')
  return Buffer.concat(chunks).toString('utf8')
}
