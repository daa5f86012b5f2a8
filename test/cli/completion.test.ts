import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { choices } from '../../src/cli/complete/candidates.ts'
import { complete } from '../../src/cli/complete/complete.ts'
import { readTyped } from '../../src/cli/complete/line.ts'
import { scripts } from '../../src/cli/complete/scripts.ts'
import { builtInSets } from '../../src/operations/nodetests.ts'
import { conc } from '../fixtures/conc.ts'
import type { Workstation } from '../fixtures/deploy.ts'
import { LiveTerminal } from './liveterminal.ts'
import { inShell, stationWith } from './sample.ts'

const text = `[deploy]
app = shop
release = 1
color = red

[group:web]
[group:eu]

[node:web1]
groups = web, eu
sshd.ip = 192.0.2.11

[node:db1]
sshd.ip = 192.0.2.12

[job:release]
open = remote open-bundle
switch = remote link a b
own = remote boom
close = remote close-bundle

[job:rollback]
open = remote open-bundle
back = remote link b a
close = remote close-bundle
`

const broken = `[deploy]
app = shop
[node:web1]
groups = nosuch
[node:a b]
[node:web2
[job:release]
open = remote open-bundle
odd = nowhere
switch = remote link "a
close = remote close-bundle
[nosuch]
x = y
`

let station: Workstation
let path: (name: string) => string

beforeAll(() => {
  station = stationWith(text)
  path = (name) => join(station.folder, name)
  station.write('broken.ini', broken)
  station.write('with space.ini', '[job:spaced]\n')
  station.write('jobs/boom.ts', `import { writeFileSync } from 'node:fs'\nwriteFileSync('${path('loaded')}', '')\n`)
})

afterAll(() => station.remove())

/** The values that are offered for these words, the last of which is at the cursor. */
async function offered(file: string, ...words: readonly string[]): Promise<readonly string[]> {
  const answer = await complete(['zsh', '-f', path(file), ...words], undefined)
  return answer.split('\n').flatMap((line) => (line === '' ? [] : [line.replace(/\t.*/, '')]))
}

describe('what is offered', () => {
  test.each<[readonly string[], readonly string[]]>([
    [['ru'], ['run']],
    [
      ['run', 'r'],
      ['release', 'rollback'],
    ],
    [
      ['run', 'release', ''],
      ['web1', 'db1', 'web', 'eu', 'all'],
    ],
    [
      ['run', 'release', 'web1', ''],
      ['db1', 'web', 'eu', 'all'],
    ],
    [['run', 'release', 'web1,d'], ['web1,db1']],
    [
      ['run', 'release', 'web:&'],
      ['web:&web1', 'web:&db1', 'web:&eu', 'web:&all'],
    ],
    [['run', 'release', 'web1', '-l', 'web:!w'], ['web:!web1']],
    [
      ['run', 'release', 'web1', '--limit=w'],
      ['--limit=web1', '--limit=web'],
    ],
    [
      ['run', 'release', 'web1', '--from', ''],
      ['open', 'switch', 'own', 'close'],
    ],
    [
      ['run', 'rollback', 'web1', '--from', ''],
      ['open', 'back', 'close'],
    ],
    [
      ['mark', 'web1', ''],
      ['open', 'switch', 'own', 'close', 'back'],
    ],
    [
      ['run', '--from', ''],
      ['open', 'switch', 'own', 'close', 'back'],
    ],
    [['run', 'release', '--fr'], ['--from']],
    [['run', '--step', 'rel'], ['release']],
    [['run', '--from=open', 'rel'], ['release']],
    [['run', '--from=open', 'release', 'web1', '--fr'], []],
    [['run', '--step=', 'rel'], ['release']],
    [['run', 'release', '--step='], []],
    [['run', 'release', '--nosuch=w'], []],
    [['run', '--from', 'open', 'release', 'web1', '--fr'], []],
    [['check', '-e', 'a=b', '--se'], ['--set']],
    [
      ['check', '-e', 'col'],
      ['color=', ':open'],
    ],
    [
      ['check', '--set', 'durable='],
      ['durable=yes', 'durable=no'],
    ],
    [
      ['check', '--set', 'transport='],
      ['transport=ssh2', 'transport=ssh'],
    ],
    [['check', '--set', 'sshd.port='], []],
    [['check', '--set', 'color='], []],
    [
      ['-'],
      ['-e', '--set', '--json', '-q', '--quiet', '-v', '--verbose', '--no-color', '-h', '--help', '-V', '--version'],
    ],
    [['run', 'release', 'web1', '--log', ''], [':files']],
    [['init', ''], [':files']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['help', 'dep'], ['deploy.ini']],
    [['test', '--builtin', ''], ['webapp']],
    [['exec', 'web1', '--', 'w'], []],
    [['mark', 'web1', 'switch', '-m', ''], []],
    [['nosuch', ''], []],
    [['check', ''], []],
  ])('for %j', async (words, values) => {
    expect(await offered('deploy.ini', ...words)).toEqual(values)
  })

  test('is what can be read of a broken deploy file', async () => {
    expect(await offered('broken.ini', 'run', '')).toEqual(['release'])
    expect(await offered('broken.ini', 'run', 'release', 'web')).toEqual(['web1'])
    expect(await offered('broken.ini', 'run', 'release', 'web1', '--to', '')).toEqual([
      'open',
      'odd',
      'switch',
      'close',
    ])
  })

  test('is nothing of the deploy file where there is none', async () => {
    expect(await offered('nosuch.ini', 'run', '')).toEqual([])
    expect(await offered('nosuch.ini', 'run', 'release', '')).toEqual([])
    expect(await offered('nosuch.ini', 'mark', 'web1', '')).toEqual([])
    expect(await offered('nosuch.ini', 'run', '--fro')).toEqual(['--from'])
    expect(await offered('nosuch.ini', 'check', '-e', 'durab')).toEqual(['durable=', ':open'])
  })

  test('for fish is told of the word at the cursor as it is typed', async () => {
    const answer = (...words: readonly string[]) => complete(['fish', '-f', path('deploy.ini'), ...words], undefined)
    expect(await answer('run', "'rol")).toBe('rollback\tjob, 3 steps\n')
    expect(await answer('run', '')).toBe(await answer('run', "'"))
    expect(await complete(['fish'], undefined)).toMatch(/^init\t/)
  })

  test('looks for ~ in the home', async () => {
    expect(await complete(['zsh', '-f', '~/deploy.ini', 'run', 'ro'], station.folder)).toBe('rollback\tjob, 3 steps\n')
  })

  test('knows all sets that there are, and all shells', () => {
    expect(choices.set).toEqual(builtInSets)
    expect(choices.shell).toEqual(Object.keys(scripts))
  })
})

const breaks = ' \t\n"\'@><=;|&(:'

describe('a line of bash', () => {
  test.each([
    ['conc ru', ['conc', 'ru'], 0],
    ['conc run ', ['conc', 'run', ''], 0],
    ['  conc  run ', ['conc', 'run', ''], 0],
    ["conc -f 'a b.ini' r", ['conc', '-f', 'a b.ini', 'r'], 0],
    ['conc -f a\\ b.ini r', ['conc', '-f', 'a b.ini', 'r'], 0],
    ['conc run release web:d', ['conc', 'run', 'release', 'web:d'], 4],
    ['conc run --limit=w', ['conc', 'run', '--limit=w'], 8],
    ["conc run 'web:&d", ['conc', 'run', 'web:&d'], 0],
    ['conc run web:"d', ['conc', 'run', 'web:d'], 4],
    ['conc run $(x) `y` d', ['conc', 'run', '$(x)', '`y`', 'd'], 0],
    ['conc run \\', ['conc', 'run', ''], 0],
  ])('%s', (line, words, from) => {
    expect(readTyped(line, breaks)).toMatchObject({ words, from })
  })

  test.each([
    ['run release web:d', 'db1'],
    ["run release 'web:&d", 'web:&db1'],
    ['run release web:\\&d', '\\&db1'],
    ['run release "web:!d', 'web:!db1'],
    ['run release --limit=d', 'db1'],
  ])('is completed at its last piece: %s', async (line, value) => {
    const at = `conc -f ${path('deploy.ini')} ${line}`
    expect(await complete(['bash', breaks, at], undefined)).toBe(`${value}\n`)
  })
})

describe('the program', () => {
  test('loads no op, says nothing and ends well, whatever is wrong', async () => {
    execFileSync('mkfifo', [path('pipe')])
    const asked = [
      ['complete', 'zsh', 'run', 'release', ''],
      ['complete', 'zsh', '-f', 'nosuch.ini', 'run', ''],
      ['complete', 'zsh', '-f', '.', 'run', ''],
      ['complete', 'zsh', '-f', 'pipe', 'run', ''],
      ['complete'],
      ['complete', 'nosuch'],
      ['complete', 'bash', breaks],
    ]
    const { home, folder: cwd } = station
    for (const words of asked) expect(await conc({ home, cwd }, ...words)).toMatchObject({ exit: 0, stderr: '' })
    expect(existsSync(path('loaded'))).toBe(false)
  })

  test('prints no script for a shell that it does not know', async () => {
    expect(await station.conc('completion', 'fihs')).toMatchObject({
      exit: 2,
      stdout: '',
      stderr: 'there is no completion for fihs. Name one of bash, zsh, fish. Did you mean fish?\n',
    })
  })

  test('has bash evaluate nothing of what is typed', async () => {
    const { stdout } = await inShell(
      station,
      `command() { shift; $conc "$@"; }; eval "$($conc completion bash)"
      COMP_LINE='conc run release $(touch pwned) \`touch pwned\` d' COMP_POINT=\${#COMP_LINE}
      _conc; echo "\${COMPREPLY[@]}"`,
    )
    expect(stdout).toBe('db1')
    expect(existsSync(path('pwned'))).toBe(false)
  })
})

describe('on a terminal', () => {
  const shells = {
    bash: ['bash --norc -i', 'eval "$(conc completion bash)"'],
    zsh: ['zsh -f', 'autoload -U compinit && compinit -D -u; eval "$(conc completion zsh)"'],
    fish: ['fish --no-config', 'conc completion fish | source'],
  }

  test.each(Object.entries(shells))('%s completes what is typed', async (_name, [shell = '', load = '']) => {
    const terminal = await LiveTerminal.open(station)
    try {
      terminal.line(shell)
      terminal.line(load)
      // Shown once the shell has done what was typed before.
      terminal.line('clear; echo rea""dy')
      await terminal.shows(/^ready$/m)
      for (const [typed, becomes] of [
        ['conc run rol', /conc run rollback $/m],
        ['conc run release d', /conc run release db1 $/m],
        ['conc run release --limit=d', /conc run release --limit=db1 $/m],
        ['conc run release web1:d', /conc run release web1:db1 $/m],
        ['conc run release web1 --until sw', /conc run release web1 --until switch $/m],
        ['conc -f with', /conc -f with\\ space\.ini $/m],
        ['conc -f with\\ space.ini run sp', /conc -f with\\ space\.ini run spaced $/m],
        ['conc check --set durab', /conc check --set durable=$/m],
        ['conc check --set durable=y', /conc check --set durable=yes $/m],
      ] as const) {
        terminal.type(typed)
        terminal.press('Tab')
        // What a space follows is seen once something stands there.
        terminal.type('x')
        await terminal.shows(new RegExp(becomes.source.replace(/\$$/, 'x'), 'm'))
        terminal.press('C-u')
      }
    } finally {
      terminal.close()
    }
  })
})
