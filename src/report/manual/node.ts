import { attributeParts } from './attributes.ts'
import { heading, type PageFacts } from './facts.ts'
import { jobParts, unfitParts } from './job.ts'
import { lockParts } from './lock.ts'
import { loginParts } from './login.ts'
import { code } from './markdown.ts'

/** All about a node: its attributes, how to get there, its lock, and the runbook of each job. */
export function nodeParts(facts: PageFacts): readonly string[] {
  const { node } = facts
  return [
    heading(facts, 0, `Node ${code(node.name)}`),
    ...attributeParts(facts),
    ...loginParts(facts),
    ...lockParts(facts),
    ...node.plans.flatMap((plan) => jobParts(plan, facts)),
    ...node.unfit.flatMap((one) => unfitParts(one, facts)),
  ]
}
