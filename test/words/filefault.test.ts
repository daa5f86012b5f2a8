import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { localHost } from '../../src/hosts/local.ts'
import { OpFailed } from '../../src/ops/types.ts'
import { fileFault } from '../../src/words/filefault.ts'

const folder = mkdtempSync(join(tmpdir(), 'conc-fault-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (path: string) => join(folder, path)
writeFileSync(at('file'), '')
mkdirSync(at('folder'))
symlinkSync('circle', at('circle'))

test.each([
  ['what is not there', () => readFileSync(at('none')), 'there is no such file or folder'],
  ['what lies in a file', () => readFileSync(at('file/in')), 'one of its folders is a file'],
  ['a folder', () => readFileSync(at('folder')), 'it is a folder'],
  ['a long name', () => writeFileSync(at('x'.repeat(300)), ''), 'its name is too long'],
  ['a circle of links', () => readFileSync(at('circle')), 'its links lead in a circle'],
  ['a full disk', () => writeFileSync('/dev/full', 'x'), 'the disk is full'],
])('%s is told in words', (_, act, told) => {
  let fault = ''
  try {
    act()
  } catch (cause) {
    fault = fileFault(cause)
  }
  expect(fault).toBe(told)
})

test.each([
  [
    'the right',
    Object.assign(new Error('EACCES: x'), { code: 'EACCES', syscall: 'open' }),
    'you have not the right to',
  ],
  ['an error of no file', Object.assign(new Error('no route'), { code: 'ENOENT' }), 'no route'],
  ['a code nobody knows', Object.assign(new Error('EODD: x'), { code: 'EODD', syscall: 'open' }), 'EODD: x'],
  ['no error at all', 'said', 'said'],
])('%s is what it is', (_, cause, told) => {
  expect(fileFault(cause)).toBe(told)
})

test('an op that reads what can not be read on the workstation has failed, and names it', async () => {
  const read = async () => {
    for await (const _ of localHost(folder).read('folder'));
  }
  await expect(read()).rejects.toThrow(
    new OpFailed("folder: it can't be read: it is a folder. Mend or replace it, or leave it out."),
  )
})
