import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { oneLine, parseJournal, readStatus, writeStatus } from '../../src/journal/records.ts'
import { statuses } from '../../src/words/status.ts'

const time = '2026-11-20T12:00:00Z'
const at = { n: 2, attempt: 1, step: 'move' }

describe('a line of the journal', () => {
  test.each([
    ['open r1', { kind: 'open', run: 'r1' }],
    ['begin 2 1 move remote', { kind: 'begin', ...at, side: 'remote', by: '' }],
    ['begin 2 1 move local ana@desk', { kind: 'begin', ...at, side: 'local', by: 'ana@desk' }],
    ['end 2 1 move OK exit=0 signal=-', { kind: 'end', ...at, status: 'OK', exit: 0, why: '' }],
    [
      'end 2 1 move FAILED exit=137 signal=KILL',
      { kind: 'end', ...at, status: 'FAILED', exit: 137, signal: 'SIGKILL', why: '' },
    ],
    [
      'end 2 1 move TIMED_OUT exit=143 signal=TERM',
      { kind: 'end', ...at, status: 'TIMED OUT', exit: 143, signal: 'SIGTERM', why: '' },
    ],
    ['end 2 1 move ERROR exit=- signal=-', { kind: 'end', ...at, status: 'ERROR', why: '' }],
    ['end 2 1 move STOPPED exit=- signal=- asked for', { kind: 'end', ...at, status: 'STOPPED', why: 'asked for' }],
    ['void 2 1 move', { kind: 'void', ...at }],
    ['void 2 1 move local ana', { kind: 'void', ...at }],
    ['skip 2 move not now', { kind: 'skip', n: 2, step: 'move', why: 'not now' }],
    [
      'mark 2 move done ana@desk by hand',
      { kind: 'mark', n: 2, step: 'move', as: 'done', by: 'ana@desk', why: 'by hand' },
    ],
    ['mark 2 move skip ana@desk', { kind: 'mark', n: 2, step: 'move', as: 'skip', by: 'ana@desk', why: '' }],
    ['retry 2 move ana@desk', { kind: 'retry', n: 2, step: 'move', by: 'ana@desk' }],
    ['take 2 bob@desk', { kind: 'take', epoch: 2, by: 'bob@desk' }],
    ['halt bob@desk before move: asked', { kind: 'halt', by: 'bob@desk', why: 'before move: asked' }],
    ['shell entered ana@desk', { kind: 'shell', what: 'entered', by: 'ana@desk' }],
    ['shell left ana@desk', { kind: 'shell', what: 'left', by: 'ana@desk' }],
    ['close r1', { kind: 'close', run: 'r1' }],
    ['unlock r1 bob@desk host is gone', { kind: 'unlock', run: 'r1', by: 'bob@desk', why: 'host is gone' }],
  ])('%s is read', (line, record) => {
    expect(parseJournal(`${time} ${line}\n`)).toEqual({ records: [{ time, ...record }], torn: false, strange: [] })
  })

  test.each([
    ['yesterday open r1'],
    [`${time}`],
    [`${time} dance r1`],
    [`${time} toString`],
    [`${time} begin 0 1 move remote`],
    [`${time} begin 2 1.5 move remote`],
    [`${time} begin 2 1 move sideways`],
    [`${time} begin 2 1`],
    [`${time} end 2 1 move DONE exit=0 signal=-`],
    [`${time} end 2 1 move OK2 exit=0 signal=-`],
    [`${time} end 2 1 move TIMED`],
    [`${time} end -2 1 move OK`],
    [`${time} mark 2 move maybe ana`],
    [`${time} take two ana`],
    [`${time} shell opened ana`],
    [`${time} open`],
    [`${time} end 2 1 move OK exit=0 signal=-\t(cut short)`],
    [`${time} void 2 1 move\t(cut short)`],
  ])('%j is strange', (line) => {
    const text = `${time} open r1\n${line}\n${time} close r1\n`
    const { records, strange } = parseJournal(text)
    expect(records.map(({ kind }) => kind)).toEqual(['open', 'close'])
    expect(strange).toEqual([{ line: 2, text: line }])
  })
})

test('a last line without its end counts as never written', () => {
  expect(parseJournal(`${time} open r1\n${time} close r1`)).toMatchObject({ records: [{ kind: 'open' }], torn: true })
  expect(parseJournal('')).toEqual({ records: [], torn: false, strange: [] })
})

test('every status has a word of its own without a space', () => {
  for (const status of statuses) {
    expect(writeStatus(status)).toMatch(/^[A-Z_]+$/)
    expect(readStatus(writeStatus(status))).toBe(status)
  }
  expect(readStatus('TIMED OUT')).toBeUndefined()
  expect(readStatus(undefined)).toBeUndefined()
})

test('free text becomes one line', () => {
  expect(oneLine(' a\nb\r\n\tc\u001b[31m ')).toBe('a b c [31m')
})

test('no text makes the parser throw, and no line is lost', () => {
  const word = fc.constantFrom(
    time,
    'begin',
    'end',
    'void',
    'mark',
    'take',
    '1',
    '2',
    'move',
    'remote',
    'OK',
    ' ',
    '\n',
    '\t',
    'exit=',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 40 }), (words) => {
      const text = words.join(' ')
      const { records, torn, strange } = parseJournal(text)
      const lines = text.split('\n')
      expect(torn).toBe(lines.pop() !== '')
      expect(records.length + strange.length).toBe(lines.filter((line) => line !== '').length)
    }),
    { numRuns: 3_000 },
  )
})
