import { escape as queryEscape } from 'node:querystring'
import { describe, expect, test } from 'vitest'
import { formsOf } from '../../src/secrets/forms.ts'

const value = "p&ss wörd/~('<2>')*\"\\?"
const pem = '-----BEGIN KEY-----\nMIIB+/aa bb\n\nshort\n-----END KEY-----'
const form = new URLSearchParams({ a: value }).toString().slice(2)
const lower = (text: string) => text.replace(/%../g, (code) => code.toLowerCase())

describe('looked for is', () => {
  test.each<[what: string, value: string, form: string]>([
    ['the value', value, value],
    ['its base64', value, Buffer.from(value).toString('base64')],
    ['its base64 for URLs', value, Buffer.from(value).toString('base64url')],
    ['base64 with padding', 'hunter2', 'aHVudGVyMg=='],
    ['base64 without padding', 'hunter2', 'aHVudGVyMg'],
    ['base64 for URLs with padding', '>>>???>>', 'Pj4-Pz8_Pj4='],
    ['encodeURIComponent', value, encodeURIComponent(value)],
    ['encodeURIComponent in small letters', value, lower(encodeURIComponent(value))],
    ['what node:querystring writes', value, queryEscape(value)],
    ['a form’s value', value, form],
    ['a form’s value in small letters', value, lower(form)],
    ['a path by Python', value, 'p%26ss%20w%C3%B6rd/~%28%27%3C2%3E%27%29%2A%22%5C%3F'],
    ['RFC 3986', value, 'p%26ss%20w%C3%B6rd%2F~%28%27%3C2%3E%27%29%2A%22%5C%3F'],
    ['every byte but letters and digits', 'a-b_c.~', 'a%2Db%5Fc%2E%7E'],
    ['the same in small letters', 'a-b_c.~', 'a%2db%5fc%2e%7e'],
    ['+ for a blank', 'horse battery', 'horse+battery'],
    ['JSON', value, JSON.stringify(value).slice(1, -1)],
    ['JSON in ASCII', 'größe 💡', 'gr\\u00f6\\u00dfe \\ud83d\\udca1'],
    ['JSON for HTML', 'a<b>&c', 'a\\u003cb\\u003e\\u0026c'],
    ['JSON with its slashes escaped', 'a/b/cö', 'a\\/b\\/c\\u00f6'],
    ['JSON of lines', pem, pem.replaceAll('\n', '\\n')],
    ['lines as Windows has them', pem, pem.replaceAll('\n', '\r\n')],
    ['lines as Unix has them', pem.replaceAll('\n', '\r\n'), pem],
    ['the first line', pem, '-----BEGIN KEY-----'],
    ['a line between', pem, 'MIIB+/aa bb'],
    ['a line of a text of Windows', pem.replaceAll('\n', '\r\n'), 'MIIB+/aa bb'],
  ])('%s', (_, from, expected) => {
    expect([...formsOf(from)]).toContain(expected)
  })

  test.each([
    ['a short line', pem, 'short'],
    ['an empty line', pem, ''],
    ['what is shorter than four characters', '\r\n\r\n', '\n\n'],
    ['a short part of a longer base64 text', 'hunter', 'h1bnRlc'],
  ])('but not %s', (_, from, not) => {
    expect([...formsOf(from)]).not.toContain(not)
  })

  test('each form once, and nothing else', () => {
    const base64 = ['bGV0dGVycw==', 'bGV0dGVycw', 'bGV0dGVyc', 'xldHRlcn', 'sZXR0ZXJz']
    expect([...formsOf('letters')]).toEqual(['letters', ...base64])
  })
})

describe('in a longer base64 text', () => {
  const from = Buffer.from('hunter2!?')
  test.each([0, 1, 2, 3, 4, 5])('it is found after %i bytes, whatever stands around it', (before) => {
    const texts = [0x00, 0x5a, 0xff].map((byte) =>
      Buffer.concat([Buffer.alloc(before, byte), from, Buffer.alloc(2, byte)]),
    )
    const found = [...formsOf(from.toString())].filter((each) =>
      texts.every((text) => text.toString('base64').includes(each)),
    )
    expect(found.length).toBeGreaterThan(0)
  })
})
