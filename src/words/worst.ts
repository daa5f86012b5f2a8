import { type ExitName, exitCodes } from './status.ts'

/**
 * Exit codes of several nodes, the worst first: what nobody knows, then what failed, then what could not begin, then what
 * was halted, as that is mostly because of another.
 */
export const worstFirst = [
  'error',
  'failed',
  'timedOut',
  'unreachable',
  'blocked',
  'usage',
  'stopped',
  'ok',
] as const satisfies readonly ExitName[]

/** The one of several that ended worst; the first of those. Undefined of none. */
export function worstOf<T extends { readonly exitCode: number }>(all: readonly T[]): T | undefined {
  const rank = ({ exitCode }: T) => worstFirst.findIndex((name) => exitCodes[name].code === exitCode)
  return all.reduce<T | undefined>(
    (worst, one) => (worst === undefined || rank(one) < rank(worst) ? one : worst),
    undefined,
  )
}
