import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { LiveTerminal } from './liveterminal.ts'
import { treeOf } from './sample.ts'

let station: Workstation

beforeEach(() => {
  station = makeWorkstation('')
})

afterEach(() => station.remove())

const written = ['deploy.ini', 'jobs/hello.ts', 'nodetests/web.nodetest.ts', 'payload/index.html', '.gitignore']
const textOf = (name: string) => readFileSync(join(station.folder, name), 'utf8')
const linesOf = (name: string) => textOf(name).split('\n')

describe('what init writes', () => {
  test('is told, passes check, runs on the embedded node, and its node tests pass', async () => {
    const made = await station.conc('init', '-y')
    expect(made).toMatchObject({ exit: 0, stdout: written.map((name) => `${name}\n`).join('') })
    expect(made.stderr).toContain('Next:\n  conc check\n')
    expect(await station.conc('check')).toMatchObject({
      exit: 0,
      stdout: 'deploy.ini: nothing is wrong: 1 node, 1 job, 8 steps\n',
    })
    const run = await station.conc('run', 'release', 'demo')
    expect(run.stdout + run.stderr).toContain('release is done on demo')
    expect(run.exit).toBe(0)
    expect(run.stdout).toMatch(/healthy.*3 passed/)
    expect(await station.conc('test', 'demo')).toMatchObject({ exit: 0 })
  })

  test('holds a server that is right once its semicolons are taken away', async () => {
    await station.conc('init', '-y', '--admin', 'ops')
    const text = textOf('deploy.ini').replaceAll(
      /^; (\[node:web1\]|groups {2}=|sshd\.ip =|restart =|look {2}=)/gm,
      '$1',
    )
    writeFileSync(join(station.folder, 'deploy.ini'), text)
    expect(await station.conc('check')).toMatchObject({
      exit: 0,
      stdout: 'deploy.ini: nothing is wrong: 2 nodes, 1 job, 10 steps\n',
    })
  })

  test('is as the flags say', async () => {
    const flags = ['--app', 'shop', '--release', '2.1', '--admin', 'ops', '--address', '192.0.2.7']
    expect(await station.conc('init', 'new/shop', ...flags, '--json')).toMatchObject({
      exit: 0,
      stdout: written.map((name) => `{"file":"new/shop/${name}"}\n`).join(''),
      stderr: '',
    })
    const shown = await station.conc('show', 'web1', '-f', 'new/shop/deploy.ini')
    for (const line of ['app ', 'release ', 'admin ', 'sshd.ip ']) expect(shown.stdout).toContain(`  ${line}`)
    for (const value of ['= shop ', '= 2.1 ', '= ops ', '= 192.0.2.7 ']) expect(shown.stdout).toContain(value)
  })

  test('names the application after its folder', async () => {
    await station.conc('init', '-y', 'My App')
    expect(linesOf('My App/deploy.ini')).toContain('app     = My-App')
    expect(await station.conc('check', '-f', 'My App/deploy.ini')).toMatchObject({ exit: 0 })
  })

  test.each([
    [undefined, 'dist/\n'],
    ['', 'dist/\n'],
    ['node_modules', 'node_modules\ndist/\n'],
    ['a\n', 'a\ndist/\n'],
    ['a\ndist/\n', 'a\ndist/\n'],
    ['/dist', '/dist'],
  ])('makes of a .gitignore of %j %j', async (before, after) => {
    if (before !== undefined) station.write('.gitignore', before)
    expect(await station.conc('init', '-y', '-q')).toMatchObject({ exit: 0, stderr: '' })
    expect(textOf('.gitignore')).toBe(after)
  })
})

describe('init writes nothing', () => {
  test.each(['deploy.ini', 'jobs/hello.ts', 'jobs/hello.js', 'payload/index.html'])('where %s is', async (name) => {
    station.write(name, 'mine')
    const before = treeOf(station.folder)
    expect(await station.conc('init', '-y')).toMatchObject({
      exit: 2,
      stdout: '',
      stderr: `${name}: there already. Nothing was written: move it away, or name another folder.\n`,
    })
    expect(treeOf(station.folder)).toEqual(before)
    expect(textOf(name)).toBe('mine')
  })

  test('through a link that leads nowhere', async () => {
    symlinkSync(join(station.home, 'elsewhere'), join(station.folder, 'deploy.ini'))
    expect(await station.conc('init', '-y')).toMatchObject({ exit: 2, stdout: '' })
    expect(existsSync(join(station.home, 'elsewhere'))).toBe(false)
  })

  test('that stays, when one of the files can not be written', async () => {
    station.write('nodetests', 'a file')
    const { exit, stderr } = await station.conc('init', '-y')
    expect({ exit, stderr }).toMatchObject({ exit: 2, stderr: expect.stringContaining("it can't be written") })
    expect(treeOf(station.folder).filter((name) => name.includes('.'))).toEqual([])
  })

  test.each([
    [['-f', 'other.ini', '-y'], 'init writes deploy.ini. Name its folder: conc init FOLDER.'],
    [['-y', '--app', 'a b'], '--app a b: Use letters, digits and _ . + - and begin with a letter, a digit or _.'],
    [
      ['-y', '--release', '../x'],
      '--release ../x: Use letters, digits and _ . + - and begin with a letter, a digit or _.',
    ],
    [['-y', '--admin', 'a:b'], '--admin a:b: It is not the name of a user.'],
    [['-y', '--address', '$(x)'], '--address $(x): Write an address or a host name.'],
    [
      ['--app', 'shop'],
      'init asks questions, and there is no terminal to ask on. Add -y for the defaults, or give --release, --admin, --address.',
    ],
  ])('for %j', async (words, message) => {
    mkdirSync(station.folder, { recursive: true })
    expect(await station.conc('init', ...words)).toMatchObject({ exit: 2, stdout: '', stderr: `${message}\n` })
    expect(treeOf(station.folder)).toEqual([])
  })
})

describe('on a terminal', () => {
  let terminal: LiveTerminal
  beforeEach(async () => {
    terminal = await LiveTerminal.open(station)
  })
  afterEach(() => terminal.close())

  test('init asks what no flag says, and says what is wrong with an answer', async () => {
    await terminal.run('conc init --release 2.0')
    await terminal.shows(/What is the application called\?/)
    terminal.line(' x')
    await terminal.shows(/Use letters, digits/)
    terminal.press('BSpace', 'BSpace')
    terminal.line('y')
    await terminal.shows(/Who logs in/)
    terminal.line('ops')
    await terminal.shows(/first server/)
    terminal.line('192.0.2.9')
    await terminal.shows(/conc test demo/)
    for (const line of ['app     = shopy', 'release = 2.0', 'admin   = ops', 'sshd.ip = 192.0.2.9']) {
      expect(linesOf('deploy.ini')).toContain(line)
    }
  })

  test('Ctrl-C gives it up, and nothing is written', async () => {
    await terminal.run('conc init; echo "exit $?"')
    await terminal.shows(/What is the application called\?/)
    terminal.press('C-c')
    await terminal.shows(/init was given up\. Nothing was written\.\nexit 2$/m)
    expect(treeOf(station.folder)).toEqual([])
  })
})
