import { type Manual, manualOf } from '../../operations/manual.ts'
import { type PageChange, writePages } from '../../operations/manualfolder.ts'
import { count } from '../../report/amounts.ts'
import { jsonLine } from '../../report/json.ts'
import { manualDocument, manualPages, pageStart } from '../../report/manual/pages.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import { warn } from '../reporting.ts'
import type { World } from '../world.ts'

export interface ManualOptions extends CommonOptions {
  /** A folder; one document on stdout when absent. */
  readonly out?: string
}

/** `conc manual`: the operations manual of the deploy file, in Markdown; opens no connection. */
export async function manual(_words: readonly string[], options: ManualOptions, world: World): Promise<number> {
  const made = manualOf(await readDeploy(options))
  warn(made.warnings, options, world)
  if (options.out === undefined) await print(made, options, world)
  else tell(options.out, await writePages(options.out, manualPages(made), pageStart(made)), options, world)
  return 0
}

async function print(made: Manual, { json }: CommonOptions, world: World): Promise<void> {
  const pieces = json ? jsonPages(made) : manualDocument(made)
  for (const piece of pieces) {
    world.out(piece)
    await world.drained()
  }
}

function* jsonPages(made: Manual): Generator<string> {
  for (const { path, text } of manualPages(made)) yield `${jsonLine({ path, text: text() })}\n`
}

function tell(folder: string, changes: readonly PageChange[], { json, quiet }: CommonOptions, world: World): void {
  if (json) for (const { path, what } of changes) world.out(`${jsonLine({ path, what })}\n`)
  else if (!quiet) world.say(`conc: ${folder} holds the manual: ${tally(changes)}. It begins with index.md.\n`)
}

function tally(changes: readonly PageChange[]): string {
  const all = (what: PageChange['what']) => changes.filter((one) => one.what === what).length
  const parts = [`${count(all('written'), 'page')} written`, `${all('same')} as they were`, `${all('removed')} removed`]
  return parts.filter((part) => !part.startsWith('0 ')).join(', ')
}
