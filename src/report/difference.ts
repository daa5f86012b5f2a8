import type { PlanDifference } from '../plan/compare.ts'
import { visible } from './clean.ts'

/** What differs between the plan in the bundle and the one at hand, a line or two a step. */
export function differenceLines(differences: readonly PlanDifference[]): readonly string[] {
  return differences.flatMap(describe).map((line) => visible(line).replaceAll('\n', '\\n'))
}

function describe(difference: PlanDifference): readonly string[] {
  switch (difference.kind) {
    case 'changed':
      return [
        `  changed   ${difference.name}`,
        `          - ${difference.old.command}`,
        `          + ${difference.now.command}`,
      ]
    case 'moved':
      return [`  moved     ${difference.name}, from position ${difference.old.n} to ${difference.now.n}`]
    case 'inserted':
      return [`  inserted  ${difference.name}`, `          + ${difference.now.command}`]
    case 'removed':
      return [`  removed   ${difference.name}`, `          - ${difference.old.command}`]
  }
}
