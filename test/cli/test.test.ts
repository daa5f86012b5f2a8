import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { freePort, type Sshd, startSshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { inShell, objectsOf, treeOf } from './sample.ts'

let sshd: Sshd
let dead: number
let station: Workstation

beforeAll(async () => {
  sshd = await startSshd()
  dead = await freePort()
})
afterAll(() => sshd.stop())

beforeEach(() => {
  station = makeWorkstation(readFileSync(sshd.knownHostsFile, 'utf8'))
  describeNodes()
})
afterEach(() => station.remove())

/** Two nodes that are one machine, and one that is not there. */
function describeNodes(more: Readonly<Record<string, string>> = {}): void {
  const at = (port: number) => ({
    'sshd.ip': '127.0.0.1',
    'sshd.port': String(port),
    admin: sshd.user,
    key: sshd.keyFile,
  })
  station.write(
    'deploy.ini',
    deployFile({
      deploy: { app: 'shop', release: '1' },
      'group:web': more,
      'node:web1': { groups: 'web', ...at(sshd.port) },
      'node:web2': { groups: 'web', ...at(sshd.port) },
      'node:dead': at(dead),
    }),
  )
}

/** Writes a file of tests with these bodies, `node`, `skip` and `expect` at hand. */
function write(tests: Readonly<Record<string, string>>, name = 'shop'): void {
  const lines = Object.entries(tests).map(
    ([title, body]) => `  test(${JSON.stringify(title)}, async ({ node, skip }) => { ${body} })\n`,
  )
  const head = `import { describe, expect, test, Unknown } from 'conc-deploy/test'\n`
  station.write(`nodetests/${name}.nodetest.ts`, `${head}describe('${name}', () => {\n${lines.join('')}})\n`)
}

const pass = `await expect(node.file('/etc/passwd')).toExist()`
const fail = `await expect(node.file('/etc/passwd')).toBeDirectory()`
const all = { passes: pass, fails: fail, wonders: `throw new Unknown('no such tool')`, waits: `skip('not yet')` }

/** What came out without the times, which differ. */
function timeless(text: string): string {
  return text.replaceAll(/\d+(\.\d)? (ms|s)\b/g, 'TIME').replaceAll(/\d+ round trips?/g, 'TRIPS')
}

test('each outcome is told, on the terminal and in every report at once; nothing else is written', async () => {
  write(all)
  const before = treeOf(station.folder)
  const files = { junit: 'r.xml', tap: 'r.tap', json: 'r.jsonl', log: 'r.log' }
  const options = Object.entries(files).map(([option, file]) => `--${option}=${file}`)
  const { exit, stdout, stderr } = await station.conc('test', 'web1', ...options)
  expect({ exit, stderr }).toEqual({ exit: 1, stderr: '' })
  const lines = timeless(stdout).split('\n')
  expect(lines[0]).toBe('web1')
  expect(lines).toContain('  ✗ shop > fails  (nodetests/shop.nodetest.ts)')
  expect(lines).toContain('      file /etc/passwd on web1: expected to be a directory')
  expect(lines).toContain('  ? shop > wonders  (unknown, nodetests/shop.nodetest.ts)')
  expect(lines.slice(-3)).toEqual([
    '✗ web1  1 failed, 1 unknown, 1 passed, 1 skipped; TRIPS, TIME',
    'FAILED: 1 node, 1 failed, 1 unknown, 1 passed, 1 skipped, TIME',
    '',
  ])
  const read = (file: string) => readFileSync(join(station.folder, file), 'utf8')
  expect(read(files.junit)).toContain('tests="4" failures="1" errors="1" skipped="1"')
  expect(read(files.tap)).toMatch(/^TAP version 14\n# Subtest: web1\n/)
  expect(objectsOf(read(files.json)).at(-1)).toMatchObject({ event: 'run-end', status: 'FAILED', exitCode: 1 })
  expect(read(files.log)).toMatch(/ERROR +web1 +unknown in .*: shop > wonders/)
  expect(
    treeOf(station.folder)
      .filter((path) => !before.includes(path))
      .sort(),
  ).toEqual(Object.values(files).sort())
})

test.each<[string, readonly string[], Readonly<Record<string, string>>, number, RegExp]>([
  ['all pass', ['web1', 'web2'], { a: pass }, 0, /^OK: 2 nodes, 2 passed/m],
  ['one is unknown', ['web1'], { a: `throw new Unknown('x')` }, 1, /^FAILED: .*1 unknown/m],
  ['others are left out', ['all', '--limit', 'web*:!web2'], { a: pass }, 0, /^OK: 1 node, 1 passed/m],
  [
    'a node is not there',
    ['dead', 'web1'],
    { a: pass },
    4,
    /^✗ dead {2}unreachable: .*\n.*\nERROR: 2 nodes, 1 passed, 1 unreachable/m,
  ],
  ['a node is not there and a test fails', ['dead', 'web1'], { a: fail }, 1, /^✗ dead .*unreachable/m],
  ['a file is broken', ['web1'], { a: `await expect(` }, 2, /✗ nodetests\/shop\.nodetest\.ts can't be loaded/],
])('when %s: %j of %j exits with %i', async (_what, nodes, tests, exit, said) => {
  write(tests)
  const ended = await station.conc('test', ...nodes)
  expect(ended.stdout).toMatch(said)
  expect(ended.exit, ended.stdout + ended.stderr).toBe(exit)
})

test('an .only is told, and fails a run of a build server', async () => {
  const file = `import { test } from 'conc-deploy/test'\ntest.only('one', () => {})\ntest('two', () => {})\n`
  station.write('nodetests/shop.nodetest.ts', file)
  const ended = await station.conc('test', 'web1')
  expect(ended.stdout).toContain(
    '  ! nodetests/shop.nodetest.ts:2: `.only` leaves out the other tests of its file. Remove it.\n',
  )
  expect(ended.exit).toBe(0)
  const server = makeWorkstation(readFileSync(sshd.knownHostsFile, 'utf8'), { CI: 'true' })
  server.write('deploy.ini', readFileSync(join(station.folder, 'deploy.ini'), 'utf8'))
  server.write('nodetests/shop.nodetest.ts', file)
  const { exit, stdout } = await server.conc('test', 'web1')
  server.remove()
  expect([exit, stdout]).toEqual([
    1,
    expect.stringMatching(/✗ \.only .*\n.*leaves out.*\n +at nodetests\/shop\.nodetest\.ts:2\n/),
  ])
})

test('Ctrl-C ends the tests, and the command on the node: exit 5', async () => {
  const mark = join(station.folder, 'began')
  write({ a: pass, long: `await node.run('echo $$ >${mark}; exec sleep 600')` })
  const running = station.start('test', 'web1')
  await until(() => existsSync(mark) && readFileSync(mark, 'utf8').endsWith('\n'))
  running.signal('SIGINT')
  const { exit, stdout } = await running.ended
  expect(exit, stdout).toBe(5)
  expect(stdout).toContain('  ⏸ shop > long  (interrupted, nodetests/shop.nodetest.ts)\n')
  expect(stdout).toMatch(/^STOPPED: 1 node, \d interrupted, /m)
  const pid = readFileSync(mark, 'utf8').trim()
  await until(() => !existsSync(`/proc/${pid}`))
})

test.each<[string, readonly string[], readonly string[]]>([
  ['a name', ['-t', 'fails'], ['shop > fails']],
  ['an expression', ['--name', '/^shop > (fails|passes)$/'], ['shop > fails', 'shop > passes']],
  ['a part of a path', ['other'], ['other > passes']],
  ['a file as the shell completes it', ['./nodetests/other.nodetest.ts'], ['other > passes']],
  ['tags', ['--tag', 'slow && !web'], ['tags > two']],
  ['two expressions of tags', ['--tag', 'slow', '--tag', 'web'], ['tags > one']],
])('%s chooses tests: %j', async (_what, options, names) => {
  write({ passes: pass, fails: fail })
  write({ passes: pass }, 'other')
  station.write(
    'nodetests/tags.nodetest.ts',
    `import { describe, test } from 'conc-deploy/test'
describe('tags', () => {
  test('one', { tags: ['slow', 'web'] }, () => {})
  test('two', { tags: ['slow'] }, () => {})
})
`,
  )
  const { stdout } = await station.conc('test', 'web1', ...options, '--json')
  const ends = objectsOf(stdout).filter(({ event }) => event === 'test-end')
  expect(ends.map((end) => end.test).sort(), stdout).toEqual(names)
})

describe('before anything is asked', () => {
  test.each<[readonly string[], string]>([
    [['dead'], 'nodetests: there is no test file, such as shop.nodetest.ts. Write one, or give --builtin webapp.'],
    [['daed'], 'no node or group matches `daed`. Write the name of a node or group, or a glob. Did you mean dead?'],
    [['nodetests/x.nodetest.ts'], 'nodetests/x.nodetest.ts: no node is named. Name one first: conc test NODE [FILES].'],
    [
      ['dead', 'web3'],
      'web3: it names no node and no group, and is in the path of no test file. Correct it. Did you mean web1?',
    ],
    [['dead', '--builtin', 'wepapp'], '--builtin wepapp: there is no such set. Give webapp. Did you mean webapp?'],
    [['dead', '--timeout', '30'], '--timeout 30: it is no time. Write one with its unit, such as 30s.'],
    [['dead', '--junit', '.'], "--junit .: it can't be written: it is a folder. Name another file."],
    [['dead', '--junit', 'x', '--tap', './x'], '--junit x: another report goes there too. Name another file.'],
    [['dead', '--baseline', '--tap', 'x'], '--baseline records, and runs no test. Leave --tap away.'],
    [['dead', '--baseline', '--changes-only'], '--baseline records, and runs no test. Leave --changes-only away.'],
  ])('%j is refused', async (words, message) => {
    const { exit, stdout, stderr } = await station.conc('test', ...words)
    expect({ exit, stdout, stderr }).toEqual({ exit: 2, stdout: '', stderr: `${message}\n` })
  })

  test('a report that can not be written is refused', async () => {
    write({ a: pass })
    const { exit, stderr } = await station.conc('test', 'dead', '--junit', 'no/such/r.xml')
    expect(exit).toBe(2)
    expect(stderr).toMatch(/^--junit no\/such\/r\.xml: it can't be written: .*Name another file\.\n$/)
  })

  test('waivers are read, and all that is wrong with them is told', async () => {
    write({ a: pass })
    station.write('nodetests/waivers.ini', '[shop > a]\nuntil = soon\n')
    const { exit, stderr } = await station.conc('test', 'dead')
    expect({ exit, stderr }).toEqual({
      exit: 2,
      stderr:
        'nodetests/waivers.ini:1: the waiver for `shop > a` has no reason. Add reason = WHY IT MAY FAIL.\n' +
        "nodetests/waivers.ini:2: until can't be `soon`. Write a day as 2026-12-31.\n",
    })
  })

  test('a baseline that is none is told', async () => {
    station.write('nodetests/baselines/dead.json', '{')
    const { exit, stderr } = await station.conc('test', 'dead')
    expect(exit).toBe(2)
    expect(stderr).toMatch(/baselines\/dead\.json: .*Record it again with --baseline\.\n$/)
  })
})

describe('--json', () => {
  beforeEach(() => write({ a: pass }))

  test('takes no node for its file', async () => {
    const { exit, stdout } = await station.conc('test', '--json', 'web1')
    expect(exit, stdout).toBe(0)
    expect(objectsOf(stdout).map(({ event }) => event)).toEqual(['test-start', 'test-end', 'node-end', 'run-end'])
  })

  test.each([
    ['--json r.ndjson web1', 'r.ndjson'],
    ['web1 --json=r.txt', 'r.txt'],
  ])('%s writes a file, and stdout stays for people', async (words, file) => {
    const { exitCode, stdout } = await inShell(station, `$conc test ${words}`)
    expect([exitCode, String(stdout).slice(0, 2)]).toEqual([0, '✓ '])
    expect(objectsOf(readFileSync(join(station.folder, file), 'utf8')).at(-1)).toMatchObject({ event: 'run-end' })
  })
})

test('a waived test does not fail the run, and a waiver without a test is told', async () => {
  write(all)
  const rest = 'reason = known\nuntil = 2999-12-31\n'
  station.write('nodetests/waivers.ini', `[shop > *s]\n${rest}[shop > gone]\n${rest}[baseline > x]\n${rest}`)
  const { exit, stdout, stderr } = await station.conc('test', 'web1', '-v')
  expect(exit, stdout).toBe(0)
  expect(stdout).toMatch(/ {2}↷ shop > fails .*\n {6}waived until 2999-12-31: known\n/)
  expect(stdout).toMatch(/^✓ web1 {2}1 passed, 1 skipped, 2 waived;/m)
  expect(stderr.split('\n').sort()).toEqual([
    '',
    'conc: nodetests/waivers.ini:1: `shop > passes` passes on web1 without the waiver.',
    'conc: nodetests/waivers.ini:4: there is no test `shop > gone`. Correct or remove the waiver.',
  ])
})

test('--changes-only tells what differs from the last scan, and keeps that out of the tree', async () => {
  write({ a: pass, b: fail })
  const scan = async () => {
    const { exit, stdout, stderr } = await station.conc('test', 'web1', 'dead', '--changes-only')
    return {
      exit,
      stderr,
      lines: stdout
        .split('\n')
        .filter((line) => /^( {2}|. |[A-Z]+: )\S/.test(line))
        .map(timeless),
    }
  }
  expect(await scan()).toMatchObject({
    exit: 1,
    lines: [
      '  ✗ shop > b  (nodetests/shop.nodetest.ts)',
      expect.stringMatching(/^✗ dead {2}unreachable/),
      '✗ web1  1 failed, 1 passed; TRIPS, TIME',
      'FAILED: 2 nodes, 1 failed, 1 passed, 1 unreachable, TIME',
    ],
  })
  const before = treeOf(station.folder)
  expect(await scan()).toEqual({ exit: 1, stderr: '', lines: [] })
  write({ a: pass, b: pass })
  expect(await scan()).toMatchObject({
    exit: 4,
    lines: ['  ✓ shop > b  (was fail)', '✓ web1  2 passed; TRIPS, TIME', expect.stringMatching(/^ERROR: 1 node,/)],
  })
  expect(treeOf(station.folder)).toEqual(before)
})

test('--baseline records what a node is like; later runs tell what drifted', async () => {
  describeNodes({ nodetests: 'checks' })
  const recorded = await station.conc('test', 'web1', '--baseline')
  expect(recorded.exit, recorded.stderr).toBe(0)
  expect(recorded.stdout).toMatch(/^web1 {2}recorded as seen by the login user: .*checks\/baselines\/web1\.json\n/)
  const file = 'checks/baselines/web1.json'
  const text = readFileSync(join(station.folder, file), 'utf8')
  expect(text).toMatch(/^ {6}"root 0 0 /m)
  station.write(file, text.replace(/^ {6}"root 0 0 .*\n/m, '      "rogue 0 0 /root /bin/sh",\n'))
  const { exit, stdout } = await station.conc('test', 'web1', '-t', 'baseline > users')
  expect(exit, stdout).toBe(1)
  expect(stdout).toContain('✗ baseline > users  (builtin:baseline)\n      users of web1 drifted from the baseline:\n')
  expect(stdout).toMatch(/^ {6}- rogue 0 0 \/root \/bin\/sh\n {6}\+ root 0 0 /m)
  const again = objectsOf((await station.conc('test', 'web1', '--baseline', '--json')).stdout)
  expect(again).toEqual([
    expect.objectContaining({
      event: 'baseline',
      node: 'web1',
      facts: expect.objectContaining({
        users: expect.objectContaining({
          removed: expect.arrayContaining(['rogue 0 0 /root /bin/sh']),
          added: expect.arrayContaining([expect.stringMatching(/^root /)]),
        }),
      }),
    }),
  ])
  expect(readFileSync(join(station.folder, file), 'utf8')).toMatch(/^ {6}"root 0 0 /m)
})

test('a baseline is compared on the nodes that have one', async () => {
  write({ a: pass })
  const facts = { users: { unknown: 'no right' } }
  station.write('nodetests/baselines/web1.json', JSON.stringify({ version: 1, node: 'web1', facts }))
  const { exit, stdout } = await station.conc('test', 'web1', 'web2', '--json')
  const ends = objectsOf(stdout).filter(
    ({ event, test }) => event === 'test-end' && /^baseline > (users|cron)/.test(`${test}`),
  )
  expect(ends.map(({ node, test, outcome }) => `${node} ${test} ${outcome}`).sort(), stdout).toEqual([
    'web1 baseline > cron skip',
    'web1 baseline > users unknown',
  ])
  expect(exit).toBe(1)
})

test('--builtin webapp tells what does not fit the attributes, and skips what has none', async () => {
  const folder = join(station.folder, 'app')
  mkdirSync(folder)
  writeFileSync(join(folder, 'open'), '')
  chmodSync(join(folder, 'open'), 0o666)
  const ends = async () => {
    const { stdout } = await station.conc('test', 'web1', '--builtin', 'webapp', '--json')
    const tests = objectsOf(stdout).filter(({ event }) => event === 'test-end')
    return Object.fromEntries(
      tests.map(({ test, outcome, why }) => [String(test).slice(9), [outcome, String(why ?? '')]]),
    )
  }
  expect(await ends()).toMatchObject({
    'listens only where declared': ['skip', expect.stringContaining('test.ports')],
    'has nothing world-writable in its folders': ['skip', expect.stringContaining('test.folders')],
    'has certificates that last': ['skip', expect.stringContaining('test.certificates')],
    'has the right time': ['pass', ''],
  })
  describeNodes({
    'test.ports': `1 ${sshd.port}`,
    'test.folders': folder,
    'test.disk.max': '1',
    'test.certificates': '/nowhere.pem',
  })
  expect(await ends()).toMatchObject({
    'listens where declared': [
      'fail',
      expect.stringMatching(/^nothing listens on tcp\/1, which test\.ports declares\n/),
    ],
    'has nothing world-writable in its folders': [
      'fail',
      expect.stringContaining(`${join(folder, 'open')} can be written by everybody\n`),
    ],
    'has certificates that last': ['fail', expect.stringContaining('/nowhere.pem')],
    'has room on its disks': ['fail', expect.stringContaining('% of its space used, wanted at most 1 %')],
  })
  describeNodes({ 'test.ports': '1', 'test.folders': '/nope' })
  expect(await ends()).toMatchObject({
    'listens only where declared': [
      'fail',
      expect.stringMatching(/^\S+ listens on (tcp|udp)\/\d+ of \S+, which test\.ports does not declare\n/),
    ],
    'has nothing world-writable in its folders': [
      'fail',
      expect.stringMatching(/^\/nope is not there, and test\.folders names it\n/),
    ],
  })
})

test('of a node that is not there nothing is recorded, and the others are', async () => {
  const { exit, stderr } = await station.conc('test', 'dead', 'web1', '--baseline')
  expect(exit).toBe(4)
  expect(stderr).toMatch(/^conc: .*dead/)
  expect(treeOf(station.folder).filter((path) => path.endsWith('.json'))).toEqual(['nodetests/baselines/web1.json'])
})
