import { shown } from '../deployfile/format.ts'
import { type Substituted, substitute, substituteText } from '../deployfile/substitute.ts'
import type { Attributes, Problem, StepLine } from '../deployfile/types.ts'
import { thrownBy } from '../ops/broken.ts'
import type { Arguments, Command, Op, OpContext } from '../ops/types.ts'
import { isUser } from '../words/attributes.ts'
import { type Call, checkProblems, problemAt } from './call.ts'
import { commandLine } from './commandline.ts'
import type { Action, PlannedOptions, PlannedStep } from './types.ts'
import { shellVariables, withUsedVariables } from './variables.ts'

/** What the steps of one node's plan share. */
export interface Scene {
  readonly node: string
  readonly attributes: Attributes
  /** The evaluated attributes as an op sees them. */
  readonly values: Readonly<Record<string, string>>
  readonly variables: Readonly<Record<string, string>>
  readonly bundle: string
  /** The text of a file in the deploy file's folder; undefined when there is none. */
  readonly files: (name: string) => string | undefined
}

/** Evaluates once what each step needs. */
export function sceneOf(node: string, attributes: Attributes, files: Scene['files']): Scene {
  const values = Object.fromEntries(Array.from(attributes, ([key, { value }]) => [key, value]))
  const bundle = (values.bundle ?? '').replace(/(?<=.)\/+$/, '')
  return { node, attributes, values, variables: shellVariables(values), bundle, files }
}

/** Resolves a step: every word substituted, the action and the command known; or all that is wrong with it. */
export function planStep(
  step: StepLine,
  { op, args }: Call,
  n: number,
  scene: Scene,
): { readonly step?: PlannedStep; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const tell = (message: string) => problems.push(problemAt(step, message))
  const fill = (text: string) => {
    const filled = substitute(text, scene.attributes, step.place)
    problems.push(...filled.problems)
    return filled.text
  }
  const words = step.args.map(op.verbatim ? forShell : fill)
  const options = filledOptions(step, fill, tell)
  if (problems.length > 0) return { problems }
  const filled = filledArguments(args, op.verbatim ? forShell : fill)
  for (const wrong of checkProblems(op, filled)) tell(wrong)
  const { files, problems: inFiles } = filesOf(step, op, filled, scene)
  problems.push(...inFiles)
  if (problems.length > 0) return { problems }
  const { node, values: attributes, variables, bundle } = scene
  const { name, side, op: opName, place } = step
  const context: OpContext = {
    ...filled,
    ...{ step: name, node, side, attributes, variables, files, bundle },
    payload: `${bundle}/payload`,
  }
  try {
    const resolved = resolve(op, context, options)
    return { step: { n, name, side, op: opName, args: filled, words, options, ...resolved, place }, problems }
  } catch (error) {
    return { problems: [problemAt(step, `${opName}: ${thrownBy(error)}`)] }
  }
}

/** What the runner does and what a person types. Throws what the op throws. */
function resolve(op: Op, context: OpContext, options: PlannedOptions): { action: Action; command: string } {
  if ('command' in op) {
    const given = op.command(context)
    if (!isCommand(given)) throw new Error('its command gives neither { argv } nor { script }. Correct the op.')
    if ('argv' in given && given.argv.length === 0) throw new Error('the op gives an empty command. Correct the op.')
    const command = 'script' in given && given.typed ? given : withUsedVariables(given)
    return { action: { kind: 'command', command }, command: commandLine(command, options) }
  }
  const command = op.byHand(context)
  if ('run' in op) return { action: { kind: 'code', op, context }, command }
  if (op.runner !== 'pause') return { action: { kind: op.runner }, command }
  return { action: { kind: 'pause', message: context.positionals[0] ?? '' }, command }
}

/** Types are not checked when an op is loaded. */
function isCommand(given: unknown): given is Command {
  if (typeof given !== 'object' || given === null) return false
  if ('argv' in given) return Array.isArray(given.argv) && given.argv.every((word) => typeof word === 'string')
  return 'script' in given && typeof given.script === 'string'
}

/** A script keeps `${key}` for the shell; `$${` means `${` there too. */
function forShell(word: string): string {
  return word.replaceAll('$${', '${')
}

function filledArguments({ positionals, flags }: Arguments, fill: (text: string) => string): Arguments {
  return {
    positionals: positionals.map(fill),
    flags: Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, fill(value)])),
  }
}

function filledOptions({ options }: StepLine, fill: (text: string) => string, tell: (message: string) => void) {
  const { as, cd, ...rest } = options
  const user = as === undefined ? {} : { as: fill(as) }
  if (user.as !== undefined && !isUser(user.as)) tell(`${shown(user.as)} is no user name. Write as=USER.`)
  const folder = cd === undefined ? {} : { cd: fill(cd) }
  if (folder.cd === '') tell('the option cd= is empty. Write cd=DIR.')
  return { ...rest, ...user, ...folder }
}

function filesOf(step: StepLine, op: Op, args: Arguments, scene: Scene) {
  const files: Record<string, string> = {}
  const problems: Problem[] = []
  for (const name of 'command' in op ? (op.files?.(args) ?? []) : []) {
    const text = scene.files(name)
    if (text === undefined) problems.push(problemAt(step, missingFile(name)))
    const filled = fillFile(op, name, text ?? '', scene.attributes)
    problems.push(...filled.problems)
    files[name] = filled.text
  }
  return { files, problems }
}

/** The text of a file as its op gets it. */
export function fillFile(op: Op, name: string, text: string, attributes: Attributes): Substituted {
  return 'fills' in op && op.fills ? substituteText(text, attributes, name) : { text, problems: [] }
}

/** The message for a file that an op needs. */
export function missingFile(name: string): string {
  return `there is no file ${shown(name)} in the folder of the deploy file. Make it or correct the name.`
}
