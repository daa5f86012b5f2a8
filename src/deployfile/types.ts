/** What a deploy file says, as readonly data: no value in it has been substituted yet. */

/** A place in a deploy file. `line` counts from 1. */
export interface Place {
  readonly file: string
  readonly line: number
}

/** Something wrong with a deploy file. `message` says what is wrong and then what to do. */
export interface Problem {
  readonly severity: 'error' | 'warning'
  readonly place?: Place
  readonly message: string
}

export type Side = 'local' | 'remote'

/** The options of a step line, checked. */
export interface StepOptions {
  /** Milliseconds. */
  readonly timeout?: number
  /** The user to run as, by sudo. */
  readonly as?: string
  /** The directory to start in; may hold `${key}`. */
  readonly cd?: string
  readonly secrets?: readonly string[]
}

/** One step line, split into words; `${key}` in its words is not substituted yet. */
export interface StepLine {
  readonly name: string
  readonly side: Side
  readonly options: StepOptions
  readonly op: string
  readonly args: readonly string[]
  readonly place: Place
}

export interface Job {
  readonly name: string
  readonly steps: readonly StepLine[]
  readonly place: Place
}

/** A `key = value` line as written. */
export interface Written {
  readonly value: string
  readonly place: Place
}

/** A `[node:NAME]` or `[group:NAME]` section; `groups` in the order listed. */
export interface Section {
  readonly name: string
  readonly groups: readonly string[]
  readonly attributes: ReadonlyMap<string, Written>
  readonly place: Place
}

/** Where a secret comes from: `ask`, `env NAME`, `command CMD…`, `file PATH`. */
export interface SecretSource {
  readonly from: 'ask' | 'env' | 'command' | 'file'
  readonly args: readonly string[]
  readonly place: Place
}

/** A probe: a command that exits 0 = done, 1 = not done, anything else = still unknown. */
export interface Probe {
  readonly step: string
  readonly argv: readonly string[]
  readonly place: Place
}

export interface DeployFile {
  /** As it was named on the command line; the prefix of every problem. */
  readonly path: string
  /** Absolute; local steps start here. */
  readonly folder: string
  readonly defaults: ReadonlyMap<string, Written>
  readonly groups: ReadonlyMap<string, Section>
  readonly nodes: ReadonlyMap<string, Section>
  readonly jobs: ReadonlyMap<string, Job>
  readonly secrets: ReadonlyMap<string, SecretSource>
  /** By job name, then step name. */
  readonly probes: ReadonlyMap<string, ReadonlyMap<string, Probe>>
}

/** A node's attribute, evaluated: `from` is `deploy.ini:12`, `--set` or `built in`. */
export interface Attribute {
  readonly value: string
  readonly from: string
}

export type Attributes = ReadonlyMap<string, Attribute>
