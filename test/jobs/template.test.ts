import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Home, makeHome } from './home.ts'
import { plan, planned } from './plans.ts'
import { makeShells, type, withoutTool } from './shells.ts'

const { shells, remove } = makeShells()
afterAll(remove)

let home: Home
beforeEach(() => {
  home = makeHome()
})
afterEach(() => home.remove())

const modeOf = (name: string) => statSync(join(home.path, name)).mode & 0o7777
const line = 'remote template app.tpl app.conf'
const of = (text: string, ...attributes: readonly string[]) => ({ files: { 'app.tpl': text }, attributes })

describe('what is wrong with a text is said at its line, all at once', () => {
  test('at the plan', async () => {
    const { errors } = await plan([line], of('ok ${app}\n${relaese} ${nothing}\n${open\n'))
    expect(errors).toEqual([
      'there is no attribute `relaese`. Set it, or write $${ for a plain ${. Did you mean release?',
      'there is no attribute `nothing`. Set it, or write $${ for a plain ${.',
      expect.stringMatching(/^`\$\{open` is never closed\./),
    ])
  })

  test.each([
    ['a NUL', 'a\0b'],
    ['what is no UTF-8', Buffer.from([0x61, 0xff]).toString()],
  ])('so is %s', async (_, text) => {
    const { errors } = await plan([line], of(text))
    expect(errors).toEqual(['template: app.tpl is no UTF-8 text. Deliver it as it is.'])
  })

  test('and a text that grows too long', async () => {
    const { errors } = await plan([line], of('${long}\n'.repeat(20), `long = ${'x'.repeat(60_000)}`))
    expect(errors).toEqual(['the text becomes longer than 1048576 characters. Deliver it as a file.'])
  })
})

describe.each(shells)('in $name', (shell) => {
  test.each<[string, string, string?]>([
    ['values are data', 'a ${evil} z\n', 'a $(touch pwned) `x` ${app} \\n %s \'" z\n'],
    ['$${ is ${', 'echo "$${HOME}" $HOME $$\n', 'echo "${HOME}" $HOME $$\n'],
    ['no newline at the end', 'last ${app}', 'last shop'],
    ['lines of another system', 'a\r\n${app}\r\n', 'a\r\nshop\r\n'],
    ['quotes and backslashes', `it's "so" \\n \\\\ %s %% ! \` # ~\n\n`],
    [
      'all letters',
      `${String.fromCharCode(...Array.from({ length: 31 }, (_, n) => n + 1))} Ā ā \u0081\u0088 日本 🎉 \u00ad\n`,
    ],
    ['a document end', 'END\nEOF\n--- a\n+++ b\n'],
    ['nothing', ''],
    ['text of 300 kB', 'line ${app}\n'.repeat(30_000), 'line shop\n'.repeat(30_000)],
  ])('%s', async (_, text, filled = text) => {
    const evil = 'evil = $(touch pwned) `x` $${app} \\n %s \'"'
    const { action } = await planned(line, of(text, evil))
    if (action.kind !== 'command' || !('script' in action.command)) throw new Error('no script')
    // As a file, as longer scripts are sent.
    home.put('script', action.command.script)
    expect(type(shell, home.path, 'sh -eu script')).toMatchObject({ exit: 0, stderr: '' })
    expect(home.get('app.conf')).toBe(filled)
    expect(readdirSync(home.path).sort()).toEqual(['.conc', 'app.conf', 'script'])
  })

  test('shows what changes, and nothing is written the second time', async () => {
    home.put('app.conf', 'port 1\nhost a\n')
    const given = of('port 2\nhost a\n')
    expect((await home.does(shell, line, given)).stdout).toMatch(
      /^--- app\.conf.*\n\+\+\+ app\.conf\.new.*\n@@ -1,2 \+1,2 @@\n-port 1\n\+port 2\n host a\n$/,
    )
    const { ino, mtimeMs } = statSync(join(home.path, 'app.conf'))
    expect(await home.does(shell, line, given)).toEqual({ exit: 0, stdout: 'app.conf: unchanged\n', stderr: '' })
    expect(statSync(join(home.path, 'app.conf'))).toMatchObject({ ino, mtimeMs })
    expect(readdirSync(home.path).sort()).toEqual(['.conc', 'app.conf'])
  })

  test('shows 200 lines of a great change and says that there is more', async () => {
    const { stdout } = await home.does(shell, line, of('line\n'.repeat(1000)))
    expect(stdout.split('\n')).toHaveLength(202)
    expect(stdout).toMatch(/\n\(and more\)\n$/)
  })

  test.each<[string, number | undefined, string, number]>([
    ['0644 for a new file', undefined, '', 0o644],
    ['that of the file that is there', 0o640, '', 0o640],
    ['that of a file that nobody may write', 0o440, '', 0o440],
    ['the one that is given, for a new file', undefined, ' --mode 0600', 0o600],
    ['the one that is given', 0o640, ' --mode 755', 0o755],
  ])('the mode is %s', async (_, mode, flag, expected) => {
    if (mode !== undefined) {
      home.put('app.conf', 'old')
      chmodSync(join(home.path, 'app.conf'), mode)
    }
    expect((await home.does(shell, line + flag, of('new'))).exit).toBe(0)
    expect([home.get('app.conf'), modeOf('app.conf')]).toEqual(['new', expected])
  })

  test('another mode alone is set too', async () => {
    for (const flag of ['', ' --mode 0600']) await home.does(shell, line + flag, of('new'))
    expect(modeOf('app.conf')).toBe(0o600)
    expect((await home.does(shell, `${line} --mode 0600`, of('new'))).stdout).toBe('app.conf: unchanged\n')
  })

  test.runIf(process.getuid?.() === 0)('the file keeps its owner', async () => {
    home.put('app.conf', 'old')
    chownSync(join(home.path, 'app.conf'), 65_534, 65_534)
    await home.does(shell, line, of('new'))
    expect(statSync(join(home.path, 'app.conf'))).toMatchObject({ uid: 65_534, gid: 65_534 })
  })

  test.each<[string, () => void, RegExp]>([
    ['a link', () => symlinkSync('elsewhere', join(home.path, 'app.conf')), /^app\.conf is no plain file$/m],
    ['a folder', () => mkdirSync(join(home.path, 'app.conf')), /^app\.conf is no plain file$/m],
    ['a name that it needs itself', () => home.put('app.conf.new/x'), /app\.conf\.new/],
  ])('%s is refused, and stays', async (_, prepare, told) => {
    prepare()
    const before = readdirSync(home.path)
    const { exit, stderr } = await home.does(shell, line, of('new'))
    expect([exit, stderr]).toEqual([1, expect.stringMatching(told)])
    expect(readdirSync(home.path)).toEqual(before)
    expect(before.includes('app.conf') && lstatSync(join(home.path, 'app.conf')).isFile()).toBe(false)
  })

  test('a folder that is not there is refused', async () => {
    const { exit, stderr } = await home.does(shell, 'remote template app.tpl conf/app.conf', of('new'))
    expect([exit === 0, /conf\/app\.conf\.new/.test(stderr)]).toEqual([false, true])
    expect(readdirSync(home.path)).toEqual(['.conc'])
  })

  test('a disk that is full leaves the old file', async () => {
    home.put('app.conf', 'old')
    const { command } = await planned(line, of('x'.repeat(4096)))
    const { exit } = type(shell, home.path, `ulimit -f 1; ${command}`)
    expect(exit).not.toBe(0)
    expect(home.get('app.conf')).toBe('old')
  })

  test('what a cut left is no hindrance, and where diff is missing it is said', async () => {
    home.put('app.conf.new', 'half')
    chmodSync(join(home.path, 'app.conf.new'), 0o400)
    const { command } = await planned(line, of('new'))
    const { exit, stderr } = type(withoutTool(shell, 'diff'), home.path, command)
    expect([exit, stderr.includes('diff: not found')]).toEqual([0, true])
    expect(home.get('app.conf')).toBe('new')
  })

  test.each(['-x', "it's", '$(touch pwned)', '--help'])('%s is just a name', async (name) => {
    const given = of('new', `dest = ${name}`)
    expect((await home.does(shell, 'remote template app.tpl "${dest}"', given)).exit).toBe(0)
    expect(readdirSync(home.path).sort()).toEqual(['.conc', name].sort())
  })

  test('two neighbours of a path with a folder stay apart', async () => {
    mkdirSync(join(home.path, 'a b'))
    writeFileSync(join(home.path, 'a b/other'), 'other')
    expect((await home.does(shell, 'remote template app.tpl "a b/c"', of('new'))).exit).toBe(0)
    expect(readdirSync(join(home.path, 'a b'))).toEqual(['c', 'other'])
  })
})
