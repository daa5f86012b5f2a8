import type { Ports } from './types.ts'

/** Why a run is to halt before its next step; undefined when it is not. A signal may carry its reason as a text. */
export function whyHalted({ halt, stop }: Pick<Ports, 'halt' | 'stop'>): string | undefined {
  if (!halt?.aborted && !stop?.aborted) return undefined
  return reasonOf(halt) ?? 'halted by the operator'
}

/** The reason that a signal carries for people. */
export function reasonOf(signal: AbortSignal | undefined): string | undefined {
  const reason: unknown = signal?.reason
  return typeof reason === 'string' ? reason : undefined
}
