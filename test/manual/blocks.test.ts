import { expect, test } from 'vitest'
import { blocksIn } from './pages.ts'

/** Those that a test reads, and those that are only shown. */
const languages = ['console', 'cron', 'ini', 'json', 'sh', 'systemd', 'text', 'ts', 'yaml']

test('each block says in which language it is', () => {
  const others = blocksIn().filter(({ language }) => !languages.includes(language))
  expect(others.map(({ page, line, language }) => `${page}:${line}: ${language}`)).toEqual([])
})

test.each(blocksIn('json'))('each line at $page:$line is an object', ({ lines }) => {
  for (const line of lines) expect(JSON.parse(line)).toBeTypeOf('object')
})
