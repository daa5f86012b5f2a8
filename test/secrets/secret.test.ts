import { Console } from 'node:console'
import { PassThrough } from 'node:stream'
import { format, inspect } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { expect, test } from 'vitest'
import { Secret } from '../../src/secrets/secret.ts'

const value = 'hunter2 & co'
const label = '[secret pw]'
const secret = new Secret('pw', value)

test('a secret says its name, and its value when it is asked to reveal it', () => {
  expect([secret.name, secret.reveal()]).toEqual(['pw', value])
})

test.each<[what: string, shown: string, expected: string]>([
  ['String', String(secret), label],
  ['a template string', `${secret}`, label],
  ['a sum', ['', secret].join(''), label],
  ['JSON', JSON.stringify(secret), `"${label}"`],
  ['JSON around it', JSON.stringify({ env: [secret] }), `{"env":["${label}"]}`],
  ['inspect', inspect(secret), label],
  ['inspect around it', inspect({ env: new Map([['pw', secret]]) }), `{ env: Map(1) { 'pw' => ${label} } }`],
  ['inspect with all that is hidden', inspect(secret, { showHidden: true, getters: true, depth: null }), label],
  ['inspect without its own say', inspect(secret, { customInspect: false, showHidden: true }), "Secret { name: 'pw' }"],
  ['a format', format('%s %o %O %j', secret, secret, secret, secret), `${label} ${label} ${label} "${label}"`],
  ['the message of an error', new Error(`no: ${secret}`).message, `no: ${label}`],
  [
    'the cause of an error',
    inspect(new Error('no', { cause: secret }))
      .split('\n')
      .at(-2) ?? '',
    `  [cause]: ${label}`,
  ],
  ['a buffer', Buffer.from(`${secret}`).toString(), label],
  ['its keys', Object.keys(secret).join(), 'name'],
  ['all its own keys', Reflect.ownKeys(secret).join(), 'name'],
  ['a spread', JSON.stringify({ ...secret }), '{"name":"pw"}'],
  ['a structured clone', inspect(structuredClone(secret), { showHidden: true }), "{ name: 'pw' }"],
  ['what is sent to a worker', inspect(deserialize(serialize(secret)), { showHidden: true }), "{ name: 'pw' }"],
  ['the console', onConsole(secret), `${label} { a: ${label} }\n`],
])('%s does not show it', (_, shown, expected) => {
  expect(shown).toBe(expected)
})

function onConsole(what: unknown): string {
  const stdout = new PassThrough()
  new Console({ stdout }).log(what, { a: what })
  return String(stdout.read())
}
