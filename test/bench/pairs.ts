import { spawnSync } from 'node:child_process'

/** What a program took: milliseconds by the clock, its largest memory in MiB, and milliseconds of its processors. */
export interface Measured {
  readonly ms: number
  readonly memory: number
  readonly cpu?: number
}

/** One of the ways that are compared. */
export interface Way {
  readonly name: string
  /** Puts things back as they were; not measured. */
  prepare?(): void
  run(): Measured | number
  /** Removes what it had made, after the last round. */
  done?(): void
}

/** What one way took: medians, the largest memory, and the median of what it took in each round of what the first way did. */
export interface Row extends Measured {
  readonly name: string
  readonly ratio: number
}

export interface Compared {
  readonly title: string
  readonly rounds: number
  readonly rows: readonly Row[]
}

/** Runs a program to its end, by GNU time. Throws when it fails. */
export function measure(
  argv: readonly string[],
  where: { cwd?: string; home?: string; env?: NodeJS.ProcessEnv; input?: string } = {},
): Measured {
  const env = { PATH: process.env.PATH, HOME: where.home ?? '/nowhere', ...where.env }
  const timed = ['-f', 'peak %M %U %S', ...argv]
  const options = { cwd: where.cwd ?? '/', env, encoding: 'utf8', maxBuffer: 1e9, input: where.input ?? '' } as const
  const began = performance.now()
  const { status, stderr } = spawnSync('/usr/bin/time', timed, options)
  const ms = performance.now() - began
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`)
  const [, peak = 0, user = 0, system = 0] = /peak (\d+) (\S+) (\S+)\s*$/.exec(stderr)?.map(Number) ?? []
  return { ms, memory: peak / 1024, cpu: (user + system) * 1000 }
}

/** Paired runs: each round runs every way once. The first way is what the others are compared with. */
export function pair(title: string, rounds: number, ways: readonly Way[]): Compared {
  const all = ways.map((): Measured[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [at, way] of ways.entries()) {
      way.prepare?.()
      const measured = way.run()
      all[at]?.push(typeof measured === 'number' ? { ms: measured, memory: 0 } : measured)
    }
  }
  for (const way of ways) way.done?.()
  const [base = []] = all
  return { title, rounds, rows: ways.map(({ name }, at) => rowOf(name, all[at] ?? [], base)) }
}

function rowOf(name: string, runs: readonly Measured[], base: readonly Measured[]): Row {
  return {
    name,
    ms: median(runs.map(({ ms }) => ms)),
    memory: Math.max(...runs.map(({ memory }) => memory)),
    cpu: median(runs.map(({ cpu = 0 }) => cpu)),
    ratio: median(runs.map(({ ms }, round) => ms / (base[round]?.ms ?? ms))),
  }
}

/** As a table of Markdown. */
export function tableOf({ title, rounds, rows }: Compared): string {
  const shown = rows.map(({ name, ms, ratio, cpu, memory }) =>
    [
      name,
      Math.round(ms),
      ratio.toFixed(2),
      cpu ? `${Math.round(cpu)}` : '',
      memory ? `${Math.round(memory)} MiB` : '',
    ].join(' | '),
  )
  const lines = shown.map((row) => `| ${row} |`)
  return [
    `${title}, medians of ${rounds}`,
    '',
    '| way | ms | ratio | ms of CPU | memory |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n')
}

/** What `pair` finds, as a table. */
export function compare(title: string, rounds: number, ways: readonly Way[]): string {
  return tableOf(pair(title, rounds, ways))
}

export function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
}
