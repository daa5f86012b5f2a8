import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RunResult } from '../../src/ops/types.ts'
import { LostError, UnreachableError, UsageError } from '../../src/words/errors.ts'
import { until } from '../fixtures/until.ts'
import { countingHost, type Ran } from './fakehost.ts'
import { makeTree, nodeIn, runTests, type Tree, testFile } from './tested.ts'

let tree: Tree
beforeEach(() => {
  tree = makeTree()
})
afterEach(() => {
  vi.unstubAllEnvs()
  tree.remove()
})

const passes = testFile("test('passes', ({ node }) => expect(node.file('/etc/passwd')).toBeFile())")

// What else it can be: exit.test.ts, and the table of test/cli/test.test.ts.
test.each([
  ['there is no file', {}],
  [
    'a file is broken, though others fail',
    { a: testFile("test('fails', () => { expect(1).toBe(2) })"), b: testFile('const = 1') },
  ],
  ['a file has no test', { a: '' }],
])('when %s the exit code is 2, of the run and not of this process', async (_when, files) => {
  for (const [name, text] of Object.entries(files)) tree.write(`nodetests/${name}.nodetest.ts`, text)
  const told = await runTests(tree, [nodeIn(tree)])
  expect(told.exit, JSON.stringify(told.events)).toBe(2)
  expect(told.of('run-end')).toMatchObject([{ exitCode: 2, status: 'ERROR' }])
  expect(process.exitCode).toBeUndefined()
})

test('a broken file is told with its reason and its line, and the others run', async () => {
  tree.write('nodetests/a.nodetest.ts', passes)
  tree.write('nodetests/b.nodetest.ts', testFile('const a = {', '  b: ;', '}'))
  tree.write('nodetests/c.nodetest.ts', testFile("import { x } from './none.ts'", "test('c', () => { x() })"))
  tree.write('nodetests/d.nodetest.ts', testFile("throw new Error('at the top')"))
  const told = await runTests(tree, [nodeIn(tree)])
  expect(told.outcomes).toEqual({ passes: 'pass' })
  const reasons = Object.fromEntries(told.of('file-broken').map(({ file, why }) => [file, why]))
  expect(reasons).toEqual({
    'nodetests/b.nodetest.ts': expect.stringMatching(/Unexpected token.*3/s),
    'nodetests/c.nodetest.ts': expect.stringMatching(/none\.ts/),
    'nodetests/d.nodetest.ts': expect.stringMatching(/^at the top\n {2}at nodetests\/d\.nodetest\.ts:2:7$/),
  })
})

test('a file that is broken on two nodes is one', async () => {
  tree.write('nodetests/a.nodetest.ts', testFile('const a = {'))
  const told = await runTests(tree, [nodeIn(tree), nodeIn(tree, 'web2')])
  expect(told.of('run-end')).toMatchObject([{ exitCode: 2, why: '1 test file is broken' }])
})

test('tests of one name are told in the order of their file', async () => {
  tree.write(
    'nodetests/a.nodetest.ts',
    testFile("test('a', ({ node }) => node.run('sleep 0.2'))", "test('a', () => { expect(1).toBe(2) })"),
  )
  const told = await runTests(tree, [nodeIn(tree)])
  expect(told.of('test-end').map(({ outcome }) => outcome)).toEqual(['pass', 'fail'])
})

test('an unreachable node is told once, at once, and the others are tested', async () => {
  tree.write('nodetests/a.nodetest.ts', passes)
  const gone = nodeIn(tree, 'web1', undefined, {
    reach: () => Promise.reject(new UnreachableError('web1: no route. Start it.')),
  })
  const told = await runTests(tree, [gone, nodeIn(tree, 'web2')])
  expect(told.outcomes).toEqual({ 'web2 passes': 'pass' })
  const [first, second] = told.of('node-end')
  expect(first).toMatchObject({ node: 'web1', outcome: 'unreachable', why: 'web1: no route. Start it.', roundTrips: 0 })
  expect(second).toMatchObject({ node: 'web2', outcome: 'pass' })
})

test('where no node is reached no test is begun', async () => {
  tree.write('nodetests/a.nodetest.ts', passes)
  const gone = nodeIn(tree, 'web1', undefined, {
    reach: () => Promise.reject(new UnreachableError('web1: no route. Start it.')),
  })
  const told = await runTests(tree, [gone])
  expect(told.events.map(({ event }) => event)).toEqual(['node-end', 'run-end'])
  expect(told.exit).toBe(4)
})

test.each(['webap', '../sets/webapp', ''])('a built-in set %j is refused before anything is asked', async (set) => {
  const told = runTests(tree, [nodeIn(tree)], { selection: { builtin: [set] } })
  await expect(told).rejects.toThrow(
    new UsageError(`there is no built-in set of tests ${set}. See the manual's page on node tests.`),
  )
})

test('a node that goes away is one unreachable, not as many failures', async () => {
  const lines = Array.from(
    { length: 9 },
    (_, n) =>
      `test('late ${n}', async ({ node }) => { await node.run('true'); await expect(node.file('/${n}')).not.toExist() })`,
  )
  tree.write(
    'nodetests/a.nodetest.ts',
    testFile("test('early', ({ node }) => expect(node.file('/etc')).toExist())", ...lines),
  )
  let lost = false
  const host = countingHost(({ argv }) => {
    lost ||= argv[0] === 'sh' && argv[1] === '-c'
    return lost ? Promise.reject(new LostError('web1: the connection was lost.')) : undefined
  })
  const told = await runTests(tree, [nodeIn(tree, 'web1', host)])
  expect(told.exit).toBe(4)
  expect(told.of('test-end').filter(({ outcome }) => outcome !== 'pass')).toEqual([])
  expect(told.of('node-end')).toMatchObject([{ outcome: 'unreachable', why: 'web1: the connection was lost.' }])
})

test('one lost session is not a lost node', async () => {
  tree.write(
    'nodetests/a.nodetest.ts',
    testFile("test('one', ({ node }) => node.run('true'))", "test('two', ({ node }) => node.run('false'))"),
  )
  const host = countingHost(({ argv }) =>
    argv[2] === 'true' ? Promise.reject(new LostError('a session ended')) : undefined,
  )
  const told = await runTests(tree, [nodeIn(tree, 'web1', host)])
  expect(told.outcomes).toEqual({ one: 'unknown', two: 'pass' })
})

test('what conc can not do as another user is unknown, in sudo’s words', async () => {
  tree.write(
    'nodetests/a.nodetest.ts',
    testFile(
      "test('asked', ({ node }) => expect(node.sudo().file('/etc')).not.toExist())",
      "test('run', ({ node }) => node.sudo('www').run('true'))",
      "test('plain', ({ node }) => expect(node.file('/etc')).toExist())",
    ),
  )
  const host = countingHost(({ options: { as } }) => {
    if (as === 'root') return Promise.reject(new UnreachableError('web1: sudo refuses. It says: no.'))
    return as === 'www' ? Promise.reject(new UnreachableError('web1: no www.')) : undefined
  })
  const told = await runTests(tree, [nodeIn(tree, 'web1', host)])
  expect(told.outcomes).toEqual({ asked: 'unknown', run: 'unknown', plain: 'pass' })
  expect(told.why('asked')).toMatch(/^web1: sudo refuses\. It says: no\./)
})

test('questions of the same moment are one round trip for each user, and the same one is asked once', async () => {
  const lines = Array.from(
    { length: 40 },
    (_, n) => `test('${n}', ({ node }) => expect(node.file('/etc/${n % 4}')).not.toExist())`,
  )
  const rooted = Array.from(
    { length: 10 },
    (_, n) => `test('as ${n}', ({ node }) => expect(node.sudo().file('/etc/${n}')).not.toExist())`,
  )
  tree.write('nodetests/a.nodetest.ts', testFile(...lines, ...rooted))
  const host = countingHost()
  const told = await runTests(tree, [nodeIn(tree, 'web1', host)])
  expect(told.exit).toBe(0)
  const { roundTrips = 0 } = told.of('node-end')[0] ?? {}
  expect(roundTrips).toBe(host.runs.length)
  expect(roundTrips).toBeLessThan(10)
  const asked = host.runs.filter(({ options }) => options.as === undefined).flatMap(questionsIn)
  expect(asked.length).toBeLessThanOrEqual(4 * host.runs.length)
  expect(host.runs.every(({ argv }) => argv.join(' ') === 'sh')).toBe(true)
})

/** The calls of a batch. */
function questionsIn({ text }: Ran): readonly string[] {
  return text.split('\n').filter((line) => /^ask \d/.test(line))
}

test('one question that hangs makes no other unknown', async () => {
  const lines = Array.from(
    { length: 5 },
    (_, n) => `test('${n}', ({ node }) => expect(node.file('/etc/${n}')).not.toExist())`,
  )
  tree.write(
    'nodetests/a.nodetest.ts',
    testFile("test('hangs', ({ node }) => expect(node.file('/hung')).not.toExist())", ...lines),
  )
  const host = countingHost((ran) => {
    const calls = questionsIn(ran)
    if (!calls.some((call) => call.includes('/hung'))) return undefined
    const late: RunResult = { timedOut: true, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }
    return Promise.resolve(late)
  })
  const told = await runTests(tree, [nodeIn(tree, 'web1', host)])
  expect(told.outcomes).toEqual({ hangs: 'unknown', 0: 'pass', 1: 'pass', 2: 'pass', 3: 'pass', 4: 'pass' })
  expect(told.why('hangs')).toMatch(/^the node did not answer within 8 s/)
})

test('what waits for its turn is unknown when its time is over, and questions wait for no command', async () => {
  const commands = Array.from(
    { length: 9 },
    (_, n) => `test('${n}', { timeout: ${n < 5 ? 4000 : 1500} }, ({ node }) => node.run('sleep 60.${n}'))`,
  )
  const question = "test('question', ({ node }) => expect(node.file('/etc')).toExist())"
  tree.write('nodetests/a.nodetest.ts', testFile(...commands, question))
  let most = 0
  let running = 0
  const host = countingHost(({ argv, options: { signal } }) => {
    if (argv[1] !== '-c') return undefined
    running += 1
    most = Math.max(most, running)
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        running -= 1
        reject(signal.reason)
      })
    })
  })
  const told = await runTests(tree, [nodeIn(tree, 'web1', host)])
  const { question: answered, ...others } = told.outcomes
  expect(answered).toBe('pass')
  expect(Object.values(others).sort()).toEqual([...Array(5).fill('fail'), ...Array(4).fill('unknown')])
  const late = Object.keys(others).find((name) => others[name] === 'unknown') ?? ''
  const begun = Object.keys(others).find((name) => others[name] === 'fail') ?? ''
  expect(told.why(begun)).toMatch(
    /^test took over 4s .*\n {2}waiting for `sh -c 'sleep 60\.\d'`, for \d\.\d s\n {2}at /,
  )
  expect(told.why(late)).toMatch(
    /^test took over 1\.5s .*\n {2}waiting for the turn of `sh -c 'sleep 60\.\d'`, for \d\.\d s: too much else/,
  )
  expect(most).toBe(5)
})

test('until and poll ask the node anew each time', async () => {
  tree.write(
    'nodetests/a.nodetest.ts',
    testFile(
      "test('until', ({ node }) => until(() => expect(node.file('/etc/never-1')).toExist(), { within: '1500ms', every: '20ms' }))",
      "test('poll', ({ node }) => expect.poll(() => node.file('/etc/never-2'), { timeout: 1500, interval: 20 }).toExist())",
    ),
  )
  const host = countingHost()
  await runTests(tree, [nodeIn(tree, 'web1', host)])
  const all = host.runs.flatMap(questionsIn)
  for (const path of ['/etc/never-1', '/etc/never-2'])
    expect(all.filter((call) => call.includes(path)).length).toBeGreaterThan(1)
})

describe('a command that is not over when its test is', () => {
  test.each([
    ['the time is over', '{ timeout: 300 }, ({ node }) => node.run("echo $$ >PID; sleep 300")', 'fail'],
    [
      'nobody waits for it',
      'async ({ node }) => { void node.run("echo $$ >PID; sleep 300").catch(() => {}); await until(() => node.run("test -s PID").then((it) => { if (!it.succeeded) throw new Error("not yet") }), { every: "50ms" }) }',
      'pass',
    ],
  ])('is ended on the node when %s', async (_why, text, outcome) => {
    const pidFile = `${tree.folder}/pid`
    tree.write('nodetests/a.nodetest.ts', testFile(`test('x', ${text.replaceAll('PID', pidFile)})`))
    const told = await runTests(tree, [nodeIn(tree)])
    expect(told.outcomes, told.why('x')).toEqual({ x: outcome })
    await until(() => !alive(Number(readFileSync(pidFile, 'utf8'))))
  })
})

function alive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

test('the user’s own configuration neither matters nor breaks anything, and nothing is written there', async () => {
  const broken = "throw new Error('this is the user’s')"
  for (const name of [
    'vitest.config.ts',
    'vite.config.ts',
    'vitest.workspace.ts',
    'postcss.config.js',
    'babel.config.js',
  ])
    tree.write(name, broken)
  tree.write('tsconfig.json', '{ "extends": "@nowhere/tsconfig", not json')
  tree.write('nodetests/tsconfig.json', '{ "extends": "./none.json" }')
  tree.write('package.json', '{ "type": "commonjs", "vitest": 1 }')
  tree.write('.env', 'NODE_ENV=production\nSHOP=from-env')
  tree.write('lib/ports.ts', 'export enum Port { http = 80 }\nexport const port: Port = Port.http')
  tree.write(
    'nodetests/a.nodetest.ts',
    testFile(
      "import { port } from '../lib/ports.ts'",
      "import { expect as other } from 'vitest'",
      "import { milliseconds } from 'conc-deploy'",
      "test('a', () => { expect(port).toBe(80); other(milliseconds('1s')).toBe(1000); expect(process.env.SHOP).toBeUndefined() })",
    ),
  )
  const before = listing()
  const told = await runTests(tree, [nodeIn(tree)])
  expect(told.outcomes, JSON.stringify(told.events)).toEqual({ a: 'pass' })
  expect(listing()).toEqual(before)
})

function listing(): readonly string[] {
  return readdirSync(tree.folder, { recursive: true }).map(String).sort()
}

test('this process is as before: listeners, environment, temporary folders', async () => {
  tree.write('nodetests/a.nodetest.ts', testFile("test('a', () => { expect(1).toBe(2) })"))
  vi.stubEnv('TMPDIR', tree.folder)
  const state = () => ({
    listeners: ['SIGINT', 'SIGTERM', 'exit', 'unhandledRejection'].map((event) => process.listenerCount(event)),
    env: { ...process.env },
    left: listing(),
  })
  const before = state()
  const cacheFolder = join(tree.folder, 'cache')
  await runTests(tree, [nodeIn(tree)], { cacheFolder })
  rmSync(cacheFolder, { recursive: true, force: true })
  expect(state()).toEqual(before)
})

describe('an .only that somebody forgot', () => {
  const lines = ["test('left', () => {})", "describe('web', () => {", "  test.only('one', () => {})", '})']
  test('is told with its line, and what it leaves out is skipped', async () => {
    tree.write('nodetests/a.nodetest.ts', testFile(...lines))
    tree.write('nodetests/b.nodetest.ts', passes)
    const told = await runTests(tree, [nodeIn(tree)])
    expect(told.outcomes).toEqual({ left: 'skip', 'web > one': 'pass', passes: 'pass' })
    expect(told.of('file-only')).toMatchObject([{ file: 'nodetests/a.nodetest.ts', line: 4 }])
    expect(told.exit).toBe(0)
  })

  test('is a failure where nobody looks', async () => {
    tree.write('nodetests/a.nodetest.ts', testFile(...lines))
    const told = await runTests(tree, [nodeIn(tree)], { refusesOnly: true })
    expect(told.outcomes).toEqual({ left: 'skip', 'web > one': 'pass', '.only': 'fail' })
    expect(told.why('.only')).toBe(
      '`.only` leaves out the other tests of its file. Remove it.\n  at nodetests/a.nodetest.ts:4',
    )
    expect([told.of('file-only'), told.exit]).toEqual([[], 1])
  })

  test('is told too where only some tests are asked for', async () => {
    tree.write('nodetests/a.nodetest.ts', testFile(...lines))
    const told = await runTests(tree, [nodeIn(tree)], { selection: { name: 'one' } })
    expect(told.of('file-only')).toHaveLength(1)
  })

  test('is none in a comment, nor where a filter leaves tests out', async () => {
    tree.write(
      'nodetests/a.nodetest.ts',
      testFile('// no test.only here', "test('a', () => {})", "test('b', () => {})"),
    )
    const told = await runTests(tree, [nodeIn(tree)], { selection: { name: 'a' }, refusesOnly: true })
    expect([told.outcomes, told.exit]).toEqual([{ a: 'pass' }, 0])
  })
})

test('a test is told to begin when it begins, not when that is told', async () => {
  tree.write(
    'nodetests/a.nodetest.ts',
    testFile("test('a', () => { const end = Date.now() + 300; while (Date.now() < end); })"),
  )
  const before = Date.now()
  const told = await runTests(tree, [nodeIn(tree)], { now: () => new Date() })
  const [start, end] = [...told.of('test-start'), ...told.of('test-end')].map(({ time }) => Date.parse(time))
  expect(start).toBeGreaterThan(before)
  expect((end ?? 0) - (start ?? 0)).toBeGreaterThanOrEqual(290)
})

test('what tests print is an event', async () => {
  tree.write('nodetests/a.nodetest.ts', testFile("test('a', () => { console.log('hello', 1); console.error('oh') })"))
  const told = await runTests(tree, [nodeIn(tree)])
  expect(told.of('test-output')).toMatchObject([
    { node: 'web1', stream: 'stdout', text: 'hello 1\n' },
    { node: 'web1', stream: 'stderr', text: 'oh\n' },
  ])
})

test('an error that belongs to no test fails the run, and is told', async () => {
  const stray = "test('a', async () => { void Promise.reject(new Error('a stray')); await until(() => {}, {}) })"
  tree.write('nodetests/a.nodetest.ts', testFile(stray))
  const told = await runTests(tree, [nodeIn(tree)])
  expect(told.exit).toBe(1)
  expect(told.of('run-end')).toMatchObject([{ status: 'FAILED', why: 'a stray\n  at nodetests/a.nodetest.ts:2:45' }])
})

test('an error that belongs to no test is an end of its own, with its file, and counts for its node', async () => {
  const late =
    "test('a', async () => { setTimeout(() => { throw new Error('late') }); await new Promise((done) => setTimeout(done, 50)) })"
  tree.write('nodetests/a.nodetest.ts', testFile(late))
  const told = await runTests(tree, [nodeIn(tree)])
  expect(told.outcomes).toEqual({ a: 'pass', 'stray errors': 'fail' })
  expect(told.of('test-end').at(-1)).toMatchObject({
    why: 'late\n  at nodetests/a.nodetest.ts:2:50',
    file: 'nodetests/a.nodetest.ts',
  })
  expect(told.of('node-end')).toMatchObject([{ outcome: 'fail', counts: { pass: 1, fail: 1 } }])
})

test('a command that nobody waits for is no stray error when its test is over', async () => {
  tree.write('nodetests/a.nodetest.ts', testFile("test('a', ({ node }) => { void node.run('sleep 30') })"))
  const told = await runTests(tree, [nodeIn(tree)])
  expect(told.of('run-end')).toMatchObject([{ status: 'OK' }])
})

test('a test that never yields does not hold the run for ever', async () => {
  tree.write('nodetests/a.nodetest.ts', testFile("test('a', () => { for (;;) {} })"))
  const told = await runTests(tree, [nodeIn(tree)], { timeout: 100 })
  expect(told.exit).toBe(1)
  expect(told.of('run-end')).toMatchObject([{ status: 'FAILED', why: expect.stringMatching(/not heard any more/) }])
})

test('a tag expression that can’t be read is an error, not a pass', async () => {
  tree.write('nodetests/a.nodetest.ts', passes)
  await expect(runTests(tree, [nodeIn(tree)], { selection: { tags: ['smoke &&'] } })).rejects.toThrow(UsageError)
})

describe('of all tests are chosen', () => {
  const file = testFile(
    "describe('web', () => { test('serves', { tags: ['smoke', 'web'] }, () => {}); test('is slow', { tags: 'slow' }, () => {}); test.skip('is out', () => {}) })",
    "test('a (b) c', () => {})",
  )
  test.each([
    ['a part that is no pattern', { name: '(b)' }, ['a (b) c']],
    ['a pattern', { name: '/^web > (serves|none)$/' }, ['web > serves']],
    ['tags', { tags: ['smoke || slow'] }, ['web > serves', 'web > is slow']],
    ['not a tag', { tags: ['!smoke && !slow'] }, ['a (b) c']],
    ['a file by its path', { files: ['./nodetests/two.nodetest.ts'] }, ['second']],
    ['nothing', { name: 'no such test' }, []],
  ])('by %s', async (_what, selection, names) => {
    tree.write('nodetests/one.nodetest.ts', file)
    tree.write('nodetests/two.nodetest.ts', testFile("test('second', { tags: ['slow', 'web'] }, () => {})"))
    const told = await runTests(tree, [nodeIn(tree)], { selection })
    const wanted = Object.keys(told.outcomes).filter((name) => name !== 'second' || names.includes('second'))
    expect(wanted.sort()).toEqual([...names].sort())
    expect(told.exit).toBe(names.length === 0 ? 2 : 0)
  })
})

test('five nodes are tested side by side, each as itself', async () => {
  tree.write(
    'nodetests/a.nodetest.ts',
    testFile(
      "test('a', async ({ node }) => { await expect(node.file('/etc')).toExist(); expect(node.attributes.name).toBe(node.name) })",
    ),
  )
  const nodes = Array.from({ length: 5 }, (_, n) => nodeIn(tree, `wéb-${n}`, countingHost()))
  const told = await runTests(tree, nodes)
  expect(told.exit, JSON.stringify(told.of('test-end'))).toBe(0)
  expect(
    told
      .of('test-end')
      .map(({ node }) => node)
      .sort(),
  ).toEqual(nodes.map(({ name }) => name).sort())
  expect(told.of('node-end').every(({ roundTrips }) => roundTrips === 1)).toBe(true)
}, 60_000)

test('a stop ends the tests that run, and what they run on the node', async () => {
  const pidFile = `${tree.folder}/pid`
  tree.write(
    'nodetests/a.nodetest.ts',
    testFile(
      "test('early', { concurrent: false }, () => {})",
      "test.skip('left', () => {})",
      `test('long', { concurrent: false, timeout: 60_000 }, ({ node }) => node.run('echo $$ >${pidFile}; sleep 300'))`,
      "test('next', { concurrent: false }, () => {})",
    ),
  )
  const stop = new AbortController()
  const running = runTests(tree, [nodeIn(tree)], { signal: stop.signal })
  await until(() => listing().includes('pid'))
  stop.abort()
  const told = await running
  expect(told.exit).toBe(5)
  expect(told.outcomes).toEqual({ early: 'pass', left: 'skip', long: 'interrupted', next: 'interrupted' })
  expect(told.why('long')).toBe('the run ended before this test did')
  expect(told.why('next')).toBe('the run ended before it began')
  const counts = { pass: 1, fail: 0, skip: 1, unknown: 0, interrupted: 2 }
  expect(told.of('node-end')).toMatchObject([{ outcome: 'interrupted', counts }])
  expect(told.of('run-end')).toMatchObject([{ status: 'STOPPED', exitCode: 5, counts }])
  await until(() => !alive(Number(readFileSync(pidFile, 'utf8'))))
})
