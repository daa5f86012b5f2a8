import { readFile } from 'node:fs/promises'
import { basename, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../words/errors.ts'

/** Where conc's own code lies, as it is built or as it is written. */
const own = fileURLToPath(new URL('..', import.meta.url))

/** The built-in ops, beside it. */
const builtIns = fileURLToPath(new URL('../../jobs', import.meta.url))
/** In a trace: path, line, column. */
const places = /[\s(](\/[^:\n]+):(\d+):(\d+)/g

/** A line of a file. */
interface Spot {
  readonly path: string
  readonly line: string
}

/**
 * What is wrong with an op that could not be loaded: its file and the line, and where it is the application's own code
 * that broke, that file and line too.
 * @param path the op's file.
 * @param name how it is called: `jobs/restart.ts`.
 */
export async function brokenOp(error: unknown, path: string, name: string, folder: string): Promise<string> {
  const spot = (await importSpot(error)) ?? (await throwingSpot(error, path))
  const inOp = spot?.path === path
  const other = spot === undefined || inOp ? '' : ` ${relative(folder, spot.path)}:${spot.line}:`
  return `${name}${spot !== undefined && inOp ? `:${spot.line}` : ''}:${other} ${sentenceOf(error)}`
}

/** The first line of a message: what follows names the loader's own files. */
function sentenceOf(error: unknown): string {
  const [first = ''] = messageOf(error).split('\n')
  return `${first
    .replace(/^ParseError: /, '')
    .trim()
    .replace(/\.$/, '')}. Correct the file.`
}

/** Node.js names a module that is not there, and who wanted it: the line is where its name stands. */
async function importSpot(error: unknown): Promise<Spot | undefined> {
  const [, module = '', path = ''] = /^Cannot find module '(.+)'\nRequire stack:\n- (.+)$/m.exec(messageOf(error)) ?? []
  if (path === '') return undefined
  const at = (await linesOf(path)).findIndex((line) => line.includes(module))
  return at < 0 ? undefined : { path, line: String(at + 1) }
}

/** The first place of the user's code in the trace, as far as it is known: jiti keeps lines, but moves some code to the first one. */
async function throwingSpot(error: unknown, opPath: string): Promise<Spot | undefined> {
  const trace = error instanceof Error ? (error.stack ?? '') : ''
  for (const [, path = '', line = '', column = ''] of trace.matchAll(places)) {
    const isUsers = path === opPath || !(path.includes('/node_modules/') || path.startsWith(own))
    if (!isUsers) continue
    const text = (await linesOf(path))[Number(line) - 1] ?? ''
    // On any other line the loader's own words may push what follows beyond its end.
    if (line !== '1' || Number(column) <= text.length + 1) return { path, line }
  }
  return undefined
}

/** What the function of an op threw, with the place in the user's code as far as the trace tells it: `no queue (restart.ts:7)`. */
export function thrownBy(error: unknown): string {
  const trace = error instanceof Error ? (error.stack ?? '') : ''
  const [, path = '', line = ''] = trace.matchAll(places).next().value ?? []
  const isOurs = path.includes('/node_modules/') || path.startsWith(own) || path.startsWith(builtIns)
  if (path === '' || isOurs) return messageOf(error)
  return `${messageOf(error).replace(/\.$/, '')} (${basename(path)}:${line}).`
}

/** `:LINE` of a file's default export; empty when it has none. */
export async function exportLine(path: string): Promise<string> {
  const at = (await linesOf(path)).findIndex((line) => /^\s*export default\b|\bas default\b/.test(line))
  return at < 0 ? '' : `:${at + 1}`
}

async function linesOf(path: string): Promise<readonly string[]> {
  return (await readFile(path, 'utf8').catch(() => '')).split('\n')
}
