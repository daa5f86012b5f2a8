import { readFileSync } from 'node:fs'

/** `test.only`, `describe.concurrent.only`, `{ only: true }`. */
const mark = /\b(?:test|it|describe|suite)(?:\.\w+)*\.only\b|\bonly: *true\b/

/** The line of a test file in which an `.only` is written, from 1 on; undefined where there is none. */
export function onlyIn(path: string): number | undefined {
  const lines = readFileSync(path, 'utf8').split('\n')
  const at = lines.findIndex((line) => mark.test(line) && !/^\s*(\/\/|\*)/.test(line))
  return at < 0 ? undefined : at + 1
}
