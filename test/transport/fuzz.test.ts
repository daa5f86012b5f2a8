import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { knownHostLine, lookUp, lookUpNames, parseKnownHosts } from '../../src/transport/known-hosts.ts'

const seed = 20261120

/** A public key blob of ssh-ed25519 (RFC 8709) that begins with this byte. */
function keyOf(first: number): Buffer {
  const part = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
  return Buffer.concat([part(Buffer.from('ssh-ed25519')), part(Buffer.alloc(32, first))])
}

const keys = [1, 2, 3].map(keyOf)
const word = fc.oneof(
  fc.constantFrom(
    '@revoked',
    '@cert-authority',
    '@',
    '|1|',
    '|1|a|b',
    '*',
    '!web1',
    'web1,',
    '[web1]:22',
    'ssh-ed25519',
    'ssh-rsa',
    '#',
    '',
  ),
  fc.constantFrom(...keys).map((key) => key.toString('base64')),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const text = fc
  .array(
    fc.array(word, { maxLength: 5 }).map((words) => words.join(' ')),
    { maxLength: 6 },
  )
  .map((lines) => lines.join('\n'))

test('10,000 texts are read and looked up in without a throw: each line is an entry, garbage, or neither', () => {
  fc.assert(
    fc.property(text, fc.constantFrom('web1', '192.0.2.1', 'a*b', ''), (lines, host) => {
      const { entries, garbage } = parseKnownHosts(lines, 'known')
      const numbers = [...entries, ...garbage].map(({ line }) => line)
      expect(new Set(numbers).size).toBe(numbers.length)
      for (const line of numbers) expect(line).toBeLessThanOrEqual(lines.split('\n').length)
      expect(['known', 'revoked', 'changed', 'unknown']).toContain(
        lookUp(entries, lookUpNames(host, 22), keyOf(1)).kind,
      )
    }),
    { numRuns: 10_000, seed },
  )
})

test('10,000 texts with a byte changed are read without a throw, and no other key becomes a known one', () => {
  const whole = Buffer.from(keys.map((key, n) => `${knownHostLine(`web${n}`, key, Buffer.alloc(20, n))}\n`).join(''))
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(2), (at, byte, n) => {
      const changed = Buffer.from(whole)
      changed[at] = byte
      const { entries } = parseKnownHosts(changed.toString('utf8'), 'known')
      expect(lookUp(entries, [`web${n}`], keyOf(200)).kind).not.toBe('known')
    }),
    { numRuns: 10_000, seed },
  )
})

interface Row {
  readonly host: string
  readonly key: number
  readonly marker: '' | '@revoked ' | '@cert-authority '
  readonly hashed: boolean
}

const row: fc.Arbitrary<Row> = fc.record({
  host: fc.constantFrom('web1', 'web2', '[web1]:2222', 'WEB1'),
  key: fc.nat(2),
  marker: fc.constantFrom<Row['marker']>('', '', '', '@revoked ', '@cert-authority '),
  hashed: fc.boolean(),
})

function written({ host, key, marker, hashed }: Row): string {
  const salt = Buffer.alloc(20, 7)
  const name = host.toLowerCase()
  const hash = createHmac('sha1', salt).update(name).digest('base64')
  const field = hashed ? `|1|${salt.toString('base64')}|${hash}` : host
  return `${marker}${field} ssh-ed25519 ${keys[key]?.toString('base64')}\n`
}

/** What sshd(8) says of one name: a revoked key is refused, a listed one known, another one changed. */
function judged(rows: readonly Row[], name: string, key: number): string {
  const named = rows.filter(({ host }) => host.toLowerCase() === name)
  const same = named.filter((each) => each.key === key)
  if (same.some(({ marker }) => marker === '@revoked ')) return 'revoked'
  if (same.some(({ marker }) => marker === '')) return 'known'
  return named.some(({ marker }) => marker === '') ? 'changed' : 'unknown'
}

test('10,000 files are judged as the simple model does', () => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 6 }),
      fc.constantFrom('web1', 'web2'),
      fc.constantFrom(22, 2222),
      fc.nat(2),
      (rows, host, port, key) => {
        const { entries, garbage } = parseKnownHosts(rows.map(written).join(''), 'known')
        expect([entries.length, garbage]).toEqual([rows.length, []])
        const [best = '', ...others] = lookUpNames(host, port)
        const first = judged(rows, best, key)
        // The name without its port may confirm or refuse a key, never call it changed.
        const further = others
          .map((name) => judged(rows, name, key))
          .find((kind) => kind === 'known' || kind === 'revoked')
        expect(lookUp(entries, [best, ...others], keys[key] ?? Buffer.alloc(0)).kind).toBe(
          first === 'unknown' ? (further ?? first) : first,
        )
      },
    ),
    { numRuns: 10_000, seed },
  )
})
