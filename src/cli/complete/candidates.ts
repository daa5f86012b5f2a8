import type { StepLine } from '../../deployfile/types.ts'
import { knownAttributes } from '../../words/attributes.ts'
import { topics } from '../help/topics.ts'
import { commands } from '../table.ts'
import type { Named } from './deployfile.ts'
import type { Situation } from './situation.ts'

/** What a word can be completed to. */
export interface Candidate {
  readonly value: string
  readonly summary: string
}

/** What fits at the cursor: words, or the names of files, which the shell itself knows best. */
export interface Candidates {
  readonly words: readonly Candidate[]
  readonly files?: true
  /** More is to be typed to the same word. */
  readonly open?: true
}

const nothing: Candidates = { words: [] }
const files: Candidates = { words: [], files: true }

/** Words that are one of a few. */
export const choices: Readonly<Record<string, readonly string[]>> = {
  shell: ['bash', 'zsh', 'fish'],
  set: ['webapp'],
}

type Complete = (at: Situation, deployFile: () => Promise<Named | undefined>) => Promise<Candidates> | Candidates

/** By the names that the table gives to arguments and values. */
const completers: Readonly<Record<string, Complete>> = {
  command: () => ({ words: commands.map(({ name, summary }) => ({ value: name, summary })) }),
  option: ({ options }) => ({
    words: options.flatMap(({ names, summary }) => names.map((value) => ({ value, summary }))),
  }),
  topic: () => ({ words: [...commands, ...topics].map(({ name, summary }) => ({ value: name, summary })) }),
  file: () => files,
  folder: () => files,
  job: async (_, read) => ({ words: Array.from((await read())?.jobs.values() ?? [], jobCandidate) }),
  node: async (at, read) => ({ words: nodesOf(await read(), at.current, at.positionals) }),
  pattern: async (at, read) => ({ words: nodesOf(await read(), at.current, []) }),
  step: async (at, read) => ({ words: stepsOf(at, await read()) }),
  'key=value': async (at, read) => settings(at.current, await read()),
}

/** What the word at the cursor can become, not yet narrowed to what is typed of it. */
export async function candidatesFor(at: Situation, deployFile: () => Promise<Named | undefined>): Promise<Candidates> {
  const complete = Object.hasOwn(completers, at.wanted) ? completers[at.wanted] : undefined
  if (complete !== undefined) return complete(at, deployFile)
  const fixed = Object.hasOwn(choices, at.wanted) ? choices[at.wanted] : undefined
  return fixed === undefined ? nothing : { words: fixed.map((value) => ({ value, summary: '' })) }
}

function jobCandidate({ name, steps }: { readonly name: string; readonly steps: readonly unknown[] }): Candidate {
  return { value: name, summary: `job, ${steps.length} steps` }
}

/** Nodes and groups, after what a pattern has already: `web:&`. One that was named is not offered again. */
function nodesOf(deployFile: Named | undefined, current: string, named: readonly string[]): readonly Candidate[] {
  if (deployFile === undefined) return []
  const lead = /^.*[,:&!]/s.exec(current)?.[0] ?? ''
  const used = new Set([...named, ...lead.split(/[,:&!]+/)])
  const names = [
    ...[...deployFile.nodes.keys()].map((value) => ({ value, summary: 'node' })),
    ...[...deployFile.groups.keys()].map((value) => ({ value, summary: 'group' })),
    { value: 'all', summary: 'every node' },
  ]
  return names.flatMap(({ value, summary }) => (used.has(value) ? [] : [{ value: `${lead}${value}`, summary }]))
}

/** The steps of the job that is named before; of all jobs where none is. */
function stepsOf({ row, positionals }: Situation, deployFile: Named | undefined): readonly Candidate[] {
  const named = row?.args.startsWith('<job>') ? deployFile?.jobs.get(positionals[0] ?? '') : undefined
  const jobs = named === undefined ? [...(deployFile?.jobs.values() ?? [])] : [named]
  const steps = new Map<string, StepLine>()
  for (const job of jobs) for (const step of job.steps) if (!steps.has(step.name)) steps.set(step.name, step)
  return Array.from(steps.values(), ({ name, side, op }) => ({ value: name, summary: `${side} ${op}` }))
}

/** `--set KEY=`, and then the value where it is one of a few. */
function settings(current: string, deployFile: Named | undefined): Candidates {
  const [, key] = /^([^=]*)=/.exec(current) ?? []
  if (key === undefined) {
    const own = [deployFile?.defaults, ...sectionsOf(deployFile)].flatMap((written) => [...(written?.keys() ?? [])])
    const known = new Map(knownAttributes.map(({ name, summary }) => [name, summary]))
    const keys = [...new Set([...known.keys(), ...own])]
    return { words: keys.map((name) => ({ value: `${name}=`, summary: known.get(name) ?? '' })), open: true }
  }
  const attribute = knownAttributes.find(({ name }) => name === key)
  // What is expected is said in words; those of them that would be accepted are the choices.
  const words = attribute?.expects.match(/(?<= |^)[a-z][a-z0-9-]*(?=,? |$)/g) ?? []
  const values = /^(\S+, )*\S+ or \S+$/.test(attribute?.expects ?? '') ? words.filter((word) => word !== 'or') : []
  return { words: values.map((value) => ({ value: `${key}=${value}`, summary: '' })) }
}

function sectionsOf(deployFile: Named | undefined) {
  const all = [...(deployFile?.groups.values() ?? []), ...(deployFile?.nodes.values() ?? [])]
  return all.map(({ attributes }) => attributes)
}
