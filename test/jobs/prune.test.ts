import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, symlinkSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Home, makeHome } from './home.ts'
import { planned } from './plans.ts'
import { makeShells } from './shells.ts'

const { shells, remove } = makeShells()
afterAll(remove)

let home: Home
beforeEach(() => {
  home = makeHome()
})
afterEach(() => home.remove())

/** Folders with a file in each, the oldest first. */
function releases(...names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    home.put(join('releases', name, 'bin/x'))
    utimesSync(join(home.path, 'releases', name), 1000 + index, 1000 + index)
  }
}

const left = (folder = 'releases') => readdirSync(join(home.path, folder)).sort()

function link(target: string, name: string): void {
  mkdirSync(dirname(join(home.path, name)), { recursive: true })
  symlinkSync(target, join(home.path, name))
}

describe.each(shells)('in $name', (shell) => {
  const prune = (words = '', given = {}) => home.does(shell, `remote prune releases --keep 2 ${words}`, given)

  test('removes the oldest, says so, and does nothing the second time', async () => {
    releases('1.10', '1.9', '1.11', '2')
    expect(await prune()).toEqual({ exit: 0, stdout: 'removed 1.10\nremoved 1.9\n', stderr: '' })
    expect(left()).toEqual(['1.11', '2'])
    expect(await prune()).toEqual({ exit: 0, stdout: 'nothing to remove\n', stderr: '' })
    expect(left()).toEqual(['1.11', '2'])
  })

  test.each<[string, string, string, string?]>([
    ['beside the folder', 'releases/a', 'current'],
    ['beside it, absolute', '/HOME/releases/a', 'current'],
    ['beside it, hidden', 'releases/a', '.current'],
    ['in the folder', 'a', 'releases/current'],
    ['to something deep in it', 'releases/a/bin', 'current'],
    ['to a file of it', '../releases/a/bin/x', 'releases/x'],
    ['by another link', 'releases/stable', 'current'],
    ['elsewhere that is named', '../releases/a', 'apps/current', '--current apps/current'],
    ['with odd letters', 'releases/a', "the 'current'\n"],
  ])('a link %s holds its release', async (_, target, name, words = '') => {
    releases('a', 'b', 'c', 'd')
    if (target.endsWith('stable')) link('../releases/a/', 'releases/stable')
    link(target.replace('/HOME', home.path), name)
    const { exit, stdout } = await prune(words)
    expect([exit, stdout]).toEqual([0, 'kept a: a link leads there\nremoved b\n'])
    expect(left().filter((each) => each.length === 1 && each !== 'x')).toEqual(['a', 'c', 'd'])
  })

  test('a link to the folder itself, to a neighbour of like name, or to nothing holds none', async () => {
    releases('a', 'b', 'c')
    home.put('releases/a2.txt')
    link('releases', 'all')
    link('releases/a2.txt', 'note')
    link('releases/gone/x', 'gone')
    expect((await prune()).stdout).toBe('removed a\n')
  })

  test('an old release that was delivered again is new', async () => {
    releases('1', '2', '3')
    utimesSync(join(home.path, 'releases/1'), 2000, 2000)
    expect((await prune()).stdout).toBe('removed 2\n')
  })

  test('of the same time all stay', async () => {
    releases('a', 'b', 'c')
    for (const name of ['a', 'b', 'c']) utimesSync(join(home.path, 'releases', name), 1000, 1000)
    expect((await prune()).stdout).toBe('nothing to remove\n')
  })

  test('files, links and hidden folders are no releases', async () => {
    releases('a', 'b', 'c')
    for (const name of ['releases/file', 'releases/.hidden/x']) home.put(name)
    utimesSync(join(home.path, 'releases/file'), 1, 1)
    link('c', 'releases/latest')
    expect((await prune()).stdout).toBe('removed a\n')
    expect(left()).toEqual(['.hidden', 'b', 'c', 'file', 'latest'])
  })

  test('names may hold anything', async () => {
    const odd = ['-rf', ' a b ', 'new\nline\n', '*', "it's", '$(touch pwned)', 'back\\slash', '日本', '--help']
    releases(...odd, 'y', 'z')
    home.put('outside')
    const { exit, stdout, stderr } = await prune()
    expect([exit, stderr]).toEqual([0, ''])
    expect(stdout).toContain('removed -rf\nremoved ')
    expect(left()).toEqual(['y', 'z'])
    expect(readdirSync(home.path).sort()).toEqual(['.conc', 'outside', 'releases'])
  })

  test('what is linked to from a release stays where it is', async () => {
    releases('a', 'b', 'c')
    home.put('shared/uploads/file')
    link('../../shared', 'releases/a/shared')
    utimesSync(join(home.path, 'releases/a'), 1000, 1000)
    expect((await prune()).stdout).toBe('removed a\n')
    expect(home.get('shared/uploads/file')).toBe('shared/uploads/file')
  })

  test('what a cut left is removed by the next', async () => {
    releases('a', 'b')
    home.put('releases/.0.pruned/x')
    expect((await prune()).stdout).toBe('nothing to remove\n')
    expect(left()).toEqual(['a', 'b'])
  })

  test.each<[string, string, () => void, RegExp]>([
    ['a folder that is not there', 'none', () => {}, /none/],
    ['a file', 'file', () => home.put('file'), /file/],
    ['a link', 'here', () => link('releases', 'here'), /^\.\/here is a symbolic link: name the folder$/m],
    ['a link with a slash', 'here/', () => link('releases', 'here'), /^\.\/here is a symbolic link/m],
    ['a --current that leads nowhere', 'releases --current gone', () => link('x', 'gone'), /^\.\/gone leads nowhere$/m],
  ])('refuses %s', async (_, words, prepare, told) => {
    releases('a', 'b', 'c')
    prepare()
    const { exit, stderr } = await home.does(shell, `remote prune ${words} --keep 1`)
    expect([exit === 0, stderr]).toEqual([false, expect.stringMatching(told)])
    expect(left()).toEqual(['a', 'b', 'c'])
  })

  test('refuses a folder that holds the place where it starts', async () => {
    releases('a', 'b', 'c')
    const { exit, stderr } = await home.does(shell, `remote cd=releases/a prune '${home.path}/releases' --keep 1`)
    expect([exit, stderr]).toEqual([1, `${home.path}/releases holds the place where this step starts\n`])
  })

  test.runIf(process.getuid?.() === 0)('never goes where something is mounted', async () => {
    releases('a b', 'c', 'd')
    home.put('uploads/file')
    const { command } = await planned('remote prune releases --keep 1')
    mkdirSync(join(home.path, 'releases/a b/up'))
    utimesSync(join(home.path, 'releases/a b'), 1000, 1000)
    const mount = 'mount --bind uploads "releases/a b/up"'
    const env = { PATH: `${shell.path}:/usr/bin:/bin` }
    const inside = `${mount} && PATH='${shell.path}' && ${command}`
    const { stdout } = spawnSync('unshare', ['-m', shell.program, '-c', inside], {
      cwd: home.path,
      env,
      encoding: 'utf8',
    })
    expect(stdout).toBe('kept a b: something is mounted there\nremoved c\n')
    expect(home.get('uploads/file')).toBe('uploads/file')
  })
})
