import { milliseconds } from '../words/duration.ts'
import type { Arguments, ArgumentType, Op } from './types.ts'

interface TypeRow {
  /** Completes the sentence "NAME takes …". */
  readonly expects: string
  readonly accepts: (value: string) => boolean
}

/** What a declaration can say of a word. */
export const argumentTypes: Readonly<Record<Extract<ArgumentType, string>, TypeRow>> = {
  count: { expects: 'a number from 1 on', accepts: (value) => /^[1-9]\d{0,8}$/.test(value) },
  number: { expects: 'a number such as 0, 12 or 0.5', accepts: (value) => /^\d{1,15}(\.\d{1,15})?$/.test(value) },
  time: { expects: 'a time with a unit, such as 30s or 2m', accepts: (value) => milliseconds(value) !== undefined },
  port: {
    expects: 'a number from 1 to 65535',
    accepts: (value) => /^[1-9]\d{0,4}$/.test(value) && Number(value) <= 65_535,
  },
  mode: { expects: 'octal digits, such as 0644', accepts: (value) => /^[0-7]{3,4}$/.test(value) },
}

/** The words that are not of the types their declaration names. One that holds `${key}` is looked at once it has its value. */
export function typeProblems({ parameters = [], flags = {} }: Op, args: Arguments): readonly string[] {
  const words = args.positionals.map((value, at) => {
    const { name = '', type } = parameters[Math.min(at, parameters.length - 1)] ?? {}
    return { name, type, value }
  })
  const given = Object.entries(args.flags).map(([name, value]) => ({
    name: `--${name}`,
    type: flags[name]?.type,
    value,
  }))
  return [...words, ...given].flatMap(({ name, type, value }) => {
    if (type === undefined || value.includes('${')) return []
    const { expects, accepts } = rowOf(type)
    return accepts(value) ? [] : [`${name} takes ${expects}.`]
  })
}

function rowOf(type: ArgumentType): TypeRow {
  if (typeof type === 'string') return argumentTypes[type]
  return { expects: type.oneOf.join(' or '), accepts: (value) => type.oneOf.includes(value) }
}
