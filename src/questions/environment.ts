import { Absent, type Ask, type Subject, textOf } from './types.ts'

/** The variables that a login gives, and that a step of that user begins with. */
export interface Environment extends Subject {
  all(): Promise<Readonly<Record<string, string>>>
  has(name: string): Promise<boolean>
  /** Throws Absent for a variable that is not set. */
  value(name: string): Promise<string>
}

/** Reads what q_environment printed. */
export function parseEnvironment(text: string): Readonly<Record<string, string>> {
  const pairs = text.split('\0').flatMap((pair) => {
    const at = pair.indexOf('=')
    return at < 1 ? [] : [[pair.slice(0, at), pair.slice(at + 1)] as const]
  })
  return Object.fromEntries(pairs)
}

export function environment(ask: Ask, node: string): Environment {
  const about = `environment on ${node}`
  const all = async () => parseEnvironment(textOf(await ask({ name: 'environment', words: [] }), about))
  return {
    about,
    all,
    has: async (name) => Object.hasOwn(await all(), name),
    async value(name) {
      const variables = await all()
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined
      if (value === undefined) throw new Absent(`${about}: ${name} is not set`)
      return value
    },
  }
}
