import { dirname, resolve } from 'node:path'
import { usage } from '../../ops/arguments.ts'
import { argumentTypes } from '../../ops/argumenttypes.ts'
import { opFiles, opFolders } from '../../ops/find.ts'
import { loadOps } from '../../ops/load.ts'
import type { ArgumentType, Op } from '../../ops/types.ts'
import type { Block } from './block.ts'

/** What steps can do. The user's own ops are named and not loaded. */
export async function opsPage(file: string): Promise<readonly Block[]> {
  const { builtIn, own } = await opFolders(dirname(resolve(file)))
  const [known, users] = await Promise.all([opFiles(builtIn), opFiles(own)])
  const { ops } = await loadOps(known.keys(), builtIn)
  return [
    { text: 'An op is what a step does: NAME = local|remote [OPTION=VALUE …] OP [ARG …].' },
    { title: 'Ops', rows: [...ops].map(([name, op]) => [usage(name, op), op.summary]) },
    ...(users.size > 0 ? [{ title: 'Your own, in jobs/', lines: [...users.keys()] }] : []),
    { title: 'See also', lines: ['conc help ops OP', 'conc help deploy.ini'] },
  ]
}

/** All about one op, built in or the user's own; undefined when there is none. What is wrong with it is told instead. */
export async function opPage(name: string, file: string): Promise<readonly Block[] | undefined> {
  const { ops, problems } = await loadOps([name], dirname(resolve(file)))
  const problem = problems.get(name)
  if (problem !== undefined) return [{ text: problem }]
  const op = ops.get(name)
  return op === undefined ? undefined : pageOf(name, op)
}

function pageOf(name: string, op: Op): readonly Block[] {
  const { summary, sides = ['local', 'remote'], tools = [], parameters = [], flags = {} } = op
  const words = parameters.map((one) => [one.name, `${one.summary}${typed(one.type)}`] as const)
  const options = Object.entries(flags).map(
    ([flag, one]) => [`--${flag}${one.value ? ` ${one.value}` : ''}`, `${one.summary}${typed(one.type)}`] as const,
  )
  return [
    { text: `Usage: NAME = ${sides.join('|')} [OPTION=VALUE …] ${usage(name, op)}` },
    { text: summary },
    ...(words.length > 0 ? [{ title: 'Words', rows: words }] : []),
    ...(options.length > 0 ? [{ title: 'Flags', rows: options }] : []),
    ...(tools.length > 0 ? [{ text: `It needs on the machine where it works: ${tools.join(', ')}.` }] : []),
    { title: 'See also', lines: ['conc help ops', 'conc help deploy.ini'] },
  ]
}

function typed(type: ArgumentType | undefined): string {
  if (type === undefined) return ''
  return `: ${typeof type === 'string' ? argumentTypes[type].expects : type.oneOf.join(' or ')}`
}
