import { readFile } from 'node:fs/promises'

/** Which script of `node/` holds a question's function, where it is not named like it. */
const homes: Readonly<Record<string, string>> = {
  addresses: 'addr',
  blacklist: 'kernel',
  connect: 'addr',
  content: 'file',
  crons: 'cron',
  group: 'user',
  init: 'service',
  kernelModule: 'kernel',
  kernelParameter: 'kernel',
  keys: 'user',
  list: 'file',
  locked: 'user',
  packager: 'package',
  pem: 'cert',
  ping: 'addr',
  sockets: 'socket',
  sum: 'file',
  tls: 'cert',
  unix: 'socket',
}

/** The texts of `node/` that define the functions of these questions, as they are sent: without comments and indentation. */
export async function scriptsFor(names: readonly string[]): Promise<string> {
  const files = new Set(['common', ...names.map((name) => homes[name] ?? name)])
  const texts = await Promise.all(
    [...files].map((file) => readFile(new URL(`../questions/node/${file}.sh`, import.meta.url), 'utf8')),
  )
  return texts.join('\n').replace(/^\s*(#.*)?\n/gm, '')
}
