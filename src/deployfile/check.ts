import { evaluateAttributes } from './evaluate.ts'
import type { Attributes, DeployFile, Problem, Section } from './types.ts'

/** What is wrong with the attributes of the nodes, evaluated. A line that is wrong for many nodes is reported for the first of them. */
export function checkNodes(deployFile: DeployFile, overrides: ReadonlyMap<string, string> = new Map()): Problem[] {
  const problems: Problem[] = []
  const reported = new Set<number | undefined>()
  for (const node of deployFile.nodes.values()) {
    const found = checkNode(node, deployFile, overrides).filter(({ place }) => !reported.has(place?.line))
    problems.push(...found)
    for (const { place } of found) reported.add(place?.line)
  }
  return problems
}

function checkNode(node: Section, deployFile: DeployFile, overrides: ReadonlyMap<string, string>): Problem[] {
  const { attributes, problems } = evaluateAttributes(deployFile, node.name, overrides)
  const warning = addressWarning(node, attributes)
  const isSilent = warning === undefined || problems.length > 0
  return isSilent ? [...problems] : [warning]
}

function addressWarning({ name, place }: Section, attributes: Attributes): Problem | undefined {
  if (attributes.has('sshd.ip') || attributes.get('embedded')?.value === 'yes') return undefined
  const message = `${name} has no sshd.ip: ssh's own configuration will be asked for ${name}. Add sshd.ip = ADDRESS to say it here.`
  return { severity: 'warning', place, message }
}
