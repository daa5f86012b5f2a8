import type { CommonOptions } from '../deploy.ts'
import { render } from '../help/block.ts'
import { findPage } from '../help/find.ts'
import { paper } from '../help/paper.ts'
import type { World } from '../world.ts'

/** `conc help [TOPIC]`: a page about a command, an op, or something of the deploy file. */
export async function help(words: readonly string[], { file }: CommonOptions, world: World): Promise<number> {
  world.out(render(await findPage(words, file ?? 'deploy.ini'), paper(process.stdout, world.color)))
  return 0
}
