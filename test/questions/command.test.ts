import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { command } from '../../src/questions/command.ts'
import { Absent } from '../../src/questions/types.ts'
import { dash, shells } from '../fixtures/agent.ts'
import { askUnder } from '../fixtures/asking.ts'
import { hiding, openShells } from './hidden.ts'

const folder = mkdtempSync(join(tmpdir(), 'conc-command-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
for (const name of ['-run', 'a b', 'both']) {
  writeFileSync(join(folder, name), '#!/bin/sh\n')
  chmodSync(join(folder, name), 0o755)
}
writeFileSync(join(folder, 'plain'), '')
mkdirSync(join(folder, 'folder'))

describe.each(shells)('under $name', (shell) => {
  const about = (name: string) => command(askUnder({ ...shell, path: `${folder}:${shell.path}` }), name, 'web1')

  test('a program has a path', async () => {
    expect(await about('a b').path()).toBe(join(folder, 'a b'))
    expect(await about('sed').path()).toMatch(/\/sed$/)
  })

  test('what only the shell knows is none', async () => {
    expect(await about('cd').exists()).toBe(false)
    expect(await about('q_command').exists()).toBe(false)
  })
})

test.each([
  ['-run', true],
  [join(folder, 'both'), true],
  ['plain', false],
  ['folder', false],
  ['', false],
  ['*', false],
  ['/nowhere/x', false],
])('%j exists: %s', async (name, expected) => {
  const it = command(askUnder({ ...dash, path: `${folder}:${dash.path}` }), name, 'web1')
  expect(await it.exists()).toBe(expected)
  if (!expected) await expect(it.path()).rejects.toThrow(Absent)
})

describe.each(openShells)('where a folder may not be searched, under $name', (shell) => {
  const hidden = hiding(shell, '/srv/hid')
  const about = (name: string) => command(askUnder({ ...hidden, path: `${shell.path}:/srv/hid` }), name, 'web1')

  test.each(['/srv/hid/prog', 'nosuchprog'])('%s may be there', async (name) => {
    await expect(about(name).exists()).rejects.toThrow('permission denied; ask with node.sudo()')
  })

  test('what is elsewhere is found, and what can not be is none', async () => {
    expect(await about('sed').exists()).toBe(true)
    expect(await about('/srv/nosuchprog').exists()).toBe(false)
  })
})
