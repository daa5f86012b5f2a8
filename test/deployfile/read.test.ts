import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { largestFile, readDeployFile } from '../../src/deployfile/read.ts'
import { UsageError } from '../../src/words/errors.ts'
import { fileOf } from './samples.ts'

const folder = mkdtempSync(join(tmpdir(), 'conc-read-'))
afterAll(() => rmSync(folder, { recursive: true }))

function written(content: string | Uint8Array): string {
  const path = join(folder, 'deploy.ini')
  writeFileSync(path, content)
  return path
}

test('a deploy file is read, with its folder', async () => {
  const { deployFile } = await readDeployFile(written(`\uFEFF${fileOf('ü = x')}`.replace('ü', 'u')))
  expect(deployFile).toMatchObject({ path: join(folder, 'deploy.ini'), folder })
  expect(deployFile?.defaults.get('u')?.value).toBe('x')
})

test('--set reaches the checks', async () => {
  const path = written(fileOf('v = ${build}', '[node:a]', 'sshd.ip = x'))
  expect((await readDeployFile(path)).problems).toHaveLength(1)
  expect((await readDeployFile(path, new Map([['build', '7']]))).problems).toEqual([])
})

test('the largest file is still read', async () => {
  const start = fileOf()
  const { deployFile } = await readDeployFile(written(`${start}${';\n'.repeat((largestFile - start.length) >> 1)}`))
  expect(deployFile?.defaults.size).toBe(2)
})

describe('what is refused', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['an empty file', '', ': is empty. It needs at least [deploy], a [node:NAME] and a [job:NAME].'],
    ['white space', '\uFEFF \n\n', ': is empty. It needs at least [deploy], a [node:NAME] and a [job:NAME].'],
    ['Latin-1', Buffer.from('[deploy]\napp = caf\xe9\n', 'latin1'), ':2: is not UTF-8. Save the file as UTF-8.'],
    [
      'UTF-16',
      Buffer.from('\uFEFF[deploy]', 'utf16le'),
      ': holds NUL bytes, so it is no text in UTF-8. Save it as UTF-8.',
    ],
    [
      'over 8 MiB',
      Buffer.alloc(largestFile + 1, ';'),
      ': is larger than 8 MiB. A deploy file is data: keep files beside it.',
    ],
  ])('%s', async (_, content, message) => {
    const path = written(content)
    await expect(readDeployFile(path)).rejects.toThrow(new UsageError(`${path}${message}`))
  })

  test('no such file', async () => {
    const path = join(folder, 'nope.ini')
    await expect(readDeployFile(path)).rejects.toThrow(
      new UsageError(`${path}: there is no such file. Write one, or name yours with -f.`),
    )
  })

  test('a directory', async () => {
    await expect(readDeployFile(folder)).rejects.toThrow(
      new UsageError(`${folder}: is a directory. Name the file in it with -f.`),
    )
  })

  test('a path through a file', async () => {
    const path = join(written(fileOf()), 'x')
    await expect(readDeployFile(path)).rejects.toThrow(
      /: can't be read: one of its folders is a file\. Name another file with -f\.$/,
    )
  })
})
