import type { Happening, RunEvent } from '../../src/run/events.ts'

/** Events of a run at noon, each so many milliseconds later. */
export function eventsOf(happenings: readonly (readonly [ms: number, happening: Happening])[]): readonly RunEvent[] {
  const noon = Date.parse('2026-11-20T12:00:00.123Z')
  return happenings.map(([ms, happening]) => {
    return { ...happening, time: new Date(noon + ms).toISOString(), node: 'web1', run: 'r1' }
  })
}

export const migrate = { n: 2, step: 'migrate', side: 'remote' } as const
export const deliver = { n: 1, step: 'deliver', side: 'local' } as const

/** A run that delivers, then fails. */
export const failingRun = eventsOf([
  [0, { event: 'run-start', job: 'release', resumed: false, steps: [deliver, migrate] }],
  [1, { event: 'step-start', ...deliver, attempt: 1, command: 'scp a b' }],
  [1001, { event: 'progress', ...deliver, done: 5_000_000, total: 20_000_000 }],
  [1101, { event: 'progress', ...deliver, done: 5_100_000, total: 20_000_000 }],
  [2001, { event: 'progress', ...deliver, done: 20_000_000, total: 20_000_000 }],
  [2002, { event: 'output', ...deliver, stream: 'stdout', text: '1 delivered\n' }],
  [2003, { event: 'step-end', ...deliver, status: 'OK', ms: 2002 }],
  [2004, { event: 'step-start', ...migrate, attempt: 1, command: "sh -euc 'cd app\nmake \x1b[2J'" }],
  [2005, { event: 'output', ...migrate, stream: 'stdout', text: 'one\ntw' }],
  [2006, { event: 'output', ...migrate, stream: 'stderr', base64: Buffer.from([0x9b, 0x0a]).toString('base64') }],
  [2007, { event: 'output', ...migrate, stream: 'stdout', text: 'o' }],
  [2008, { event: 'note', level: 'warning', message: 'a process it left behind', step: 'migrate' }],
  [3204, { event: 'step-end', ...migrate, status: 'FAILED', exit: 3, ms: 1200, why: 'exit 3' }],
  [
    3300,
    {
      event: 'run-end',
      status: 'FAILED',
      exitCode: 1,
      ms: 3300,
      message: 'release ended FAILED on web1 at step 2, migrate: exit 3. The bundle is kept.',
      next: ['conc resume web1 --retry', "conc mark web1 migrate --done -m 'WHY'"],
      ways: [
        { what: 'try again', command: 'conc resume web1 --retry' },
        { what: 'by hand', command: "conc mark web1 migrate --done -m 'WHY'" },
      ],
      durable: true,
      holding: true,
    },
  ],
])
