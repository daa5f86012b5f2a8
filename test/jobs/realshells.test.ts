import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Given, planned } from './plans.ts'
import { makeShells, type } from './shells.ts'

const { shells, remove } = makeShells()
afterAll(remove)

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'conc home '))
  mkdirSync(join(home, '.conc/shop/payload'), { recursive: true })
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const payload = (name: string) => join('.conc/shop/payload', name)

function put(path: string, text = path): void {
  mkdirSync(dirname(join(home, path)), { recursive: true })
  writeFileSync(join(home, path), text)
}

/** Packs `shop/bin/run` with the text. */
function archive(name: string, text = 'new', flag = '-czf'): void {
  put('source/shop/bin/run', text)
  execFileSync('tar', [flag, join(home, payload(name)), '-C', join(home, 'source'), 'shop'])
}

describe.each(shells)('in $name', (shell) => {
  const does = async (line: string, given: Given = {}) => type(shell, home, (await planned(line, given)).command)

  describe('untar', () => {
    test.each([
      ['shop.tgz', '-czf'],
      ['shop.tar.gz', '-czf'],
      ['shop.tar.xz', '-cJf'],
      ['shop.tar', '-cf'],
      ['shop-without-ending', '-cf'],
      ['-shop it’s.tgz', '-czf'],
    ])('unpacks %s', async (name, flag) => {
      archive(name, 'new', flag)
      expect(await does(`remote untar -- "${name}"`)).toMatchObject({ exit: 0, stderr: '' })
      expect(readFileSync(join(home, 'shop/bin/run'), 'utf8')).toBe('new')
    })

    test('makes the folder, leaves leading folders away, and can be repeated', async () => {
      archive('shop-1.4.2.tgz')
      const line = 'remote untar ${app}-*.tgz --into "releases/the ${release}" --strip 1'
      for (const text of ['first', 'second']) {
        archive('shop-1.4.2.tgz', text)
        expect(await does(line)).toMatchObject({ exit: 0, stderr: '' })
        expect(readFileSync(join(home, 'releases/the 1.4.2/bin/run'), 'utf8')).toBe(text)
      }
    })

    test.each(['-into', '$(touch pwned)', '--help'])('into %s means a folder of that name', async (into) => {
      archive('shop.tgz')
      expect(await does("remote untar shop.tgz --into='${into}'", { attributes: [`into = ${into}`] })).toMatchObject({
        exit: 0,
      })
      expect(readdirSync(join(home, into))).toEqual(['shop'])
      expect(existsSync(join(home, 'pwned'))).toBe(false)
    })

    test.each([
      ['none', [], /shop-\*\.tgz'?: (Cannot open: )?No such file/],
      ['several', ['shop-1.tgz', 'shop-2.tgz'], /^several files match: \S+shop-1\.tgz \S+shop-2\.tgz\n$/],
    ])('refuses when %s match, and unpacks nothing', async (_, names, told) => {
      for (const name of names) archive(name)
      const { exit, stderr } = await does('remote untar shop-*.tgz --into releases')
      expect(exit).not.toBe(0)
      expect(stderr).toMatch(told)
      expect(existsSync(join(home, 'releases'))).toBe(false)
    })

    test('fails when the archive is torn', async () => {
      put(payload('shop.tgz'), 'no archive')
      expect((await does('remote untar shop.tgz')).exit).not.toBe(0)
    })

    test('finds the payload of the workstation in its home, wherever the step starts', async () => {
      archive('shop.tgz')
      mkdirSync(join(home, 'deploy'))
      const { command } = await planned('local untar *.tgz')
      expect(type(shell, home, `cd deploy && ${command}`)).toMatchObject({ exit: 0, stderr: '' })
      expect(existsSync(join(home, 'deploy/shop/bin/run'))).toBe(true)
    })
  })

  describe('checksum', () => {
    const sum = (text: string) => createHash('sha256').update(text).digest('hex')

    test('agrees with a list, and with a sum, as often as it is asked', async () => {
      put(payload('a b.tgz'), 'text')
      put(payload('SHA256SUMS'), `${sum('text')}  a b.tgz\n`)
      for (const line of [
        '--sums SHA256SUMS',
        '--sums SHA256SUMS',
        `"a b.tgz" --sha256 ${sum('text').toUpperCase()}`,
      ]) {
        expect((await does(`remote checksum ${line}`)).exit).toBe(0)
      }
    })

    test.each([
      ['another sum', `a --sha256 ${sum('other')}`],
      ['a file that is not there', `b --sha256 ${sum('text')}`],
      ['a list with another sum', '--sums WRONG'],
      ['a list with a file that is not there', '--sums MISSING'],
      ['a list that is empty', '--sums EMPTY'],
      ['a list that is not there', '--sums NOWHERE'],
    ])('refuses %s', async (_, words) => {
      put(payload('a'), 'text')
      put(payload('WRONG'), `${sum('other')}  a\n`)
      put(payload('MISSING'), `${sum('text')}  a\n${sum('text')}  b\n`)
      put(payload('EMPTY'), '')
      expect((await does(`remote checksum ${words}`)).exit).not.toBe(0)
    })

    test('works on the workstation', async () => {
      put(payload('a'), 'text')
      expect((await does(`local checksum a --sha256 ${sum('text')}`)).exit).toBe(0)
    })
  })

  describe('link', () => {
    test.each([
      ['releases/1.4.2 current', 'current', 'releases/1.4.2'],
      ['releases/1.4.2 apps/shop/current', 'apps/shop/current', '../../releases/1.4.2'],
      ['releases/1.4.2 releases/current', 'releases/current', '1.4.2'],
      ['"releases/my release" "the current"', 'the current', 'releases/my release'],
      ['releases/1.4.2 -- -current', '-current', 'releases/1.4.2'],
      ['-- -dash current', 'current', './-dash'],
    ])('%s', async (words, name, text) => {
      for (const path of ['releases/1.4.2/x', 'releases/my release/x', '-dash/x', 'apps/shop/x']) put(path)
      for (const _ of ['once', 'again']) {
        expect(await does(`remote link ${words}`)).toMatchObject({ exit: 0, stderr: '' })
        expect(readlinkSync(join(home, name))).toBe(text)
        expect(existsSync(join(home, name, 'x'))).toBe(true)
        expect(readdirSync(dirname(join(home, name))).filter((each) => each.endsWith('.new'))).toEqual([])
      }
    })

    test('replaces a link to a folder, also one that dangles, and says where it pointed and points', async () => {
      put('releases/new/x')
      put('releases/old/x')
      for (const [old, told] of [
        ['releases/old', 'releases/old\nreleases/new\n'],
        ['releases/gone', 'releases/new\n'],
      ] as const) {
        rmSync(join(home, 'current'), { force: true })
        symlinkSync(old, join(home, 'current'))
        expect(await does('remote link releases/new current')).toMatchObject({ exit: 0, stdout: told })
        expect(readlinkSync(join(home, 'current'))).toBe('releases/new')
      }
    })

    test('an absolute target stays absolute', async () => {
      put('releases/new/x')
      expect((await does(`remote link '${home}/releases/new' apps`)).exit).toBe(0)
      expect(readlinkSync(join(home, 'apps'))).toBe(join(home, 'releases/new'))
    })

    test('refuses a real folder, a real file and a target that is not there', async () => {
      put('releases/new/x')
      put('folder/x')
      put('file')
      for (const name of ['folder', 'file']) {
        const { exit, stderr } = await does(`remote link releases/new ${name}`)
        expect(exit).toBe(1)
        expect(stderr).toBe(`${name} is no symbolic link\n`)
      }
      expect((await does('remote link releases/none current')).exit).not.toBe(0)
      expect(readdirSync(home).sort()).toEqual(['.conc', 'file', 'folder', 'releases'])
      expect(lstatSync(join(home, 'file')).isFile()).toBe(true)
    })

    test('refuses a target that the link would not see, as its folder is itself a link', async () => {
      put('releases/new/x')
      put('elsewhere/deep/x')
      symlinkSync('elsewhere/deep', join(home, 'apps'))
      expect((await does('remote link releases/new apps/current')).exit).not.toBe(0)
    })
  })

  test.each([
    ['remote untar "${evil}"'],
    ['remote untar shop.tgz --into "${evil}"'],
    ["remote untar shop.tgz --strip '$${x}; touch pwned'"],
    ['remote checksum --sums "${evil}"'],
    [`remote checksum "\${evil}" --sha256 ${'0'.repeat(64)}`],
    ['remote link shop "${evil}"'],
    ['remote link "${evil}" current'],
  ])('no value is code in %s', async (line) => {
    archive('shop.tgz')
    put('shop')
    const evil = `x'; touch pwned; ' "$(touch pwned)" && touch pwned`
    const { stderr } = await does(line, { attributes: [`evil = ${evil}`] })
    expect(stderr).not.toMatch(/syntax|unexpected/i)
    expect(readdirSync(home)).not.toContain('pwned')
  })

  test('a run ends as its program does', async () => {
    expect(await does('remote run sh -c "echo out; exit 3"')).toEqual({ exit: 3, stdout: 'out\n', stderr: '' })
  })

  test('a script ends at the first command that fails, and at a variable that is not set', async () => {
    expect(await does("remote sh 'false; echo on'")).toMatchObject({ stdout: '', exit: 1 })
    expect((await does("remote sh 'echo $nothing; echo on'")).stdout).toBe('')
  })

  test('the bundle can be opened by hand once', async () => {
    rmSync(join(home, '.conc/shop'), { recursive: true })
    expect((await does('remote open-bundle')).exit).toBe(0)
    expect(lstatSync(join(home, '.conc/shop')).mode & 0o777).toBe(0o700)
    expect((await does('remote open-bundle')).exit).toBe(1)
  })
})
