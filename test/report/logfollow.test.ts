import { afterAll, beforeAll, expect, test } from 'vitest'
import { report } from '../../src/bundle/read.ts'
import { parseEvidence } from '../../src/journal/evidence.ts'
import { writeHolder } from '../../src/journal/holder.ts'
import { parseJournal } from '../../src/journal/records.ts'
import { type FollowReporter, followJson, followLines } from '../../src/report/follow.ts'
import { at, runs } from './html/runs.ts'

const zone = process.env.TZ
beforeAll(() => {
  process.env.TZ = 'UTC'
})
afterAll(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

const head = { run: 'r1', job: 'release', node: 'web1', app: 'shop', release: '1.4.2', by: 'ana@desk' }
const holder = writeHolder({ ...head, since: at(0), conc: '0.1.0', format: '1' })

/** What a follower is told of a run that fails, hostile output and a cut line in between. */
function tellAll(reporter: FollowReporter): void {
  const { records } = parseJournal(
    `${at(1)} begin 3 1 migrate remote\n${at(2)} end 3 1 migrate FAILED exit=3 signal=-\n`,
  )
  const of = { n: 3, step: 'migrate', attempt: 1 } as const
  const output = (stream: 'stdout' | 'stderr', text: string | Buffer) =>
    reporter.tell({ kind: 'output', ...of, stream, bytes: Buffer.from(text) })
  reporter.begin(report(parseEvidence('bundle there'), holder, '', ''))
  const [begin, end] = records
  if (begin === undefined || end === undefined) throw new Error('no records')
  reporter.tell({ kind: 'record', record: begin })
  output('stdout', 'half a li')
  output('stderr', Buffer.from('\x1b[2J\xff\n', 'latin1'))
  reporter.cut('the line was cut\x07', 500)
  output('stdout', 'ne\nno end')
  reporter.tell({ kind: 'full', ...of, stream: 'stdout' })
  reporter.tell({ kind: 'record', record: end })
  reporter.tell({ kind: 'unreadable', line: 9, text: 'what\x1b' })
  reporter.end(runs.FAILED)
}

test('a followed run is told in the lines of its journal, what a step prints below it', () => {
  const lines: string[] = []
  tellAll(followLines('web1', (line) => lines.push(line)))
  expect(`\n${lines.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    web1: release of shop 1.4.2, run r1, by ana@desk
    2026-11-20 12:00:01  3 migrate begins (remote)
                         migrate ! \\x1b[2J\\xff
    the line was cut\\x07; logs in again in 0.5 s
                         migrate | half a line
                         migrate prints more than the node keeps: the rest is not shown
                         migrate | no end
    2026-11-20 12:00:02  3 migrate FAILED, exit 3
    line 9 can't be read: what\\x1b
    web1: FAILED, at 3 migrate: exit 3
    "
  `)
})

test('as JSON each line is an object, exact in its bytes, and the last is the end', () => {
  const lines: string[] = []
  tellAll(followJson('web1', (line) => lines.push(line)))
  const told = lines.map((line) => JSON.parse(line))
  expect(told.map(({ kind }) => kind).join(' ')).toBe('begin output output cut output full end unreadable run-end')
  expect(told.every(({ node, run }) => node === 'web1' && run === 'r1')).toBe(true)
  expect(told[2]).toMatchObject({ stream: 'stderr', base64: Buffer.from('\x1b[2J\xff\n', 'latin1').toString('base64') })
  expect(told.at(-1)).toMatchObject({ state: 'FAILED', why: 'at 3 migrate: exit 3', exitCode: 1 })
  expect(lines.join('')).not.toContain('\x1b')
})
