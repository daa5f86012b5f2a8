import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Channel, Connection } from '../../src/transport/types.ts'
import { LostError } from '../../src/words/errors.ts'

/** A way to connect, and to lose the connection as when the other side dies. */
export interface Subject {
  connect(): Promise<Connection>
  kill(connection: Connection): Promise<void>
  stop(): Promise<void>
}

export interface Outcome {
  readonly stdout: Buffer
  readonly stderr: Buffer
}

/** Everything a stream gives until its end, however that comes. */
export async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of stream) chunks.push(chunk)
  } catch {
    // A cut stream: what came is what counts.
  }
  return Buffer.concat(chunks)
}

/** Reads both outputs and waits for the end of the channel. */
export async function outcomeOf(channel: Channel): Promise<Outcome> {
  const [stdout, stderr] = await Promise.all([bytesOf(channel.stdout), bytesOf(channel.stderr), channel.closed])
  return { stdout, stderr }
}

/** Runs a command without input. */
export async function runOn(connection: Connection, command: string): Promise<Outcome> {
  const channel = await connection.open(command)
  channel.stdin.end()
  return outcomeOf(channel)
}

/** What every transport has to keep. */
export function contract(name: string, start: () => Promise<Subject>): void {
  describe(name, () => {
    let subject: Subject
    let connection: Connection
    beforeAll(async () => {
      subject = await start()
      connection = await subject.connect()
    })
    afterAll(async () => {
      await connection?.close()
      await subject?.stop()
    })

    test('a megabyte of binary comes through each stream exactly and apart', async () => {
      const sent = Buffer.from(Array.from({ length: 1_048_576 }, (_, at) => (at * 31 + (at >> 8)) & 0xff))
      const channel = await connection.open(
        `f=$(mktemp); cat >"$f"; cat "$f" >&2; tr '\\000-\\377' '\\001-\\377\\000' <"$f"; rm "$f"`,
      )
      channel.stdin.end(sent)
      const { stdout, stderr } = await outcomeOf(channel)
      expect(stderr.equals(sent)).toBe(true)
      expect(stdout.equals(sent.map((byte) => (byte + 1) & 0xff))).toBe(true)
    })

    test('a last line without newline stays without', async () => {
      const { stdout, stderr } = await runOn(connection, 'printf out; printf err >&2')
      expect([stdout.toString(), stderr.toString()]).toEqual(['out', 'err'])
    })

    test('output goes on after the input has ended', async () => {
      const channel = await connection.open('cat; echo after')
      channel.stdin.end('before\n')
      expect((await outcomeOf(channel)).stdout.toString()).toBe('before\nafter\n')
    })

    test('a command that takes no input ends although more is sent', async () => {
      const channel = await connection.open('exit 0')
      channel.stdin.write(Buffer.alloc(4_194_304))
      await outcomeOf(channel)
      const error = await new Promise((resolve) => channel.stdin.write('more', resolve))
      expect(error).toBeInstanceOf(Error)
    })

    test('several channels are open at once and do not mix', async () => {
      const [one, two] = await Promise.all([connection.open('cat; echo one'), connection.open('cat; echo two')])
      two.stdin.end()
      expect((await outcomeOf(two)).stdout.toString()).toBe('two\n')
      one.stdin.end()
      expect((await outcomeOf(one)).stdout.toString()).toBe('one\n')
    })

    test('closed comes after all of the data', async () => {
      const channel = await connection.open('seq 1 100000')
      const read = { bytes: 0 }
      channel.stdout.on('data', (chunk: Buffer) => {
        read.bytes += chunk.length
      })
      channel.stderr.resume()
      await channel.closed
      expect(read.bytes).toBe(588_895)
    })

    test('a destroyed channel closes at once and the connection goes on', async () => {
      const channel = await connection.open('echo started; exec sleep 5')
      await once(channel.stdout, 'data')
      channel.destroy()
      await channel.closed
      expect((await runOn(connection, 'echo on')).stdout.toString()).toBe('on\n')
    })

    test('after close, open throws LostError and gone says why', async () => {
      const other = await subject.connect()
      await other.close()
      await expect(other.open('true')).rejects.toThrow(LostError)
      expect(await other.gone).toBe('closed')
    })

    test('when the other side dies, the channel closes, gone resolves and open throws LostError', async () => {
      const other = await subject.connect()
      const channel = await other.open('echo up; exec cat')
      const outcome = outcomeOf(channel)
      await subject.kill(other)
      expect(await other.gone).not.toBe('')
      await outcome
      await expect(other.open('true')).rejects.toThrow(LostError)
      await other.close()
    })
  })
}
