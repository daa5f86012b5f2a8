import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { program } from '../fixtures/conc.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { until } from '../fixtures/until.ts'
import { LiveTerminal } from './liveterminal.ts'

let station: Workstation
let terminal: LiveTerminal
let gates: string
/** Each test has a bundle of its own. */
let runs = 0
beforeAll(() => {
  station = makeWorkstation('')
  station.write('jobs/send.ts', send)
})
afterAll(() => station.remove())
beforeEach(async () => {
  runs += 1
  gates = mkdtempSync(join(tmpdir(), 'conc-gates-'))
  terminal = await LiveTerminal.open(station)
})
afterEach(async () => {
  // What waits for a gate finds it open.
  rmSync(gates, { recursive: true, force: true })
  await terminal.close()
})

/** An op that sends as far as the files `half` and `whole` let it. */
const send = `
import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { defineOp } from 'conc-deploy'

export default defineOp({
  summary: 'Sends.',
  sides: ['local'],
  byHand: () => 'send it',
  parameters: [{ name: 'DIR', summary: 'gates', required: true }],
  async run({ positionals: [dir = ''], progress }) {
    progress({ done: 0, total: 20_000_000, files: 0, allFiles: 2 })
    await setTimeout(200)
    progress({ done: 10_000_000, total: 20_000_000, files: 1, allFiles: 2 })
    while (existsSync(dir) && !existsSync(dir + '/sent')) await setTimeout(20)
  },
})
`

/** A script that prints, waits for its gate, and ends as it is told. */
function wait(gate: string, print = ':', end = ':'): string {
  return `sh "${print}; until [ -e ${gates}/${gate} ] || [ ! -d ${gates} ]; do sleep 0.02; done; ${end}"`
}

function open(gate: string): void {
  writeFileSync(join(gates, gate), '')
}

/** Writes a job between an opened and a closed bundle. */
function job(steps: Readonly<Record<string, string>>): void {
  const all = { open: 'remote open-bundle', ...steps, close: 'remote close-bundle' }
  station.write(
    'deploy.ini',
    deployFile({ deploy: { app: `shop${runs}`, release: '1' }, 'node:demo': { embedded: 'yes' }, 'job:release': all }),
  )
}

/** The screen with what differs from run to run put in words. */
function steady(screen: string): readonly string[] {
  return screen
    .replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{8}/g, 'RUN')
    .replaceAll(/\b\d+(\.\d)? (ms|s)\b/g, 'TIME')
    .replaceAll(/TIME +/g, 'TIME ')
    .split('\n')
    .map((line) => line.trimEnd())
}

/** The lines from the first that fits to the last that is not empty. */
function from(lines: readonly string[], first: RegExp): readonly string[] {
  const rest = lines.slice(lines.findIndex((line) => first.test(line)))
  return rest.slice(0, rest.findLastIndex((line) => line !== '' && line !== '$') + 1)
}

const keys = ' h halt after this step   o more output   e end this step   ? help'

test('the whole list stands there from the start, and what runs is unfolded', async () => {
  const print = 'for i in 1 2 3 4 5 6 7 8; do echo line $i; done; sleep 0.2; echo odd >&2'
  job({
    first: 'local run true',
    migrate: `remote ${wait('go', print)}`,
    switch: 'remote run true',
    look: 'local run true',
  })
  await terminal.run('conc run release demo')
  const screen = await terminal.shows(/ \d+ s\n[\s\S]*odd/)
  expect(from(steady(screen), /^release/)).toEqual([
    'release on demo  2/6  TIME run RUN',
    expect.stringMatching(/^ ✓ 1 open {5}remote {2}TIME$/),
    expect.stringMatching(/^ ✓ 2 first {4}local {3}TIME$/),
    ' ▶ 3 migrate  remote  TIME',
    '     | line 5',
    '     | line 6',
    '     | line 7',
    '     | line 8',
    '     ! odd',
    ' · 4 switch   remote',
    ' · 5 look     local',
    ' · 6 close    remote',
    '',
    keys,
  ])
  terminal.type('o')
  expect(await terminal.shows(/line 1\n/)).toContain('o less output')
  terminal.type('o')
  expect(await terminal.shows(/o more output/)).not.toContain('line 1\n')
  terminal.type('?')
  expect(await terminal.shows(/\? +closes this/)).not.toContain('o more output')
  terminal.type('?')
  await terminal.shows(/o more output/)
  open('go')
  const end = await terminal.shows(/It took/)
  expect(from(steady(end), /^release/)).toEqual([
    'release on demo  6/6  TIME run RUN',
    ' ✓ 1 open     remote  TIME',
    ' ✓ 2 first    local   TIME',
    ' ✓ 3 migrate  remote  TIME',
    ' ✓ 4 switch   remote  TIME',
    ' ✓ 5 look     local   TIME',
    ' ✓ 6 close    remote  TIME',
    '',
    '✓ release is done on demo. It took TIME.',
  ])
})

test('it fits a terminal that becomes narrow and low, and large again, and leaves nothing behind', async () => {
  const print = 'for i in 1 2 3 4 5 6 7 8; do echo line $i is longer than forty columns are by far; done'
  const more = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`after-${n}`, 'remote run true']))
  job({ 'a-step-with-a-long-name-indeed': `remote ${wait('go', print)}`, ...more })
  await terminal.run('conc run release demo')
  await terminal.shows(/line 8/)
  terminal.resize(40, 12)
  const small = await terminal.shows(/h halt {3}o output/)
  expect(small.split('\n').filter((line) => line.startsWith('release on demo'))).toHaveLength(1)
  expect(steady(small)).toContainEqual(expect.stringMatching(/^ ▶ {2}2 a-step-with-… {2}remote$/))
  expect(small).toMatch(/\d+ more below\n/)
  terminal.resize(80, 24)
  const large = await terminal.shows(/o more output/)
  expect(large.split('\n').filter((line) => line.startsWith('release on demo'))).toHaveLength(1)
  terminal.resize(33, 24)
  await terminal.shows(/h halt {3}o output/)
  terminal.resize(80, 24)
  open('go')
  await terminal.shows(/release is done/)
  expect(terminal.everything().match(/halt after/g)).toBeNull()
})

test('a failure shows what ran, what its end means, its last lines, and the ways on', async () => {
  const code = 'echo before >&2; ./no-such-program --all'
  job({ migrate: `remote sh "${code}"`, switch: 'remote run true' })
  await terminal.run('conc run release demo; echo exit $?')
  await terminal.shows(/exit 1$/m)
  expect(from(steady(terminal.everything()), /^release/)).toEqual([
    'release on demo  1/4  TIME run RUN',
    ' ✓ 1 open     remote  TIME',
    ' ✗ 2 migrate  remote  TIME FAILED, exit 127',
    ' · 3 switch   remote',
    ' · 4 close    remote',
    '',
    '✗ release ended FAILED on demo at step 2, migrate: exit 127: no such command.',
    '  The bundle is kept. It took TIME.',
    '',
    `  what ran   sh -euc '${code}'`,
    "  exit 127   by the shells' convention: there is no such command",
    '  printed    ! before',
    expect.stringMatching(/^ {13}! .*no-such-program: not found$/),
    '  all of it  conc log demo migrate',
    '',
    '  try again  conc resume demo --retry',
    '  by hand    conc mark demo migrate --done -m WHY',
    '  give up    conc unlock demo --id RUN -m WHY',
    'exit 1',
  ])
})

describe('a run is ended from the keyboard', () => {
  test('by h after this step, with exit code 5 and how to go on', async () => {
    job({ a: `remote ${wait('go')}`, b: 'remote run true' })
    await terminal.run('conc run release demo; echo exit $?')
    await terminal.shows(/▶ 2 a/)
    terminal.type('h')
    await terminal.shows(/⏸ halting after this step; Ctrl-C or e ends it now/)
    open('go')
    const screen = await terminal.shows(/exit 5$/m)
    expect(steady(screen)).toEqual(expect.arrayContaining([' · 3 b      remote', '  go on      conc resume demo']))
  })

  test('by e only after a yes, and the step with its process group', async () => {
    job({ a: `remote ${wait('never', 'sleep 31.4159 & :')}`, b: 'remote run true' })
    await terminal.run('conc run release demo; echo exit $?')
    await terminal.shows(/▶ 2 a/)
    terminal.type('e')
    await terminal.shows(/\? End what runs now, its whole process group\?/)
    terminal.type('n')
    await terminal.shows(/h halt after this step/)
    terminal.type('e')
    await terminal.shows(/End what runs now/)
    await terminal.calm()
    terminal.type('y')
    const screen = await terminal.shows(/exit 5$/m)
    expect(screen).toMatch(/ ⏸ 2 a +remote +.* STOPPED/)
    expect(spawnSync('pgrep', ['-f', '^sleep 31.4159']).stdout.toString()).toBe('')
    expect(screen).toContain('  try again  conc resume demo --retry')
  })

  test('a yes that comes after the step has ended ends no other', async () => {
    job({ a: `remote ${wait('a')}`, b: `local ${wait('b')}` })
    await terminal.run('conc run release demo; echo exit $?')
    await terminal.shows(/▶ 2 a/)
    terminal.type('e')
    await terminal.shows(/End what runs now/)
    open('a')
    const screen = await terminal.shows(/▶ 3 b/)
    expect(screen).not.toContain('End what runs now')
    terminal.type('y')
    open('b')
    await terminal.shows(/exit 0$/m)
  })

  test('by Ctrl-C as by the signal: once it halts, twice it ends the step', async () => {
    job({ a: `remote ${wait('never')}`, b: 'remote run true' })
    await terminal.run('conc run release demo; echo exit $?')
    await terminal.shows(/▶ 2 a/)
    terminal.press('C-c')
    await terminal.shows(/halting after this step/)
    terminal.press('C-c')
    const screen = await terminal.shows(/exit 5$/m)
    expect(screen).toMatch(/ ⏸ 2 a +remote +.* STOPPED/)
  })
})

test('keys that come before the list are not shown, and Ctrl-C then halts before the first step', async () => {
  const wait = `while (existsSync('${gates}') && !existsSync('${gates}/loaded')) await setTimeout(20)`
  station.write(
    'jobs/slow.ts',
    `${send}\nimport { writeFileSync } from 'node:fs'\nwriteFileSync('${gates}/loading', '')\n${wait}\n`,
  )
  job({ a: `local slow ${gates}` })
  await terminal.run('conc run release demo; echo exit $?')
  await until(() => existsSync(join(gates, 'loading')))
  terminal.type('abc')
  terminal.press('C-c')
  open('loaded')
  const screen = await terminal.shows(/exit \d$/m)
  expect(screen).toMatch(/stopped on demo[\s\S]*exit 5$/m)
  expect(screen).not.toMatch(/abc|\^C/)
})

/** The program that runs in the terminal. */
function pidOf(): number {
  return Number(readFileSync(join(gates, 'pid'), 'utf8'))
}

describe('the terminal is as it was', () => {
  const modes = /(-?)icanon[\s\S]*(-?)echo /

  test('while conc is suspended, and the view is back when it goes on', async () => {
    job({ a: `remote ${wait('go', 'echo working')}` })
    await terminal.run('conc run release demo')
    await terminal.shows(/working/)
    terminal.press('C-z')
    const screen = await terminal.shows(/Stopped/)
    expect(screen).not.toContain('▶ 2 a')
    terminal.line('stty -a | tr ";" "\\n"')
    expect((await terminal.shows(modes)).match(modes)?.slice(1)).toEqual(['', ''])
    terminal.line('clear; fg')
    await terminal.shows(/▶ 2 a[\s\S]*working/)
    terminal.type('o')
    await terminal.shows(/o less output/)
    open('go')
    await terminal.shows(/release is done/)
  })

  test.each([
    ['TERM', 3, /exit 7$/m],
    ['KILL', 1, /exit 137$/m],
  ] as const)('after SIG%s, sent %d times', async (signal, times, end) => {
    job({ a: `remote ${wait('never')}` })
    await terminal.run(`sh -c 'echo $$ >${gates}/pid; exec conc run release demo'; echo exit $?`)
    await terminal.shows(/▶ 2 a/)
    const said = [/halting after/, /ending what runs/]
    for (let n = 0; n < times; n++) {
      process.kill(pidOf(), `SIG${signal}`)
      if (n < times - 1) await terminal.shows(said[n] ?? end)
    }
    await terminal.shows(end)
    terminal.line('clear; stty -a | tr ";" "\\n"')
    expect((await terminal.shows(modes)).match(modes)?.slice(1)).toEqual(['', ''])
  })

  test.each([
    ['breaks before the list', `throw new Error('broken')\n${send}`, /exit 2$/m],
    [
      'breaks in its step',
      send.replace('progress({', "setTimeout(1).then(() => { throw new Error('x') })\n    progress({"),
      /exit 7$/m,
    ],
  ])('after an op that %s', async (_title, op, end) => {
    station.write('jobs/breaks.ts', op)
    job({ a: `local breaks ${gates}` })
    await terminal.run('conc run release demo; echo exit $?')
    await terminal.shows(end)
    terminal.line('clear; stty -a | tr ";" "\\n"')
    expect((await terminal.shows(modes)).match(modes)?.slice(1)).toEqual(['', ''])
  })
})

test('each answer of --step does what it says, and is on the record', async () => {
  job({
    a: 'remote run true',
    b: 'remote run true',
    c: 'remote run true',
    d: 'remote sh "echo $release"',
    e: 'local run true',
  })
  await terminal.run('conc run release demo --step; echo exit $?')
  const first = await terminal.shows(/open is about the lock itself[^\n]*\n \? 1\. open on demo \(remote\)/)
  expect(first).not.toMatch(/! shell|s skip|d (it is done )?by hand/)
  terminal.type('s')
  await terminal.calm()
  terminal.type('r')
  await terminal.shows(/\? 2\. a on demo \(remote\)/)
  terminal.type('s')
  await terminal.shows(/Why is it skipped\?/)
  terminal.type('never mind')
  terminal.press('Escape')
  await terminal.shows(/\? 2\. a on demo[\s\S]*s skip/)
  terminal.type('s')
  await terminal.shows(/Why is it skipped\?/)
  terminal.type('nobody needs 漢字X')
  terminal.press('BSpace')
  await terminal.shows(/> nobody needs 漢字_/)
  terminal.press('Enter')
  await terminal.shows(/↷ 2 a +remote +skipped by hand: nobody needs 漢字[\s\S]*\? 3\. b on demo/)
  terminal.type('d')
  await terminal.shows(/What was done by hand\?/)
  terminal.type('in psql')
  terminal.press('Enter')
  await terminal.shows(/✓ 3 b +remote +done by hand[\s\S]*\? 4\. c on demo/)
  terminal.type('!')
  await terminal.shows(/^[#$]$/m)
  terminal.line('echo here: $bundle $release; tty; tput cols; exit')
  await terminal.shows(/here: \.conc\/shop\d+ 1\n\/dev\/pts\/\d+\n80\n[\s\S]*\? 4\. c on demo/)
  terminal.type('r')
  await terminal.shows(/\? 5\. d on demo/)
  terminal.type('c')
  await terminal.shows(/^# 5\. d on demo \(remote\)\nsh -euc 'release=1; echo \$release'\n[\s\S]*\? 5\. d on demo/m)
  terminal.type('h')
  await terminal.shows(/exit 5$/m)
  const { stdout, stderr } = await station.conc('log', 'demo')
  expect(stderr).toBe('')
  const said = stdout.split('\n').map((line) => line.slice(21).replaceAll(/[\w.-]+@[\w.-]+/g, 'ME'))
  expect(said).toEqual(
    expect.arrayContaining([
      '2 a skipped by hand, by ME: nobody needs 漢字',
      '3 b done by hand, by ME: in psql',
      'ME entered the shell',
      'ME left the shell',
    ]),
  )
  terminal.line('clear; conc resume demo --step; echo exit $?')
  await terminal.shows(/✓ 3 b +remote +done by hand[\s\S]*\? 5\. d on demo/)
  terminal.type('a')
  await terminal.shows(/exit 0$/m)
})

test('a command that was asked for stays in sight on a low terminal', async () => {
  job(Object.fromEntries([...'abcdefgh'].map((name) => [name, 'remote run true'])))
  terminal.resize(40, 12)
  await terminal.run('conc run release demo --step; echo exit $?')
  await terminal.shows(/\? 1\. open/)
  terminal.type('c')
  const screen = await terminal.shows(/^# 1\. open on demo \(remote\)\nmkdir -p [\s\S]*\? 1\. open/)
  expect(screen).toMatch(/ · +1 open/)
  terminal.type('h')
  await terminal.shows(/exit 5$/m)
})

test('a pause asks below the list, and Ctrl-C there halts', async () => {
  job({ look: 'local pause "Check the numbers"', b: 'remote run true' })
  await terminal.run('conc run release demo; echo exit $?')
  await terminal.shows(/\? look: Check the numbers\n g go on {3}h halt here/)
  terminal.press('C-c')
  await terminal.shows(/exit 5$/m)
  terminal.line('clear; conc resume demo; echo exit $?')
  await terminal.shows(/exit 0$/m)
})

test('back from conc shell the step can be marked at once', async () => {
  job({ a: 'remote run true', b: 'remote run true' })
  await terminal.run('conc run release demo --until a >/dev/null; conc shell demo; echo exit $?')
  await terminal.shows(/Exit to come back/)
  await terminal.shows(/^[#$]$/m)
  terminal.line('echo in $bundle; exit')
  await terminal.shows(/What is to be recorded of a \(PENDING\) on demo\?/)
  terminal.press('Down', 'Enter')
  await terminal.shows(/Why\?/)
  terminal.line('did it there')
  const screen = await terminal.shows(/exit 0$/m)
  expect(screen).toMatch(/demo: a is marked done by hand by \S+: did it there\nTo go on: conc resume demo\n/)
  terminal.line('clear; conc resume demo')
  await terminal.shows(/✓ 2 a +remote +done by hand[\s\S]*release is done/)
})

test('conc shell has the values of the run, and says what a failed step waits for, as the list of a resume shows it', async () => {
  job({ a: 'remote sh "exit 3"' })
  await terminal.run('conc run release demo -e release=9.9 >/dev/null; conc shell demo; echo exit $?')
  await terminal.shows(/Exit to come back[\s\S]*^[#$]$/m)
  terminal.line('echo release $release; exit')
  await terminal.shows(/^release 9\.9$[\s\S]*What is to be recorded of a \(FAILED\) on demo\?/m)
  terminal.press('Enter')
  const screen = await terminal.shows(/exit 0$/m)
  expect(screen).toContain('\nTo go on: conc resume demo --retry, or conc mark demo a --done -m WHY\n')
  terminal.line('clear; conc resume demo; echo exit $?')
  expect(await terminal.shows(/exit 1$/m)).toMatch(/^ ✗ 2 a +remote +FAILED, exit 3$/m)
})

test('conc shell follows the size of the terminal, and says so when the run was ended by hand in it', async () => {
  job({ a: 'remote sh "exit 3"' })
  await terminal.run('conc run release demo >/dev/null; conc shell demo; echo exit $?')
  await terminal.shows(/Exit to come back[\s\S]*^[#$]$/m)
  terminal.resize(100, 20)
  await until(() => {
    terminal.line('clear; stty size')
    return /^20 100$/m.test(terminal.screen())
  }, 8_000)
  const conc = `HOME=${station.home} ${process.execPath} ${program}`
  terminal.line(`clear; (cd ${station.folder} && ${conc} unlock demo --id $CONC_RUN -m rebuilt); echo exit $?`)
  expect(await terminal.shows(/exit 3$/m)).toMatch(/is in its shell: that is\s+to be left first/)
  terminal.line('clear; cd && mv $bundle away; exit')
  const screen = await terminal.shows(/exit 0$/m)
  expect(screen).toMatch(/conc: back from demo\.\nRun \S+ is no longer there: it was given up or ended meanwhile\./)
  expect(screen).not.toContain('To go on')
})

test('of three hundred steps those around the running one are seen, and all of them stay', async () => {
  const steps = Array.from({ length: 300 }, (_, n) => [
    `s${n + 1}`,
    n === 150 ? `remote ${wait('go')}` : 'local run true',
  ])
  job(Object.fromEntries(steps))
  await terminal.run('conc run release demo --from s148')
  const screen = await terminal.shows(/▶ 152 s151/)
  expect(screen).toMatch(/^ {3}… \d+ more above\n/m)
  expect(screen).toMatch(/✓ 151 s150[\s\S]*· 153 s152[\s\S]* {3}… \d+ more below\n/)
  terminal.type('h')
  await terminal.shows(/halting after/)
  open('go')
  await terminal.shows(/give up/)
  const rows = terminal.everything().match(/^ [✓·↷] +\d+ /gm)
  expect(rows).toHaveLength(302)
})

test('output that tries to steer the terminal, wide characters and tabs leave the list as it is', async () => {
  station.write(
    'hostile',
    [
      '\x1b[2J\x1b[H\x1b[1;31mred',
      '\x1b]0;title\x07',
      `${'漢字'.repeat(100)}`,
      'tab\ttab',
      '\x9b31m',
      '\u202eabc',
      '',
    ].join('\n'),
  )
  job({ a: `local ${wait('go', 'cat hostile')}`, b: 'remote run true' })
  await terminal.run('conc run release demo')
  const screen = await terminal.shows(/u202e/)
  expect(from(steady(screen), /^release/)).toEqual([
    'release on demo  1/4  run RUN',
    ' ✓ 1 open   remote  TIME',
    expect.stringMatching(/^ ▶ 2 a {6}local( +TIME)?$/),
    '     | \\x1b]0;title\\x07',
    expect.stringMatching(/^ {5}\| (漢字){17}漢…$/),
    '     | tab    tab',
    '     | \\x9b31m',
    '     | \\u202eabc',
    ' · 3 b      remote',
    ' · 4 close  remote',
    '',
    keys,
  ])
  expect(terminal.painted()).not.toMatch(/\x1b\[[0-9;]*31m/)
  open('go')
  await terminal.shows(/release is done/)
})

test('a transfer has a bar with bytes, rate and what remains', async () => {
  job({ deliver: `local send ${gates}`, b: 'remote run true' })
  await terminal.run('conc run release demo')
  const screen = await terminal.shows(/50 %/)
  expect(screen).toMatch(/\n {5}█+░+ +50 % {2}10\.0 MB of 20\.0 MB {2}[\d.]+ MB\/s {2}1 s left {2}1 of 2 files\n/)
  open('sent')
  expect(await terminal.shows(/release is done/)).not.toContain('%')
})

test('no colour is one that a light or a dark background hides, and NO_COLOR leaves none', async () => {
  const colors = () =>
    new Set([...terminal.painted().matchAll(/\x1b\[([0-9;]*)m/g)].flatMap(([, codes = '']) => codes.split(';')))
  // Bold, dim, their end, and the colours red, green, yellow, magenta, cyan and the default one.
  const legible = ['', '0', '1', '2', '22', '31', '32', '33', '35', '36', '39', '49']
  const steps = {
    a: 'local run true',
    b: `remote ${wait('go', 'echo out')}`,
    c: 'local run false',
    d: 'remote run true',
  }
  job(steps)
  await terminal.run('conc run release demo')
  await terminal.shows(/\| out/)
  expect([...colors()].filter((code) => !legible.includes(code))).toEqual([])
  expect(colors().size).toBeGreaterThan(4)
  open('go')
  await terminal.shows(/give up/)
  expect([...colors()].filter((code) => !legible.includes(code))).toEqual([])
  runs += 1
  job(steps)
  await terminal.run('NO_COLOR=1 conc run release demo')
  await terminal.shows(/give up/)
  expect([...colors()].filter((code) => code !== '')).toEqual([])
})

test.each([
  'TERM=dumb conc run release demo',
  'CI=1 conc run release demo',
  'conc run release demo --plain',
  'conc run release demo -q',
])('%s tells lines one after the other', async (line) => {
  job({ a: 'local run true' })
  await terminal.run(`${line}; echo exit $?`)
  const screen = await terminal.shows(/exit 0$/m)
  expect(screen).toMatch(/INFO +demo +- +release is done on demo/)
  expect(screen).not.toContain('✓')
})

describe('where results go elsewhere', () => {
  test('--json leaves the view on the terminal, while the events go to the file', async () => {
    job({ a: `remote ${wait('go', 'echo out')}` })
    await terminal.run('conc run release demo --json >events.jsonl; echo exit $?')
    await terminal.shows(/▶ 2 a[^\n]*\n +\| out/)
    expect(terminal.painted()).toContain('\x1b[1m')
    terminal.type('o')
    await terminal.shows(/o less output/)
    open('go')
    const screen = await terminal.shows(/exit 0$/m)
    expect(screen).toMatch(/✓ 3 close[\s\S]*✓ release is done on demo\./)
    const lines = readFileSync(join(station.folder, 'events.jsonl'), 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(
      expect.arrayContaining(['run-start', 'step-start', 'output', 'step-end', 'run-end']),
    )
  })

  test.each(['', '--json --plain', '--json -q'])('with %j there is none', async (options) => {
    job({ a: 'local run true' })
    await terminal.run(`conc run release demo ${options} >told; echo exit $?`)
    expect(from((await terminal.shows(/exit 0$/m)).split('\n'), /^\$ conc/).slice(1)).toEqual(['exit 0'])
    expect(readFileSync(join(station.folder, 'told'), 'utf8')).toContain('release is done on demo')
  })
})

test('a recording holds ten drawings a second at most, and none when nothing changes', async () => {
  const flood = `i=0; while [ ! -e ${gates}/calm ]; do i=$((i+1)); echo line $i; done; echo over`
  job({ a: `remote sh "${flood}; until [ -e ${gates}/go ]; do sleep 0.02; done"` })
  const recording = join(gates, 'recording')
  await terminal.run(`script -qfec 'conc run release demo' ${recording} >/dev/null`)
  const drawings = () => (existsSync(recording) ? readFileSync(recording, 'utf8').split('\x1b[?2026h').length : 0)
  await until(() => drawings() > 4)
  const [from, before] = [Date.now(), drawings()]
  await until(() => Date.now() - from > 1_500)
  const flooding = ((drawings() - before) / (Date.now() - from)) * 1000
  expect(flooding).toBeGreaterThan(2)
  expect(flooding).toBeLessThan(12)
  open('calm')
  await until(() => readFileSync(recording, 'utf8').includes('over'))
  const [calm, still] = [Date.now(), drawings()]
  await until(() => Date.now() - calm > 2_000)
  // Only the time goes on, once a second.
  expect(drawings() - still).toBeLessThanOrEqual(3)
  open('go')
  await until(() => readFileSync(recording, 'utf8').includes('release is done'))
})
