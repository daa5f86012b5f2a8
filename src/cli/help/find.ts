import { dirname, resolve } from 'node:path'
import { listOps } from '../../ops/find.ts'
import { UsageError } from '../../words/errors.ts'
import { didYouMean } from '../../words/suggest.ts'
import { commands } from '../table.ts'
import type { Block } from './block.ts'
import { commandPage } from './command.ts'
import { programPage } from './program.ts'
import { topics } from './topics.ts'

/**
 * The page that these words ask for: none the program's, else the name of a command, a topic or an op, or `ops OP`.
 * `file` is the deploy file at hand. Throws UsageError for anything else.
 */
export async function findPage([first, second, ...rest]: readonly string[], file: string): Promise<readonly Block[]> {
  if (first === undefined) return programPage()
  if (rest.length > 0 || (second !== undefined && first !== 'ops')) {
    throw new UsageError('help takes one topic, or ops and the name of an op. See conc --help.')
  }
  return second === undefined ? onePage(first, file) : opPageOf(second, file)
}

async function onePage(name: string, file: string): Promise<readonly Block[]> {
  const row = commands.find((command) => command.name === name)
  if (row !== undefined) return commandPage(row)
  const topic = topics.find((one) => one.name === name)
  if (topic !== undefined) return topic.load(file)
  const ops = await listOps(dirname(resolve(file)))
  if (ops.includes(name)) return opPageOf(name, file)
  const known = [...commands, ...topics].map((one) => one.name)
  throw new UsageError(`unknown command '${name}'.${didYouMean(name, [...known, ...ops])} See conc --help.`)
}

async function opPageOf(name: string, file: string): Promise<readonly Block[]> {
  const page = await (await import('./ops.ts')).opPage(name, file)
  if (page !== undefined) return page
  const ops = await listOps(dirname(resolve(file)))
  throw new UsageError(`there is no op ${name}.${didYouMean(name, ops)} See conc help ops.`)
}
