import { join } from 'node:path'
import { quote } from '../../plan/quote.ts'
import { jsonLine } from '../../report/json.ts'
import { UsageError } from '../../words/errors.ts'
import type { CommonOptions } from '../deploy.ts'
import { type Answers, defaultAnswers, questions } from '../init/answers.ts'
import { askAnswers } from '../init/ask.ts'
import { ignored, newFiles } from '../init/files.ts'
import { ignore, standing, writeNew } from '../init/write.ts'
import type { World } from '../world.ts'

export interface InitOptions extends CommonOptions, Partial<Answers> {
  readonly yes?: boolean
}

/** `conc init [FOLDER]`: a deploy file, an op and a node test that run as they are. Overwrites nothing. */
export async function init([folder = '.']: readonly string[], options: InitOptions, world: World): Promise<number> {
  if (options.file !== undefined) throw new UsageError('init writes deploy.ini. Name its folder: conc init FOLDER.')
  const defaults = defaultAnswers(folder)
  const there = await standing(folder, newFiles(defaults))
  if (there.length > 0) {
    const names = there.map((path) => join(folder, path)).join(', ')
    throw new UsageError(`${names}: there already. Nothing was written: move it away, or name another folder.`)
  }
  const files = newFiles(await answersFor(options, defaults, world))
  await writeNew(folder, files)
  const added = await ignore(folder, ignored)
  const paths = [...files.map(({ path }) => path), ...(added ? ['.gitignore'] : [])].map((path) => join(folder, path))
  for (const file of paths) world.out(options.json ? `${jsonLine({ file })}\n` : `${file}\n`)
  if (!options.json && !options.quiet) world.say(next(folder))
  return 0
}

async function answersFor(options: InitOptions, defaults: Answers, world: World): Promise<Answers> {
  const given = Object.fromEntries(
    questions.flatMap(({ name }) => (options[name] === undefined ? [] : [[name, options[name]]])),
  )
  for (const { name, flag, problem } of questions) {
    const wrong = given[name] === undefined ? undefined : problem(given[name])
    if (wrong !== undefined) throw new UsageError(`${flag} ${given[name]}: ${wrong}`)
  }
  const open = questions.filter(({ name }) => given[name] === undefined)
  if (options.yes || open.length === 0) return { ...defaults, ...given }
  if (world.prompts === undefined) {
    const flags = open.map(({ flag }) => flag).join(', ')
    throw new UsageError(
      `init asks questions, and there is no terminal to ask on. Add -y for the defaults, or give ${flags}.`,
    )
  }
  return askAnswers(given, defaults)
}

/** What to type now. */
function next(folder: string): string {
  const lines = [
    ...(folder === '.' ? [] : [`cd ${quote(folder)}`]),
    'conc check',
    'conc plan release demo',
    'conc run release demo',
    'conc test demo',
  ]
  return `\nNext:\n${lines.map((line) => `  ${line}\n`).join('')}`
}
