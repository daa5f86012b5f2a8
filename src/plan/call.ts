import { shown } from '../deployfile/format.ts'
import type { Problem, StepLine } from '../deployfile/types.ts'
import { parseArguments, usage } from '../ops/arguments.ts'
import { typeProblems } from '../ops/argumenttypes.ts'
import { thrownBy } from '../ops/broken.ts'
import type { Arguments, Op } from '../ops/types.ts'
import { didYouMean } from '../words/suggest.ts'

/** The ops that a plan can use. */
export interface KnownOps {
  readonly ops: ReadonlyMap<string, Op>
  /** Why an op that was found could not be loaded, by its name. */
  readonly opProblems?: ReadonlyMap<string, string>
  /** The names of all ops, for a suggestion. */
  readonly opNames?: readonly string[]
}

/** A step line's op and what it is called with, `${key}` not yet substituted. */
export interface Call {
  readonly op: Op
  readonly args: Arguments
}

/** Finds a step's op and sorts its words, as written: so a value never becomes a flag. */
export function readCall(
  step: StepLine,
  known: KnownOps,
): { readonly call?: Call; readonly problems: readonly Problem[] } {
  // A line that could not be read has been told of already.
  if (step.op === '') return { problems: [] }
  const op = known.ops.get(step.op)
  if (op === undefined) return { problems: [problemAt(step, missingOp(step.op, known))] }
  const parsed = parseArguments(op, step.args)
  if ('problem' in parsed) {
    return { problems: [problemAt(step, `${step.op}: ${parsed.problem} Write ${usage(step.op, op)}.`)] }
  }
  const own = [sideProblem(step, op), optionProblem(step, op)].filter((text) => text !== undefined)
  const wrong = [...checkProblems(op, parsed.args), ...own]
  return wrong.length > 0
    ? { problems: wrong.map((text) => problemAt(step, text)) }
    : { call: { op, args: parsed.args }, problems: [] }
}

/** What is wrong by the op's declaration, or by its own check; one that breaks is a problem of the step's line too. */
export function checkProblems(op: Op, args: Arguments): readonly string[] {
  const types = typeProblems(op, args)
  if (types.length > 0) return types
  try {
    const own = op.check?.(args)
    return own === undefined ? [] : [own]
  } catch (thrown) {
    return [`the check of the op broke: ${thrownBy(thrown)}`]
  }
}

/** An error at a step's line. */
export function problemAt(step: StepLine, message: string): Problem {
  return { severity: 'error', place: step.place, message }
}

function missingOp(name: string, { ops, opProblems, opNames }: KnownOps): string {
  const broken = opProblems?.get(name)
  if (broken !== undefined) return broken
  return `there is no op ${shown(name)}. Write jobs/${name}.ts or name another.${didYouMean(name, opNames ?? ops.keys())}`
}

function sideProblem({ side, op: name }: StepLine, op: Op): string | undefined {
  if (op.sides === undefined || op.sides.includes(side)) return undefined
  return `${name} can't be ${side}. Write ${op.sides.join(' or ')} before it.`
}

/** What is a matter of one command has no meaning for an op that is none. */
function optionProblem({ options, op: name }: StepLine, op: Op): string | undefined {
  if ('command' in op) return undefined
  if ('runner' in op && options.timeout !== undefined) return `timeout= means nothing for ${name}. Leave it away.`
  const given = (['as', 'cd', 'secrets'] as const).find((option) => options[option] !== undefined)
  return given && `${given}= is for a command, and ${name} is none. Leave it away.`
}
