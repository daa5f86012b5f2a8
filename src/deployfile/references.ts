import { variableOf } from '../words/attributes.ts'
import { didYouMean } from '../words/suggest.ts'
import { shown } from './format.ts'
import { checkNesting } from './groups.ts'
import type { Report } from './report.ts'
import type { DeployFile } from './types.ts'

/** Reports what names something that is not in the deploy file, groups in themselves, and names with two meanings. */
export function checkReferences(deployFile: DeployFile, report: Report): void {
  checkNesting(deployFile.groups, report)
  checkNames(deployFile, report)
  checkSecrets(deployFile, report)
  checkProbes(deployFile, report)
}

function checkNames({ groups, nodes }: DeployFile, report: Report): void {
  for (const { name, place } of nodes.values()) {
    const group = groups.get(name)
    if (group === undefined) continue
    report(place.line, `${name} is the name of a group too, in line ${group.place.line}. Rename one of them.`)
  }
}

function checkSecrets(deployFile: DeployFile, report: Report): void {
  const { jobs, secrets } = deployFile
  for (const { options, place } of [...jobs.values()].flatMap(({ steps }) => steps)) {
    for (const name of options.secrets ?? []) {
      if (secrets.has(name)) continue
      const advice = `Add it to [secrets] or correct the name.${didYouMean(name, secrets.keys())}`
      report(place.line, `there is no secret ${shown(name)}. ${advice}`)
    }
  }
  const variables = new Set(attributeKeys(deployFile).map(variableOf))
  for (const [name, { place }] of secrets) {
    if (variables.has(name)) report(place.line, `an attribute becomes the variable $${name} too. Rename the secret.`)
  }
}

function attributeKeys({ defaults, groups, nodes }: DeployFile): string[] {
  const sections = [...groups.values(), ...nodes.values()].flatMap(({ attributes }) => [...attributes.keys()])
  return [...defaults.keys(), ...sections]
}

function checkProbes({ jobs, probes }: DeployFile, report: Report): void {
  for (const [name, steps] of probes) {
    const job = jobs.get(name)
    const known = new Set(job?.steps.map((step) => step.name))
    for (const [step, { place }] of steps) {
      if (known.has(step)) continue
      if (job === undefined) {
        report(
          place.line,
          `there is no job ${shown(name)} to probe. Correct [probe:JOB].${didYouMean(name, jobs.keys())}`,
        )
        break
      }
      report(
        place.line,
        `the job ${name} has no step ${shown(step)} to probe. Correct the name.${didYouMean(step, known)}`,
      )
    }
  }
}
