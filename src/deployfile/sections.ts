import { didYouMean } from '../words/suggest.ts'
import { readAttributes, unquoted } from './attributelines.ts'
import type { Entry, RawSection } from './decode.ts'
import { shown } from './format.ts'
import { type Header, headerText, type SectionKind } from './headers.ts'
import type { Report } from './report.ts'
import { readProbes, readSecrets, readSteps, unique } from './steps.ts'
import type { DeployFile, Job, Section, Written } from './types.ts'

/** A section, whole. */
interface Whole {
  readonly header: Header
  readonly line: number
  readonly entries: Entry[]
}

/** What the sections of a deploy file say, each read by its kind. */
export function readSections(
  raw: readonly RawSection[],
  file: string,
  report: Report,
): Omit<DeployFile, 'path' | 'folder'> {
  const whole = merged(raw, report)
  const groups = new Set(whole.filter(({ header }) => header.kind === 'group').map(({ header }) => header.name))
  const named = <Value>(kind: SectionKind, read: (section: Whole) => Value): Map<string, Value> =>
    new Map(whole.flatMap((section) => (section.header.kind === kind ? [[section.header.name, read(section)]] : [])))
  const only = (kind: SectionKind) => whole.find(({ header }) => header.kind === kind)
  return {
    defaults: readDefaults(only('deploy'), file, report),
    groups: named('group', (section) => readMember(section, groups, file, report)),
    nodes: named('node', (section) => readMember(section, groups, file, report)),
    jobs: named('job', (section) => readJob(section, file, report)),
    secrets: readSecrets(only('secrets')?.entries ?? [], file, report),
    probes: named('probe', ({ entries }) => readProbes(entries, file, report)),
  }
}

/** Reports sections that stand twice; they are read as one, so that every line is checked. */
function merged(raw: readonly RawSection[], report: Report): Whole[] {
  const sections = new Map<string, Whole>()
  for (const { header, line, entries } of raw) {
    if (header === undefined) continue
    const text = headerText(header)
    const first = sections.get(text)
    if (first === undefined) sections.set(text, { header, line, entries: [...entries] })
    else {
      report(line, `the section ${text} stands already in line ${first.line}. Make them one.`)
      for (const entry of entries) first.entries.push(entry)
    }
  }
  return [...sections.values()]
}

function readDefaults(section: Whole | undefined, file: string, report: Report): Map<string, Written> {
  if (section === undefined) {
    report(1, 'there is no section [deploy]. Add one with app = NAME and release = VERSION.')
    return new Map()
  }
  for (const { line } of section.entries.filter(isGroups)) {
    report(line, '[deploy] is in no group. Put groups = … into [node:NAME] or [group:NAME].')
  }
  const defaults = readAttributes(
    section.entries.filter((entry) => !isGroups(entry)),
    file,
    report,
  )
  for (const key of ['app', 'release']) {
    if (!defaults.has(key)) report(section.line, `[deploy] says nothing of ${key}. Add ${key} = VALUE.`)
  }
  return defaults
}

function readMember(
  { header, line, entries }: Whole,
  groups: ReadonlySet<string>,
  file: string,
  report: Report,
): Section {
  const lists = unique(entries.filter(isGroups), 'the key', report)
  const rest = entries.filter((entry) => !isGroups(entry))
  return {
    name: header.name,
    groups: [...new Set(lists.flatMap((list) => readGroups(list, groups, report)))],
    attributes: readAttributes(rest, file, report),
    place: { file, line },
  }
}

function isGroups({ key }: Entry): boolean {
  return key === 'groups'
}

function readGroups({ value, line }: Entry, groups: ReadonlySet<string>, report: Report): string[] {
  const names = unquoted(value).split(/[,\s]+/)
  return names.filter((name) => {
    if (name === '' || groups.has(name)) return name !== ''
    report(line, `there is no group ${shown(name)}. Add [group:NAME] or correct the name.${didYouMean(name, groups)}`)
    return false
  })
}

function readJob({ header: { name }, line, entries }: Whole, file: string, report: Report): Job {
  if (entries.length === 0) report(line, `the job ${name} has no steps. Add one: NAME = local|remote OP [ARG …].`)
  return { name, steps: readSteps(entries, file, report), place: { file, line } }
}
