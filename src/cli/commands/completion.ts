import { UsageError } from '../../words/errors.ts'
import { didYouMean } from '../../words/suggest.ts'
import { scripts } from '../complete/scripts.ts'
import type { World } from '../world.ts'

/** `conc completion SHELL`: prints the script that the shell runs to complete what is typed. */
export async function completion([shell = '']: readonly string[], _: unknown, world: World): Promise<number> {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
  if (script === undefined) {
    const known = Object.keys(scripts)
    throw new UsageError(
      `there is no completion for ${shell}. Name one of ${known.join(', ')}.${didYouMean(shell, known)}`,
    )
  }
  world.out(script)
  return 0
}
