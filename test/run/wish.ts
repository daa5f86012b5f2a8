import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { contentOf } from '../fixtures/agent.ts'
import { until } from '../fixtures/until.ts'

/** A script that says where it prints to. */
export const placed = 'out=$(readlink /proc/$$/fd/1); echo $out >$dir/stdout'

/** Waits until the node of a step that is `placed` knows of the wish to halt too: the agent keeps its flags beside the pipe that a step prints to. */
export async function nodeKnows({ dir }: { readonly dir: string }): Promise<void> {
  const stdout = await contentOf(join(dir, 'stdout'))
  await until(() => existsSync(join(dirname(stdout), 'halt')))
}
