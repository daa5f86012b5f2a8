import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askSshConfig, type SshAnswers } from '../../src/transport/ssh-config.ts'
import { until } from '../fixtures/until.ts'

let folder: string
const path = process.env.PATH
const asked = () => readFileSync(join(folder, 'asked'), 'utf8').split('\n').filter(Boolean)

// An ssh that notes what it is asked, and refuses while there is a file `broken`.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conc-ssh-'))
  const notes = `for name; do :; done; echo "$name" >>${folder}/asked`
  writeFileSync(join(folder, 'ssh'), `#!/bin/sh\n${notes}\n[ ! -e ${folder}/broken ] || exit 255\necho user $name\n`)
  chmodSync(join(folder, 'ssh'), 0o755)
  process.env.PATH = [folder, path].join(delimiter)
})
afterAll(() => {
  process.env.PATH = path
  rmSync(folder, { recursive: true })
})

test('what ssh has said once it is not asked again', async () => {
  const known: SshAnswers = new Map()
  for (const names of [['web1', '192.0.2.1'], ['web2', '192.0.2.1'], ['web1']]) {
    expect((await askSshConfig(names, undefined, known)).get('user')).toEqual([names[0]])
  }
  expect(asked().sort()).toEqual(['192.0.2.1', 'localhost', 'web1', 'web2'])
})

test('where there is no ssh nothing is configured', async () => {
  process.env.PATH = join(folder, 'nothing')
  expect((await askSshConfig(['web1'], join(folder, 'config'))).size).toBe(0)
  process.env.PATH = [folder, path].join(delimiter)
})

test('what it could not say is asked anew', async () => {
  const known: SshAnswers = new Map()
  appendFileSync(join(folder, 'broken'), '')
  await expect(askSshConfig(['web3'], undefined, known)).rejects.toThrow("can't be read")
  // Both of its questions have failed.
  await until(() => known.size === 0)
  rmSync(join(folder, 'broken'))
  expect((await askSshConfig(['web3'], undefined, known)).get('user')).toEqual(['web3'])
})
