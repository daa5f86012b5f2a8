import { argumentTypes } from './argumenttypes.ts'

/** What a file of `jobs/` must hold. */
const expected = 'Write `export default defineOp({ summary, command })`, or with `run` and `byHand`.'

/** What is wrong with the default export of an op's file; undefined when it is an op. Types are not checked when it is loaded. */
export function shapeProblem(value: unknown): string | undefined {
  if (!isRecord(value) || typeof value.summary !== 'string' || !hasWork(value))
    return `its default export is no op. ${expected}`
  const { parameters = [], flags = {}, sides = ['local'] } = value
  if (!isListOf(sides, (side) => side === 'local' || side === 'remote'))
    return "sides is a list of 'local' and 'remote'."
  if (!isListOf(parameters, isDeclared)) return 'parameters is a list, each with a name and a summary.'
  if (!isRecord(flags) || !Object.values(flags).every(isDescribed)) return 'flags has a summary for each flag.'
  const declared = [...parameters.map((one) => [one.name, one] as const), ...Object.entries(flags)]
  const odd = declared.find(([, one]) => isRecord(one) && one.type !== undefined && !isType(one.type))
  return odd && `${odd[0]}: its type is none of ${Object.keys(argumentTypes).join(', ')} and { oneOf }.`
}

function hasWork({ command, run, byHand }: Readonly<Record<string, unknown>>): boolean {
  return typeof command === 'function' || (typeof run === 'function' && typeof byHand === 'function')
}

function isDescribed(value: unknown): boolean {
  return isRecord(value) && typeof value.summary === 'string'
}

function isDeclared(value: unknown): value is { readonly name: string } {
  return isRecord(value) && typeof value.name === 'string' && isDescribed(value)
}

function isType(value: unknown): boolean {
  if (typeof value === 'string') return Object.hasOwn(argumentTypes, value)
  return isRecord(value) && isListOf(value.oneOf, (one) => typeof one === 'string')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isListOf<T = unknown>(
  value: unknown,
  accepts: ((one: unknown) => one is T) | ((one: unknown) => boolean),
): value is readonly T[] {
  return Array.isArray(value) && value.every(accepts)
}
