import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decoder } from '../../src/agent/decoder.ts'
import { Hearing, type Stream } from '../../src/agent/hearing.ts'
import type { Channel } from '../../src/transport/types.ts'
import { BrokenError, UnreachableError } from '../../src/words/errors.ts'

const nonce = '0123456789abcdef0123456789abcde9'
const seed = 20261120

/** Frames of an agent, some of them out of turn, and pieces of them. */
const id = fc.constantFrom('1', '2', 'q1', 'q2', '', '__proto__')
const answer = fc
  .tuple(
    fc.constantFrom('R', 'X', 'B', 'E', 'Z', 'I', 'Q', ''),
    id,
    fc.constantFrom('', 'OK 0 -', 'FAILED 1 -', 'lacks tee', '\x1b[2J'),
  )
  .map((words) => Buffer.from(`${nonce} ${words.join(' ')}\n`))
const bytes = fc.uint8Array({ maxLength: 120 }).map((each) => Buffer.from(each))
const piece = fc.oneof(
  { weight: 4, arbitrary: answer },
  { weight: 2, arbitrary: bytes },
  {
    weight: 1,
    arbitrary: fc.constantFrom(nonce, nonce.slice(7), '\n', ' ', `${nonce} B 1`).map((text) => Buffer.from(text)),
  },
)

/** A byte of it changed, one taken out, or a part of it sent once more. */
const mutated = fc
  .tuple(fc.array(piece, { maxLength: 12 }), fc.nat(), fc.nat(255), fc.constantFrom('none', 'change', 'drop', 'repeat'))
  .map(([pieces, where, byte, how]) => {
    const whole = Buffer.concat(pieces)
    if (whole.length === 0 || how === 'none') return whole
    const at = where % whole.length
    if (how === 'change') whole[at] = byte
    if (how === 'drop') return Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)])
    return how === 'repeat' ? Buffer.concat([whole, whole.subarray(at)]) : whole
  })
const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 })

function cut(whole: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0, turn = 0; at < whole.length; turn++) {
    const size = lengths[turn % lengths.length] ?? 1
    chunks.push(whole.subarray(at, at + size))
    at += size
  }
  return chunks
}

/** The frames of a stream, neighbouring data joined; or the error that ended it. */
function framesOf(chunks: readonly Buffer[]): unknown {
  const decoder = new Decoder(nonce)
  const out: unknown[] = []
  try {
    for (const chunk of chunks) {
      for (const frame of decoder.push(chunk)) {
        const last = out.at(-1)
        if (frame.kind === 'answer') out.push([...frame.words])
        else if (typeof last === 'string') out[out.length - 1] = last + frame.bytes.toString('latin1')
        else out.push(frame.bytes.toString('latin1'))
      }
    }
    return out
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BrokenError)
    return 'broken'
  }
}

test('20,000 mutated streams give the same frames however they are cut, and throw nothing but BrokenError', () => {
  fc.assert(
    fc.property(mutated, sizes, (whole, lengths) => {
      expect(framesOf(cut(whole, lengths))).toEqual(framesOf([whole]))
    }),
    { numRuns: 20_000, seed },
  )
})

/** A hearing whose streams are fed by hand; tells what became of it. */
function listening() {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
  const told = { ready: 0, lost: [] as Error[], destroyed: false, taken: 0, ends: [] as string[] }
  const channel: Channel = {
    ...streams,
    closed: new Promise(() => {}),
    destroy: () => {
      told.destroyed = true
    },
  }
  const hearing = new Hearing('web1', channel, nonce, {
    ready: () => {
      told.ready += 1
    },
    lost: (cause) => told.lost.push(cause),
  })
  for (const name of ['1', '2', 'q1']) {
    hearing.listen(name, {
      data: (_stream, each) => {
        told.taken += each.length
      },
      end: () => told.ends.push(name),
    })
  }
  // As the channel gives it: at once, and no more once it is destroyed.
  const feed = (stream: Stream, chunk: Buffer) => {
    if (!told.destroyed) streams[stream].emit('data', chunk)
  }
  return { hearing, told, feed }
}

const heard = fc.array(fc.tuple(fc.constantFrom<Stream>('stdout', 'stderr'), mutated, sizes), { maxLength: 6 })

test('10,000 mixtures of both streams end no id twice, keep little, and are lost by an error of ours alone', () => {
  fc.assert(
    fc.property(heard, (all) => {
      const { hearing, told, feed } = listening()
      for (const [stream, whole, lengths] of all) for (const chunk of cut(whole, lengths)) feed(stream, chunk)
      expect(new Set(told.ends).size).toBe(told.ends.length)
      expect(hearing.noise.length).toBeLessThan(3 * 4096)
      for (const cause of told.lost)
        expect(cause instanceof BrokenError || cause instanceof UnreachableError).toBe(true)
    }),
    { numRuns: 10_000, seed },
  )
})

test('a stream of noise without end is not kept', () => {
  const { hearing, told, feed } = listening()
  const much = Buffer.alloc(1 << 20, 'x')
  const before = process.memoryUsage.rss()
  for (let turn = 0; turn < 500; turn++) feed(turn % 2 ? 'stdout' : 'stderr', much)
  expect(hearing.noise.length).toBeLessThan(3 * 4096)
  expect(told.lost).toEqual([])
  expect(process.memoryUsage.rss() - before).toBeLessThan(200e6)
})
