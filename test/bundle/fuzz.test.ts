import fc from 'fast-check'
import { expect, test } from 'vitest'
import { report } from '../../src/bundle/read.ts'
import { parseEvidence } from '../../src/journal/evidence.ts'
import { type Holder, parseHolder, writeHolder } from '../../src/journal/holder.ts'
import { parseJournal } from '../../src/journal/records.ts'
import { statusJson, statusLines } from '../../src/report/status.ts'

const seed = 20261120
const time = '2026-11-20T12:00:00Z'
const journal = [
  'open r1',
  'begin 1 1 open remote',
  'end 1 1 open OK exit=0 signal=-',
  'begin 2 1 a remote ops@desk',
  'void 2 1 a',
  'end 2 1 a FAILED exit=- signal=TERM why not',
  'retry 2 a ops@desk',
  'skip 3 b why',
  'mark 2 a done ops@desk by hand',
  'probe 3 b not-done',
  'take 2 ops@desk',
  'halt ops@desk why',
  'shell entered ops@desk',
  'close r1',
  'unlock r1 ops@desk why',
].map((line) => `${time} ${line}\n`)
const plan = JSON.stringify({
  format: 1,
  conc: '1',
  job: 'release',
  node: 'web1',
  app: 'shop',
  release: '1',
  steps: ['open', 'a', 'b'].map((name, n) => ({
    kind: 'command',
    n: n + 1,
    name,
    side: 'remote',
    op: 'run',
    words: [],
    options: {},
    command: 'true',
  })),
  set: { key: 'value' },
})
const held: Holder = {
  run: 'r1',
  job: 'release',
  node: 'web1',
  app: 'shop',
  release: '1',
  by: 'ops@desk',
  since: time,
  conc: '1',
  format: '1',
}
const look = 'bundle there\nepoch 2\nagent 2\nworker 1\nlost 1\nhalt asked\nclosing begun\nended 2-a.1.out.OK.0\n'

/** A text with bytes changed, cut out, or put in twice. */
function damaged(text: string): fc.Arbitrary<string> {
  const whole = Buffer.from(text)
  const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255), fc.constantFrom('change', 'cut', 'repeat', 'end'))
  return fc.array(change, { maxLength: 5 }).map((changes) => {
    let now = Buffer.from(whole)
    for (const [where, byte, how] of changes) {
      const at = where % Math.max(1, now.length)
      if (how === 'change') now[at] = byte
      else if (how === 'cut') now = Buffer.concat([now.subarray(0, at), now.subarray(at + byte)])
      else if (how === 'repeat') now = Buffer.concat([now.subarray(0, at + byte), now.subarray(at)])
      else now = now.subarray(0, at)
    }
    return now.toString('utf8')
  })
}

const anything = fc.string({ unit: 'binary', maxLength: 200 })
const about = { node: 'web1', bundle: '.conc/shop', now: new Date(time) }

/** JSON of any shape in the place of a part of the plan. */
const reshaped = fc
  .tuple(fc.jsonValue(), fc.constantFrom('steps', 'set', 'format', 'job', 'step', 'name', 'words', 'options'))
  .map(([value, where]) => {
    const whole = JSON.parse(plan)
    if (where === 'step') whole.steps[1] = value
    else if (where === 'name' || where === 'words' || where === 'options') whole.steps[1][where] = value
    else whole[where] = value
    return JSON.stringify(whole)
  })

test('5,000 damaged bundles are read and told without a throw', () => {
  const texts = fc.tuple(
    fc.oneof(damaged(look), anything),
    fc.oneof(damaged(writeHolder(held)), anything),
    fc.oneof(damaged(plan), reshaped, reshaped, anything),
    fc.oneof(damaged(journal.join('')), anything),
  )
  fc.assert(
    fc.property(texts, ([seen, holder, planned, records]) => {
      const found = report(parseEvidence(seen), holder, planned, records)
      for (const line of statusLines(found, about)) expect(line).not.toMatch(/[^\P{Cc}\t]|\p{Cf}/u)
      expect(() => JSON.stringify(statusJson('web1', found))).not.toThrow()
    }),
    { numRuns: 5_000, seed },
  )
})

test('10,000 damaged journals lose no line: each is a record, strange, empty, or the torn last one', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(journal).chain((lines) => damaged(lines.join('') || '\n')),
      (text) => {
        const { records, strange, torn } = parseJournal(text)
        const lines = text.split('\n')
        const last = lines.pop() ?? ''
        expect(records.length + strange.length).toBe(lines.filter((line) => line !== '').length)
        expect(torn).toBe(last !== '')
        for (const { line, text: kept } of strange) expect(lines[line - 1]).toBe(kept)
      },
    ),
    { numRuns: 10_000, seed },
  )
})

test('5,000 holders come back as they were written, and what is damaged is one or none', () => {
  const value = fc.stringMatching(/^[ -~]{1,20}$/).map((text) => text.trim() || 'x')
  const holder = fc.record(
    Object.fromEntries(Object.keys(held).map((key) => [key, value])) as Record<keyof Holder, typeof value>,
  )
  fc.assert(
    fc.property(holder, (one) => {
      expect(parseHolder(writeHolder(one))).toEqual(one)
    }),
    { numRuns: 2_500, seed },
  )
  fc.assert(
    fc.property(damaged(writeHolder(held)), (text) => {
      for (const field of Object.values(parseHolder(text) ?? {})) expect(field).not.toContain('\n')
    }),
    { numRuns: 2_500, seed },
  )
})
