import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Decoder } from '../../src/agent/decoder.ts'
import { BrokenError } from '../../src/words/errors.ts'

// As a random one, it does not begin again within itself.
const nonce = '0123456789abcdef0123456789abcde9'

/** What comes out, with neighbouring data joined: `<bytes>` or the words of an answer. */
function decode(chunks: readonly Buffer[]): (string | readonly string[])[] {
  const decoder = new Decoder(nonce)
  const out: (string | readonly string[])[] = []
  for (const chunk of chunks) {
    for (const frame of decoder.push(chunk)) {
      const last = out.at(-1)
      if (frame.kind === 'answer') out.push(frame.words)
      else if (typeof last === 'string') out[out.length - 1] = last + frame.bytes.toString('latin1')
      else out.push(frame.bytes.toString('latin1'))
    }
  }
  return out
}

const latin = (text: string) => Buffer.from(text, 'latin1')

describe('a stream', () => {
  test.each<[string, string[], (string | string[])[]]>([
    ['of nothing', [''], []],
    ['without answers', ['abc', 'def'], ['abcdef']],
    ['of one answer', [`${nonce} B 1\n`], [['B', '1']]],
    ['with an answer in a line', [`ab${nonce} E 1 OK 0 -\ncd`], ['ab', ['E', '1', 'OK', '0', '-'], 'cd']],
    [
      'with two answers in a row',
      [`${nonce} B 1\n${nonce} E 1\n`],
      [
        ['B', '1'],
        ['E', '1'],
      ],
    ],
    ['with a nonce in two chunks', [`x${nonce.slice(0, 9)}`, `${nonce.slice(9)} B 1\n`], ['x', ['B', '1']]],
    ['with an answer in two chunks', [`${nonce} E 1 O`, 'K 0 -\ny'], [['E', '1', 'OK', '0', '-'], 'y']],
    ['with half a nonce', [`${nonce.slice(0, 9)}`, 'no'], [`${nonce.slice(0, 9)}no`]],
    ['with a nonce begun anew', [`0123${nonce} B 1\n`], ['0123', ['B', '1']]],
    ['with another nonce', [`${nonce.replace('f', 'g')} E 1\n`], [`${nonce.replace('f', 'g')} E 1\n`]],
  ])('%s comes out as it is', (_, chunks, out) => {
    expect(decode(chunks.map(latin))).toEqual(out)
    expect(decode(chunks.flatMap((chunk) => [...chunk]).map(latin))).toEqual(out)
  })
})

test('an answer without an end is no agent of ours', () => {
  expect(() => decode([latin(`${nonce} ${'x'.repeat(4200)}`)])).toThrow(BrokenError)
  expect(() => decode(Array.from({ length: 50 }, (_, i) => latin(i === 0 ? nonce : 'x'.repeat(100))))).toThrow(
    BrokenError,
  )
})

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  // What nearly is an answer.
  fc.integer({ min: 1, max: nonce.length - 1 }).map((length) => latin(nonce.slice(0, length))),
)
const answer = fc.array(fc.stringMatching(/^[!-~]{1,9}$/), { minLength: 1, maxLength: 4 })
const stream = fc.array(fc.oneof(piece, answer), { maxLength: 12 })
const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 })

/** Cuts bytes into chunks of these sizes, over and over. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    chunks.push(bytes.subarray(at, at + size))
    at += size
  }
  return chunks
}

test('any bytes in any chunks, with answers in between, come out exact', () => {
  fc.assert(
    fc.property(stream, cuts, (parts, sizes) => {
      const bytes = parts.map((part) => (Buffer.isBuffer(part) ? part : latin(`${nonce} ${part.join(' ')}\n`)))
      // The end of the last answer lets go of everything that may have been the start of one.
      const whole = Buffer.concat([...bytes, latin(`${nonce} Z\n`)])
      const expected: (string | readonly string[])[] = []
      for (const part of [...parts, ['Z']]) {
        const last = expected.at(-1)
        if (!Buffer.isBuffer(part)) expected.push(part)
        else if (typeof last === 'string') expected[expected.length - 1] = last + part.toString('latin1')
        else if (part.length > 0) expected.push(part.toString('latin1'))
      }
      // Random bytes may complete what nearly is an answer.
      fc.pre(expected.every((one) => typeof one !== 'string' || !one.includes(nonce)))
      expect(decode(cut(whole, sizes))).toEqual(expected)
    }),
    { numRuns: 2_000 },
  )
})

const garbage = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(nonce, ` ${nonce}`, '\n', 'B', nonce.slice(5), `${nonce} E`, 'x'.repeat(3000)).map(latin),
  ),
  { maxLength: 10 },
)

test('10,000 inputs of garbage end, and throw nothing but BrokenError', () => {
  fc.assert(
    fc.property(garbage, (chunks) => {
      try {
        decode(chunks)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(BrokenError)
      }
    }),
    { numRuns: 10_000 },
  )
})
