import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formsOf } from '../../src/secrets/forms.ts'
import { Redactor, redactText, tooShort } from '../../src/secrets/redact.ts'
import { Secret } from '../../src/secrets/secret.ts'

const pw = new Secret('pw', 'hunter2 & co')
const key = new Secret('key', 'first line\nsecond line\nend')

describe('a text', () => {
  test.each<[what: string, secrets: readonly Secret[], text: string, shown: string]>([
    ['without a secret', [pw, key], 'migrated 12 rows\n', 'migrated 12 rows\n'],
    ['with one', [pw], 'login hunter2 & co failed', 'login [secret pw] failed'],
    ['that is one', [pw], 'hunter2 & co', '[secret pw]'],
    ['with one twice', [pw], 'hunter2 & cohunter2 & co!', '[secret pw][secret pw]!'],
    ['with almost one', [pw], 'hunter2 & c hunter2 & o', 'hunter2 & c hunter2 & o'],
    ['with one in a URL', [pw], 'db://ops:hunter2%20%26%20co@db/', 'db://ops:[secret pw]@db/'],
    ['with one in a form', [pw], 'pw=hunter2+%26+co&a=1', 'pw=[secret pw]&a=1'],
    ['with its base64', [pw], 'kind: aHVudGVyMiAmIGNv\n', 'kind: [secret pw]\n'],
    ['with base64 of a user and it', [pw], `Basic ${btoa('me:hunter2 & co')}`, 'Basic bWU6[secret pw]'],
    ['with several lines', [key], 'k: first line\nsecond line\nend.', 'k: [secret key].'],
    [
      'with several lines, indented',
      [key],
      '  first line\n  second line\n  end',
      '  [secret key]\n  [secret key]\n  end',
    ],
    ['with several lines on a terminal', [key], 'first line\r\nsecond line\r\nend\r\n', '[secret key]\r\n'],
    ['with several lines in JSON', [key], '{"k":"first line\\nsecond line\\nend"}', '{"k":"[secret key]"}'],
    ['with two', [pw, key], 'second line, hunter2 & co', '[secret key], [secret pw]'],
    [
      'with one in another',
      [new Secret('in', 'abcd'), new Secret('out', 'xabcdx')],
      'abcd xabcdx',
      '[secret in] [secret out]',
    ],
    [
      'with one at the start of another',
      [new Secret('a', 'abcd'), new Secret('b', 'abcdef')],
      'abcde abcdef',
      '[secret a]e [secret b]',
    ],
    ['with two that overlap', [new Secret('a', 'abcdef'), new Secret('b', 'defghi')], 'abcdefghi', '[secret a]ghi'],
    ['with one that overlaps itself', [new Secret('a', 'abab')], 'ababab', '[secret a]ab'],
    ['with two of the same value', [new Secret('a', 'same'), new Secret('b', 'same')], 'same', '[secret a]'],
    ['with a value of other scripts', [new Secret('a', 'größe')], 'die größe!', 'die [secret a]!'],
    ['with a value too short to hide', [new Secret('pin', '123'), pw], '123 hunter2 & co', '123 [secret pw]'],
    ['with a long value', [new Secret('a', 'xy'.repeat(5000))], `${'xy'.repeat(5001)}`, '[secret a]xy'],
    ['with half a character, but no secret', [pw], '\ud800', '\ud800'],
    ['without any secrets', [], 'hunter2', 'hunter2'],
  ])('%s', (_, secrets, text, shown) => {
    expect(redactText(text, secrets)).toBe(shown)
  })
})

test.each([
  ['', true],
  ['123', true],
  ['😀😀😀', true],
  ['1234', false],
  ['öööö', false],
  ['😀😀😀😀', false],
])('that %j is too short is %s', (value, short) => {
  expect(tooShort(new Secret('pin', value))).toBe(short)
})

describe('a stream', () => {
  const pushed = (redactor: Redactor, ...chunks: string[]) =>
    chunks.map((chunk) => `${redactor.push(Buffer.from(chunk))}`)

  test('is passed on at once, save for what could begin a secret', () => {
    const redactor = new Redactor([pw])
    expect(pushed(redactor, 'Name: ', 'hunt', 'ed hunter2', ' ', '& co!')).toEqual([
      'Name: ',
      '',
      'hunted ',
      '',
      '[secret pw]!',
    ])
    expect([redactor.held, `${redactor.end()}`]).toEqual([0, ''])
  })

  test('that ends in the beginning of a secret gives it at the end', () => {
    const redactor = new Redactor([pw])
    expect([...pushed(redactor, 'hunter2 '), redactor.held, `${redactor.end()}`]).toEqual(['', 8, 'hunter2 '])
  })

  test('waits where a longer secret may follow, and takes the shorter when it does not', () => {
    const secrets = [new Secret('a', 'abcd'), new Secret('b', 'abcdef')]
    const longer = new Redactor(secrets)
    expect([...pushed(longer, 'abcd', 'ef'), `${longer.end()}`]).toEqual(['', '[secret b]', ''])
    const shorter = new Redactor(secrets)
    expect([...pushed(shorter, 'abcd', 'e!'), `${shorter.end()}`]).toEqual(['', '[secret a]e!', ''])
    const cut = new Redactor(secrets)
    expect([...pushed(cut, 'abcde'), `${cut.end()}`]).toEqual(['', '[secret a]e'])
  })

  test('is handed on untouched where there are no secrets to hide', () => {
    const redactor = new Redactor([new Secret('pin', '123')])
    const chunk = Buffer.from('123')
    expect(redactor.push(chunk)).toBe(chunk)
    expect(redactor.end()).toEqual(Buffer.alloc(0))
  })

  test('may use the same memory for each chunk', () => {
    const redactor = new Redactor([pw])
    const chunk = Buffer.from('hunter')
    redactor.push(chunk)
    chunk.fill('x')
    expect(`${redactor.push(Buffer.from('2 & co'))}`).toBe('[secret pw]')
  })
})

// Few characters, none of `[secret 0]` but the blank: so values and texts are alike, and a mark is no part of a value.
const values = fc
  .array(fc.string({ unit: fc.constantFrom(...'aab1é/& "\n'), minLength: 4, maxLength: 12 }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((all) => all.map((value, index) => new Secret(`${index}`, value)))

const scenes = values.chain((secrets) => {
  const forms = secrets.flatMap((secret) => [...formsOf(secret.reveal())])
  const form = fc.constantFrom(...forms).map((text) => Buffer.from(text))
  const cut = fc.tuple(form, fc.nat(20)).map(([bytes, size]) => bytes.subarray(0, size))
  const noise = fc.string({ unit: fc.constantFrom(...'ab1é/& "\n%='), maxLength: 8 }).map((text) => Buffer.from(text))
  const binary = fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes))
  const pieces = fc.array(fc.oneof(form, cut, noise, binary), { maxLength: 12 })
  return fc.record({ secrets: fc.constant(secrets), text: pieces.map(Buffer.concat), sizes: fc.array(fc.nat(9)) })
})

interface Scene {
  readonly secrets: readonly Secret[]
  readonly text: Buffer
  readonly sizes: readonly number[]
}

/** The text in chunks of these sizes, the last taking the rest. */
function chunksOf({ text, sizes }: Scene): Buffer[] {
  const chunks: Buffer[] = []
  let from = 0
  for (const size of sizes) {
    chunks.push(text.subarray(from, from + size))
    from += size
  }
  return [...chunks, text.subarray(from)]
}

/** The forms as one character a byte, with their marks, the longest first. */
function patternsOf(secrets: readonly Secret[]): [form: string, mark: string][] {
  const all = secrets.flatMap((secret) =>
    [...formsOf(secret.reveal())].map((form): [string, string] => [bytes(form), `${secret}`]),
  )
  return all.sort(([a], [b]) => b.length - a.length)
}

function bytes(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** The same as a redactor does, byte by byte. */
function slowly({ secrets, text }: Scene): string {
  const patterns = patternsOf(secrets)
  const from = text.toString('latin1')
  let shown = ''
  for (let at = 0; at < from.length; ) {
    const [form, mark] = patterns.find(([each]) => from.startsWith(each, at)) ?? []
    shown += mark ?? from[at]
    at += form?.length ?? 1
  }
  return shown
}

const runs = { numRuns: 1000 }

describe('whatever the text and the secrets are', () => {
  test('the earliest and longest forms are hidden and every other byte is kept, however the text is cut', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const cut = new Redactor(scene.secrets)
        const whole = new Redactor(scene.secrets)
        const parts = chunksOf(scene).map((chunk) => cut.push(chunk))
        const shown = Buffer.concat([...parts, cut.end()]).toString('latin1')
        expect(shown).toBe(slowly(scene))
        expect(shown).toBe(Buffer.concat([whole.push(scene.text), whole.end()]).toString('latin1'))
      }),
      runs,
    )
  })

  test('no form of a secret is left', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const redactor = new Redactor(scene.secrets)
        const parts = chunksOf(scene).map((chunk) => redactor.push(chunk))
        const shown = Buffer.concat([...parts, redactor.end()]).toString('latin1')
        expect(patternsOf(scene.secrets).filter(([form]) => shown.includes(form))).toEqual([])
      }),
      runs,
    )
  })

  test('what is held back is the beginning of a form, and no whole one', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const redactor = new Redactor(scene.secrets)
        const forms = patternsOf(scene.secrets).map(([form]) => form)
        let soFar = ''
        for (const chunk of chunksOf(scene)) {
          soFar += chunk.toString('latin1')
          redactor.push(chunk)
          const held = soFar.slice(soFar.length - redactor.held)
          expect(forms.some((form) => form.length > held.length && form.startsWith(held))).toBe(true)
        }
      }),
      runs,
    )
  })

  test('text that has nothing of them passes as it is', () => {
    const bytes = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 9 })
    fc.assert(
      fc.property(bytes, (chunks) => {
        const redactor = new Redactor([pw, key])
        const parts = chunks.map((chunk) => redactor.push(Buffer.from(chunk)))
        expect(Buffer.concat([...parts, redactor.end()])).toEqual(Buffer.concat(chunks))
      }),
    )
  })
})
