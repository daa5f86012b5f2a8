import { evaluateAttributes } from '../deployfile/evaluate.ts'
import { substitute } from '../deployfile/substitute.ts'
import type { Attributes, DeployFile, Problem, StepLine } from '../deployfile/types.ts'
import { builtInAttributes, knownAttributes } from '../words/attributes.ts'
import { bundleProblems } from './bundle.ts'
import { type KnownOps, problemAt, readCall } from './call.ts'
import { fillFile, missingFile, type Scene } from './step.ts'
import { type NodeValues, valueProblems } from './typedvalues.ts'

export interface CheckInput extends KnownOps {
  readonly deployFile: DeployFile
  readonly overrides?: ReadonlyMap<string, string>
  readonly files: Scene['files']
}

/**
 * What is wrong with the jobs, whichever node they are for. Reads each step line once, so it takes as long as the file is:
 * a `${key}` is an error when nothing at all defines it, and plans find what a single node lacks.
 */
export function checkJobs(input: CheckInput): Problem[] {
  const keys = allKeys(input)
  const nodes = once(() => nodeValues(input))
  const jobs = [...input.deployFile.jobs.values()]
  return jobs.flatMap((job) => [
    ...bundleProblems(job, input.ops),
    ...job.steps.flatMap((step) => stepProblems(step, input, keys, nodes)),
  ])
}

function stepProblems(
  step: StepLine,
  input: CheckInput,
  keys: Attributes,
  nodes: () => readonly NodeValues[],
): readonly Problem[] {
  const { call, problems } = readCall(step, input)
  const { as = '', cd = '' } = step.options
  const texts = [as, cd, ...(input.ops.get(step.op)?.verbatim ? [] : step.args)]
  const undefinedKeys = texts.flatMap((text) => substitute(text, keys, step.place).problems)
  const names = call && 'command' in call.op ? (call.op.files?.(call.args) ?? []) : []
  const known = names.filter((name) => !name.includes('${'))
  const values = call === undefined ? [] : valueProblems(step, call, nodes)
  return [...problems, ...undefinedKeys, ...values, ...known.flatMap((name) => fileProblems(step, name, input, keys))]
}

function fileProblems(step: StepLine, name: string, input: CheckInput, keys: Attributes): readonly Problem[] {
  const text = input.files(name)
  const op = input.ops.get(step.op)
  if (text === undefined) return [problemAt(step, missingFile(name))]
  return op === undefined ? [] : fillFile(op, name, text, keys).problems
}

/** Evaluated only where a word of a type holds a `${key}`. */
function nodeValues({ deployFile, overrides }: CheckInput): readonly NodeValues[] {
  return [...deployFile.nodes.keys()].map((name) => ({
    name,
    attributes: evaluateAttributes(deployFile, name, overrides).attributes,
  }))
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Every key that some node can have; the values don't matter. */
function allKeys({ deployFile, overrides }: CheckInput): Attributes {
  const sections = [...deployFile.groups.values(), ...deployFile.nodes.values()]
  const keys = [
    ...builtInAttributes.keys(),
    ...knownAttributes.filter((known) => known.default !== undefined).map(({ name }) => name),
    ...deployFile.defaults.keys(),
    ...(overrides?.keys() ?? []),
  ]
  const all = new Set(keys)
  for (const { attributes } of sections) for (const key of attributes.keys()) all.add(key)
  return new Map(Array.from(all, (key) => [key, { value: '', from: '' }]))
}
