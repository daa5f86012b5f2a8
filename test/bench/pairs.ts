import { spawnSync } from 'node:child_process'

/** How long a program took, in milliseconds, and its largest memory, in MiB. */
export interface Measured {
  readonly ms: number
  readonly memory: number
}

/** One of the ways that are compared. */
export interface Way {
  readonly name: string
  /** Puts things back as they were; not measured. */
  prepare?(): void
  run(): Measured | number
}

/** Runs a program to its end, by GNU time. Throws when it fails. */
export function measure(argv: readonly string[], where: { cwd?: string; home?: string } = {}): Measured {
  const began = performance.now()
  const env = { PATH: process.env.PATH, HOME: where.home ?? '/nowhere' }
  const timed = ['-f', 'peak %M', ...argv]
  const { status, stderr } = spawnSync('/usr/bin/time', timed, { cwd: where.cwd ?? '/', env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`)
  const peak = /peak (\d+)\s*$/.exec(stderr)?.[1]
  return { ms: performance.now() - began, memory: Number(peak ?? 0) / 1024 }
}

/** Medians of paired runs: each round runs every way once. The first way is what the others are compared with. */
export function compare(title: string, rounds: number, ways: readonly Way[]): string {
  const all = ways.map((): number[] => [])
  const peaks = ways.map(() => 0)
  for (let round = 0; round < rounds; round++) {
    for (const [at, way] of ways.entries()) {
      way.prepare?.()
      const measured = way.run()
      const { ms, memory } = typeof measured === 'number' ? { ms: measured, memory: 0 } : measured
      all[at]?.push(ms)
      peaks[at] = Math.max(peaks[at] ?? 0, memory)
    }
  }
  const medians = all.map(median)
  const [base = 1] = medians
  const rows = ways.map(({ name }, at) => {
    const ms = medians[at] ?? 0
    const memory = peaks[at] ? `${Math.round(peaks[at] ?? 0)} MiB` : ''
    return `| ${name} | ${Math.round(ms)} | ${(ms / base).toFixed(2)} | ${memory} |`
  })
  return [
    `${title}, medians of ${rounds}`,
    '',
    '| way | ms | ratio | memory |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}
