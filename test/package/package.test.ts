import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installLinked, makeProject, type Project } from './project.ts'
import { manifest, toolOf } from './repository.ts'
import { packInto, type Tarball } from './tarball.ts'
import { checkTypes, firstUses, resolutions, runIn, thisMachine } from './use.ts'

const execute = promisify(execFile)

let folder: string
let tarball: Tarball
let project: Project

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conc-tarball-'))
  tarball = packInto(folder)
  project = makeProject()
  await installLinked(tarball, project)
})

afterAll(() => {
  project.remove()
  rmSync(folder, { recursive: true })
})

describe('the package', () => {
  test('has the files that are needed, and no others', () => {
    const kinds = /^(dist\/(jobs|src\/(cli|parts|nodetest|nodetest\/sets))\/[\w-]+\.js|dist\/src\/(index|test)\.js)$/
    const declared = /^dist\/src\/(index|test)\.d\.ts$/
    const sent = /^dist\/src\/(agent|questions)\/node\/\w+\.sh$/
    const others = tarball.files.filter((file) => ![kinds, declared, sent].some((kind) => kind.test(file)))
    expect(others).toEqual(['LICENSE', 'README.md', 'package.json'])
  })

  test('is small', () => {
    expect(tarball.size).toBeLessThan(720_000)
    expect(tarball.files.length).toBeLessThan(200)
  })

  test.each([
    ['publint', ['--strict']],
    ['attw', ['--profile', 'esm-only', '--no-color', '--no-emoji']],
  ])('is clean for %s', async (tool, flags) => {
    await expect(execute(toolOf(tool), [tarball.path, ...flags])).resolves.toMatchObject({ stderr: '' })
  })
})

test('in an empty project, beside what it declares to need, it is initialised, checked, run and tested', {
  timeout: 120_000,
}, async () => {
  const said: string[] = []
  for (const words of firstUses) said.push(await runIn(project, thisMachine, ['node_modules/.bin/conc', ...words]))
  const [version, , checked, run] = said
  expect(version).toBe(manifest.version)
  expect(checked).toContain('nothing is wrong')
  expect(run).toContain('release is done on demo')
  for (const resolution of resolutions) await checkTypes(project, resolution)
})
