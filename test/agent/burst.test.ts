import { expect, test } from 'vitest'
import { Burst } from '../../src/agent/burst.ts'
import type { Stream } from '../../src/agent/hearing.ts'

type Piece = readonly [stream: Stream, text: string]

const large = 'x'.repeat(60 * 1024)

/** What is passed on of pieces that come in one go. */
async function passedOn(pieces: readonly Piece[]): Promise<readonly Piece[]> {
  const passed: Piece[] = []
  const burst = new Burst<Stream>((stream, bytes) => passed.push([stream, bytes.toString()]))
  for (const [stream, text] of pieces) burst.add(stream, Buffer.from(text))
  await Promise.resolve()
  return passed
}

test.each<[what: string, pieces: readonly Piece[], passed: readonly Piece[]]>([
  ['a piece is passed on as it is', [['stdout', 'a']], [['stdout', 'a']]],
  [
    'pieces of one stream are joined',
    [
      ['stderr', 'a'],
      ['stderr', 'b'],
      ['stderr', 'c'],
    ],
    [['stderr', 'abc']],
  ],
  [
    'the two streams keep their order',
    [
      ['stdout', 'a'],
      ['stdout', 'b'],
      ['stderr', 'c'],
      ['stdout', 'd'],
    ],
    [
      ['stdout', 'ab'],
      ['stderr', 'c'],
      ['stdout', 'd'],
    ],
  ],
  [
    'what would be too large is passed on in parts',
    [
      ['stdout', large],
      ['stdout', large],
    ],
    [
      ['stdout', large],
      ['stdout', large],
    ],
  ],
])('%s', async (_what, pieces, passed) => {
  expect(await passedOn(pieces)).toEqual(passed)
})

test('what comes later is passed on later', async () => {
  const passed: string[] = []
  const burst = new Burst<Stream>((_stream, bytes) => passed.push(bytes.toString()))
  for (const text of ['a', 'b']) {
    burst.add('stdout', Buffer.from(text))
    await Promise.resolve()
  }
  expect(passed).toEqual(['a', 'b'])
})
