import { OpFailed } from '../ops/types.ts'
import type { Ports, Testing } from '../run/types.ts'
import { UsageError } from '../words/errors.ts'
import type { Deploy } from './deploy.ts'
import { portsOf, type Wishes } from './node.ts'
import type { Workplace } from './workplace.ts'

/** What a run on a node needs: as `portsOf`, with the node tests of its steps. */
export function runPorts(deploy: Deploy, node: string, place: Workplace, wishes: Wishes): Ports {
  return { ...portsOf(deploy, node, place, wishes), tests: testing(deploy, node, place) }
}

/** A step without tests to run, or with waivers that are wrong, has failed: nothing is unknown. */
function saysNo(cause: unknown): never {
  throw cause instanceof UsageError ? new OpFailed(cause.message) : cause
}

/** The tests of a step go over the run's own connection, and end with the step. */
function testing(deploy: Deploy, node: string, place: Workplace): Testing {
  return async ({ host, attributes, secrets }, request, onEvent, signal) => {
    const { readyTests } = await import('./nodetests.ts')
    const reach = async () => ({ host, close: async () => {} })
    const ready = await readyTests(deploy, request, place, [{ node, attributes, reach, secrets }]).catch(saysNo)
    const { exitCode } = await ready.run(onEvent, signal)
    return exitCode
  }
}
