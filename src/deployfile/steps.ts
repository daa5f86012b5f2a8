import type { Entry } from './decode.ts'
import { shown } from './format.ts'
import { secretNameProblem, stepNameProblem } from './names.ts'
import type { Report } from './report.ts'
import { readSecret } from './secretline.ts'
import { readStep, wordsOf } from './stepline.ts'
import type { Probe, SecretSource, StepLine } from './types.ts'

const nothing = { side: 'local', options: {}, op: '', args: [] } as const

/** The steps of a job, in order. */
export function readSteps(entries: readonly Entry[], file: string, report: Report): StepLine[] {
  return unique(entries, 'the step', report).map(({ key: name, value, line }) => {
    const wrong = stepNameProblem(name)
    if (wrong !== undefined) report(line, wrong)
    // A step that was reported keeps its name, so that nothing else is reported because of it.
    const step = readStep(value, (message) => report(line, message)) ?? nothing
    return { name, ...step, place: { file, line } }
  })
}

/** The probes of a job, by the step they ask about. */
export function readProbes(entries: readonly Entry[], file: string, report: Report): Map<string, Probe> {
  const probes = new Map<string, Probe>()
  for (const { key: step, value, line } of unique(entries, 'the probe', report)) {
    const argv = wordsOf(value, (message) => report(line, message))
    if (argv?.length === 0 || argv?.[0] === '') report(line, 'the probe is empty. Write STEP = CMD [ARG …].')
    probes.set(step, { step, argv: argv ?? [], place: { file, line } })
  }
  return probes
}

/** Where the secrets come from, by name. */
export function readSecrets(entries: readonly Entry[], file: string, report: Report): Map<string, SecretSource> {
  const secrets = new Map<string, SecretSource>()
  for (const { key, value, line } of unique(entries, 'the secret', report)) {
    const wrong = secretNameProblem(key)
    if (wrong !== undefined) report(line, wrong)
    const source = readSecret(value, (message) => report(line, message))
    secrets.set(key, { ...(source ?? { from: 'ask', args: [] }), place: { file, line } })
  }
  return secrets
}

/** The lines whose key did not stand before; the others are reported. */
export function unique(entries: readonly Entry[], what: string, report: Report): Entry[] {
  const first = new Map<string, Entry>()
  for (const entry of entries) {
    const { key, line } = entry
    const before = first.get(key)
    if (before === undefined) first.set(key, entry)
    else report(line, `${what} ${shown(key)} stands already in line ${before.line}. Rename one or remove it.`)
  }
  return [...first.values()]
}
