import { expect, test } from 'vitest'
import { parseJournal } from '../../src/journal/records.ts'

const time = '2026-11-20T12:00:00Z'
const cut = '\t(cut short)'

test.each([
  ['void 0 1 a'],
  ['void 1 1'],
  ['begin 1 1'],
  ['begin x1 1 a remote'],
  ['begin 1x 1 a remote'],
  ['skip 0 a why'],
  ['skip 1'],
  ['mark 0 a done ana'],
  ['mark 1'],
  ['mark 1 a done'],
  ['mark 1 a maybe ana'],
  ['retry 0 a ana'],
  ['retry 1 a'],
  ['probe 0 a done'],
  ['probe 1'],
  ['probe 1 a maybe'],
  ['close'],
  ['unlock'],
])('%s is no record', (line) => {
  expect(parseJournal(`${time} ${line}\n`)).toMatchObject({ records: [], strange: [{ line: 1 }] })
})

test.each([['done'], ['not-done'], ['unknown']])('a probe that says %s is one', (says) => {
  expect(parseJournal(`${time} probe 2 a ${says}\n`).records).toEqual([{ kind: 'probe', time, n: 2, step: 'a', says }])
})

test.each([
  ['exit=1x signal=-', {}],
  ['xexit=1 signal=-', {}],
  ['exit=1 signal=KILL', { exit: 1, signal: 'SIGKILL' }],
  ['exit=- xsignal=KILL', {}],
  ['', {}],
])('an end with %j', (words, ending) => {
  const line = `end 1 1 a FAILED ${words}`.trim()
  const [record] = parseJournal(`${time} ${line}\n`).records
  const { exit, signal }: { exit?: number; signal?: string } = record?.kind === 'end' ? record : {}
  expect({ exit, signal }).toEqual({ exit: undefined, signal: undefined, ...ending })
})

test.each([
  ['take 2', { kind: 'take', epoch: 2, by: '' }],
  ['halt', { kind: 'halt', by: '', why: '' }],
  ['shell left', { kind: 'shell', what: 'left', by: '' }],
  ['unlock r1', { kind: 'unlock', run: 'r1', by: '', why: '' }],
  ['begin 1 1 a local ana of desk', { kind: 'begin', n: 1, attempt: 1, step: 'a', side: 'local', by: 'ana of desk' }],
])('%s is a record without the rest', (line, record) => {
  expect(parseJournal(`${time} ${line}\n`).records).toEqual([{ time, ...record }])
})

test('an empty journal is not torn, and empty lines are nothing', () => {
  expect(parseJournal('')).toEqual({ records: [], torn: false, strange: [] })
  expect(parseJournal('\n\n')).toEqual({ records: [], torn: false, strange: [] })
})

test('of garbage without end a thousand lines are kept, and what was not cut short before what was', () => {
  const garbage = Array.from({ length: 1_200 }, (_, at) => `garbage ${at}\n`).join('')
  expect(parseJournal(garbage).strange.map(({ line }) => line)).toEqual(
    Array.from({ length: 1_000 }, (_, at) => at + 1),
  )
  const marked = `x${cut}\n`.repeat(1_200)
  const { strange } = parseJournal(`${marked}real\nx${cut}\nlater\n`)
  expect(strange).toHaveLength(1_000)
  expect(strange.at(-1)).toEqual({ line: 1_201, text: 'real' })
  expect(strange.at(-2)?.text).toBe(`x${cut}`)
})
