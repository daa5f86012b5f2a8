/** Who holds a bundle and what for: the file `holder` in it, for people with `cat` as much as for conc. */
export interface Holder {
  readonly run: string
  readonly job: string
  readonly node: string
  readonly app: string
  readonly release: string
  /** user@workstation */
  readonly by: string
  /** ISO 8601, the workstation's clock. */
  readonly since: string
  readonly conc: string
  /** Of the bundle's files; this version writes and reads 1. */
  readonly format: string
}

const keys = ['run', 'job', 'node', 'app', 'release', 'by', 'since', 'conc', 'format'] as const

export const bundleFormat = '1'

/** What stands for the version of conc where a person took the lock without it. */
export const byHand = 'by hand'

export function writeHolder(holder: Holder): string {
  return keys.map((key) => `${key}: ${holder[key]}\n`).join('')
}

/** Reads a holder file; undefined when it names no run. */
export function parseHolder(text: string): Holder | undefined {
  const found = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, key, value] = line.match(/^(\w+): (.*)$/) ?? []
    if (key !== undefined && value !== undefined) found.set(key, value)
  }
  const of = (key: string) => found.get(key) ?? ''
  if (of('run') === '') return undefined
  return {
    run: of('run'),
    job: of('job'),
    node: of('node'),
    app: of('app'),
    release: of('release'),
    by: of('by'),
    since: of('since'),
    conc: of('conc'),
    format: of('format'),
  }
}
