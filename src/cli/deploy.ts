import { type Deploy, openDeploy } from '../operations/deploy.ts'
import { quote } from '../plan/quote.ts'
import { UsageError } from '../words/errors.ts'
import type { World } from './world.ts'

/** The options that every command has. */
export interface CommonOptions {
  readonly file?: string
  readonly set?: readonly string[]
  readonly json?: boolean
  readonly verbose?: boolean
  readonly quiet?: boolean
}

/** The deploy file at hand. Throws ProblemsError with all that is wrong with it. */
export function readDeploy({ file = 'deploy.ini', set = [] }: CommonOptions): Promise<Deploy> {
  return openDeploy(file, parseSet(set))
}

function parseSet(words: readonly string[]): ReadonlyMap<string, string> {
  const set = new Map<string, string>()
  for (const word of words) {
    const at = word.indexOf('=')
    if (at < 1) throw new UsageError(`--set ${word}: it sets nothing. Write --set KEY=VALUE.`)
    set.set(word.slice(0, at), word.slice(at + 1))
  }
  return set
}

/** The world, with conc called as it was here. */
export function called(world: World, { file }: CommonOptions): World {
  return file === undefined ? world : { ...world, conc: `conc -f ${quote(file)}` }
}
