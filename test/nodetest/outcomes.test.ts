import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeTree, nodeIn, runTests, type Told, testFile } from './tested.ts'

/** A test, how it is to end, and what is to be said about it. */
const rows: readonly (readonly [name: string, outcome: string, why: RegExp | undefined, text: string])[] = [
  ['what holds passes', 'pass', undefined, "({ node }) => expect(node.file('/etc/passwd')).toBeFile()"],
  ['the node is the host too', 'pass', undefined, "({ host }) => expect(host.file('/etc/passwd')).toHaveMode('0644')"],
  [
    'a value says what it is',
    'fail',
    /^file \/etc\/passwd on web1: expected to have the mode 0600; it is 0644\n {2}at nodetests\/a\.nodetest\.ts:\d+:\d+$/,
    "({ node }) => expect(node.file('/etc/passwd')).toHaveMode('600')",
  ],
  [
    'a negation fails',
    'fail',
    /expected not to be owned by "root"; it is "root"/,
    "({ node }) => expect(node.file('/etc/passwd')).not.toBeOwnedBy('root')",
  ],
  ['an owner by number', 'pass', undefined, "({ node }) => expect(node.file('/etc/passwd')).toBeOwnedBy(0)"],
  ['a text that it holds', 'pass', undefined, "({ node }) => expect(node.file('/etc/passwd')).toContain('root:')"],
  ['a pattern that it holds', 'pass', undefined, "({ node }) => expect(node.file('/etc/passwd')).toContain(/^root:/)"],
  [
    'a text that it lacks',
    'fail',
    /expected to contain "nobody at all"/,
    "({ node }) => expect(node.file('/etc/passwd')).toContain('nobody at all')",
  ],
  [
    'a plain text',
    'pass',
    undefined,
    "() => { expect('abc').toContain('b'); expect([1, 2]).toContain(2); expect(new Set([3])).not.toContain(2) }",
  ],
  ['too many rights', 'pass', undefined, "({ node }) => expect(node.file('/tmp')).toBeMorePermissiveThan('0755')"],
  [
    'what is absent fails',
    'fail',
    /file \/etc\/none on web1: there is none/,
    "({ node }) => expect(node.file('/etc/none')).toHaveMode('600')",
  ],
  [
    'what is absent fails, negated',
    'fail',
    /there is none/,
    "({ node }) => expect(node.file('/etc/none')).not.toHaveMode('600')",
  ],
  ['absence is an answer', 'pass', undefined, "({ node }) => expect(node.file('/etc/none')).not.toExist()"],
  ['unknown', 'unknown', /user root on web1|it can't tell/, '({ node }) => expect(blind(node)).toExist()'],
  [
    'unknown, negated',
    'unknown',
    /it can't tell\n {2}at nodetests\/a\.nodetest\.ts/,
    '({ node }) => expect(blind(node)).not.toExist()',
  ],
  [
    'unknown, awaited at last',
    'unknown',
    /it can't tell/,
    "({ node }) => until(() => expect(blind(node)).toExist(), { within: '20ms', every: '5ms' })",
  ],
  [
    'unknown, polled',
    'unknown',
    /it can't tell/,
    '({ node }) => expect.poll(() => blind(node), { timeout: 20, interval: 5 }).toExist()',
  ],
  [
    'unknown, softly',
    'unknown',
    /it can't tell/,
    'async ({ node }) => { await expect.soft(blind(node)).toExist(); expect.soft(1).toBe(1) }',
  ],
  [
    'unknown and a failure',
    'fail',
    /it can't tell.*expected 1 to be 2/s,
    'async ({ node }) => { await expect.soft(blind(node)).toExist(); expect.soft(1).toBe(2) }',
  ],
  [
    'a command that takes too long',
    'unknown',
    /command `sleep 60` on web1: it took over 50ms, and was ended/,
    "({ node }) => node.run('sleep 60', { timeout: '50ms' })",
  ],
  [
    'two soft failures',
    'fail',
    /expected 1 to be 2.*the uid 5; it is 0\n {2}at nodetests/s,
    "async ({ node }) => { expect.soft(1).toBe(2); await expect.soft(node.file('/etc/passwd')).toHaveUid(5) }",
  ],
  [
    'no soft failure of another test',
    'pass',
    undefined,
    "async ({ node }) => { await node.file('/etc').exists(); expect.soft(1).toBe(1); await node.run('sleep 0.1'); expect.soft(2).toBe(2) }",
  ],
  [
    'a forgotten await',
    'fail',
    /the mode 0600; it is 0644.*Nobody awaited this: write `await` before its `expect`/,
    "({ node }) => { expect(node.file('/etc/passwd')).toHaveMode('600') }",
  ],
  [
    'a forgotten await of what holds',
    'pass',
    undefined,
    "({ node }) => { expect(node.file('/etc/passwd')).toHaveMode('644') }",
  ],
  [
    'a forgotten await of what is unknown',
    'unknown',
    /it can't tell/,
    '({ node }) => { expect(blind(node)).not.toExist() }',
  ],
  [
    'a forgotten await of an until',
    'fail',
    /there is none.*\(within 50ms, \d+ looks?\)\. Nobody awaited this: write `await` before its `until`|expected to exist \(within 50ms, \d+ looks?\)\. Nobody awaited/,
    "({ node }) => { until(() => expect(node.file('/nope')).toExist(), { within: '50ms', every: '5ms' }) }",
  ],
  [
    'a forgotten await of an until that comes to hold',
    'pass',
    undefined,
    "({ node }) => { until(() => expect(node.file('/etc')).toExist()) }",
  ],
  [
    'a forgotten await of an answer',
    'fail',
    /^Nobody awaited this\. Write `await` before `node\.…`\.\n {2}at nodetests\/a\.nodetest\.ts:\d+:\d+$/,
    "({ node }) => { expect(node.file('/nope').exists()).toBeTruthy() }",
  ],
  [
    'a forgotten await of an answer, negated',
    'fail',
    /^Nobody awaited this\./,
    "({ node }) => { expect(node.file('/nope').exists()).not.toBe(false) }",
  ],
  [
    'a forgotten await of an answer, chained',
    'fail',
    /^Nobody awaited this\./,
    "({ node }) => { expect(node.file('/nope').exists()).to.not.be.null }",
  ],
  [
    'promises that vitest itself waits for',
    'pass',
    undefined,
    "async ({ node }) => { await expect(node.file('/nope').exists()).resolves.toBe(false); await expect(node.file('/nope').mode()).rejects.toThrow('there is none'); await expect(Promise.resolve(1)).resolves.not.toBe(2); await expect.poll(() => node.file('/nope').exists()).toBe(false) }",
  ],
  [
    'an unknown that was to fail',
    'unknown',
    /it can't tell/,
    '{ fails: true }, ({ node }) => expect(blind(node)).toExist()',
  ],
  [
    'an unknown that was to fail, not awaited',
    'unknown',
    /it can't tell/,
    '{ fails: true }, ({ node }) => { expect(blind(node)).toExist() }',
  ],
  [
    'a failure that was to be',
    'pass',
    undefined,
    "{ fails: true }, ({ node }) => expect(node.file('/nope')).toExist()",
  ],
  ['a difference', 'fail', /- {5}3,\n\+ {5}2,/, '() => { expect({ b: [1, 2] }).toEqual({ b: [1, 3] }) }'],
  ['skipped with a note', 'skip', /^not today$/, "({ skip }) => skip('not today')"],
  [
    'the wrong question',
    'fail',
    /toBeRunning: file \/etc\/passwd on web1 can't be asked that\. It can be asked: contains, content, /,
    "({ node }) => expect(node.file('/etc/passwd')).toBeRunning()",
  ],
  ['no subject at all', 'fail', /toBeRunning: "nginx" can't be asked/, "() => expect('nginx').toBeRunning()"],
  [
    'no subject at all, negated',
    'fail',
    /toBeRunning: "nginx" can't be asked/,
    "() => expect('nginx').not.toBeRunning()",
  ],
  ['a mode that is none', 'fail', /"rw" is no mode/, "({ node }) => expect(node.file('/etc/passwd')).toHaveMode('rw')"],
  [
    'nothing expected',
    'fail',
    /toHaveMode: what is expected\?/,
    "({ node }) => expect(node.file('/etc/passwd')).toHaveMode()",
  ],
  [
    'a time without a unit',
    'fail',
    /until: within is "30"\. Write a time with its unit/,
    "() => until(() => 1, { within: '30' })",
  ],
  [
    'a command and its end',
    'pass',
    undefined,
    "async ({ node }) => { await expect(node.run('echo hi; exit 3')).toExitWith(3); await expect(node.run('echo hi')).toPrint(/^hi$/m); await expect(node.run('true')).toSucceed(); await expect(node.run(['false'])).not.toSucceed() }",
  ],
  [
    'a command that a signal ended',
    'fail',
    /command `kill -9 \$\$` on web1: expected to exit with 3; it is killed by SIGKILL\n/,
    "({ node }) => expect(node.run('kill -9 $$')).toExitWith(3)",
  ],
  [
    'words without a shell',
    'pass',
    undefined,
    "async ({ node }) => { expect((await node.run(['printf', '%s|', 'a b', '$HOME'])).stdout).toBe('a b|$HOME|') }",
  ],
  [
    'bytes and input',
    'pass',
    undefined,
    "async ({ node }) => { expect([...(await node.run('cat', { input: new Uint8Array([0, 255, 10]) })).bytes]).toEqual([0, 255, 10]) }",
  ],
  [
    'a folder for the command',
    'pass',
    undefined,
    "async ({ node }) => { await expect(node.run('pwd', { cwd: '/etc' })).toPrint('/etc') }",
  ],
  [
    'until it is so',
    'pass',
    undefined,
    "async () => { let n = 0; expect(await until(() => { n += 1; expect(n).toBe(3); return n }, { within: '5s', every: '5ms' })).toBe(3) }",
  ],
  [
    'until it is too late',
    'fail',
    /expected 1 to be 2.*\(within 20ms, \d+ looks\)/,
    "() => until(() => { expect(1).toBe(2) }, { within: '20ms', every: '5ms' })",
  ],
  [
    'too late',
    'fail',
    /^test took over 0\.1s \(--timeout\)(?!.*testTimeout)/s,
    '{ timeout: 100 }, () => new Promise(() => {})',
  ],
  [
    'too late, still looking',
    'fail',
    /^test took over 0\.3s .*\n {2}waiting for until, \d+ looks, the last: expected 1 to be 2.*, for \d\.\d s$/m,
    "{ timeout: 300 }, () => until(() => { expect(1).toBe(2) }, { every: '5ms' })",
  ],
  [
    'too late, waiting for many things',
    'fail',
    /^test took over 0\.3s .*(\n {2}waiting for until, \d+ looks?, .*){5}\n {2}and for 2 more\n/,
    "{ timeout: 300 }, () => Promise.all(Array.from({ length: 7 }, () => until(() => { expect(1).toBe(2) }, { every: '5ms' })))",
  ],
  [
    'too late, in the first look',
    'fail',
    /^test took over 0\.1s .*\n {2}waiting for until, 1 look, for \d+\.\d s$/m,
    '{ timeout: 100 }, () => until(() => new Promise(() => {}))',
  ],
  [
    'too late, and a soft failure before',
    'fail',
    /^expected 1 to be 2.*\ntest took over 0\.2s .*\n {2}waiting for until, /s,
    "{ timeout: 200 }, () => { expect.soft(1).toBe(2); return until(() => { expect(3).toBe(4) }, { every: '5ms' }) }",
  ],
  [
    'a list that the node gives',
    'pass',
    undefined,
    "async ({ node }) => { await expect(node.user('root').groups()).resolves.toContain('root'); await expect.soft(node.file('/nope')).not.toExist() }",
  ],
  [
    'an answer that is neither yes nor no',
    'fail',
    /^toExist: the answer is "perhaps", neither yes nor no\./,
    "() => expect({ about: 'thing on web1', exists: () => 'perhaps' }).toExist()",
  ],
  [
    'a failure that the test takes to itself',
    'pass',
    undefined,
    "({ node }) => { expect(node.file('/nope')).toExist().catch(() => {}) }",
  ],
  [
    'a failure with something to be done behind it',
    'fail',
    /^file \/nope on web1: expected to exist\n/,
    "({ node }) => expect(node.file('/nope')).toExist().finally(() => {})",
  ],
  [
    'a text that was thrown, too late',
    'fail',
    /^no luck$/,
    "() => until(() => { throw 'no luck' }, { within: '10ms', every: '2ms' })",
  ],
  [
    'a text that was thrown, and nobody awaited',
    'fail',
    /^no luck$/,
    "() => { until(() => { throw 'no luck' }, { within: '10ms', every: '2ms' }) }",
  ],
  [
    'a text that the asking threw',
    'fail',
    /^no luck$/,
    "() => expect({ about: 'thing on web1', exists: () => Promise.reject('no luck') }).toExist()",
  ],
  [
    'a failure with its cause',
    'fail',
    /^shop: it is closed\n {2}at nodetests\/a\.nodetest\.ts:\d+:\d+$/,
    "() => { const cause = new Error('it is closed'); throw Object.assign(new Error('shop', { cause }), { stack: 'Error: shop' }) }",
  ],
  ['a very long failure', 'fail', /^x{4000}…\n {2}at nodetests/, "() => { throw new Error('x'.repeat(5000)) }"],
  [
    'a limit of a command without its unit',
    'fail',
    /^timeout is "30"\. Write a time with its unit, such as 30s\./,
    "({ node }) => node.run('true', { timeout: '30' })",
  ],
  ['no limit at all', 'pass', undefined, "{ timeout: 0 }, ({ node }) => expect(node.run('true')).toSucceed()"],
  ['ünïcödé 名前 "quoted"', 'fail', /ünïcödé/, "() => { expect('ünïcödé').toBe('x') }"],
]

/** Something of a node that can't be told. */
const blind =
  'const blind = () => ({ about: "thing on web1", exists: async () => { throw new Unknown("it can\'t tell") } })'
const file = testFile(blind, ...rows.map(([name, , , text]) => `test(${JSON.stringify(name)}, ${text})`))

const hooks = testFile(
  "import { beforeEach } from 'conc-deploy/test'",
  "describe('before', () => { beforeAll(async ({ node }) => { expect((await node.file('/etc/passwd').mode())).toBe(1) }); test('one', () => {}); test('two', () => {}) })",
  "describe('after', () => { afterAll(() => { throw new Error('after all') }); test('three', () => {}) })",
  "describe('ready', () => { let n = 0; beforeAll(async ({ node }) => { await until(() => { n += 1; expect(n).toBe(2) }, { every: '5ms' }); await node.run('true') }); test('it is', () => { expect(n).toBe(2) }) })",
  "describe('blind', () => { beforeAll(() => { throw new Unknown('no tool') }); test('four', () => {}) })",
  "describe('each', () => { beforeEach(({ node }) => expect(node.file('/etc/passwd')).toHaveMode('600')); test('five', () => {}) })",
  "describe.skip('left out', () => { test('six', () => {}) })",
  "test.todo('seven')",
  "test.fails('eight', () => { expect(1).toBe(2) })",
  "test.for([1, 2])('for %s', (n, { node }) => { expect(node.name).toBe('web1'); expect(n).toBeLessThan(3) })",
  "test('a test that is tried again', { retry: 3 }, async ({ node, task }) => { expect(task.result.retryCount).toBe(2) })",
)

const last = testFile("test('runs', () => {})", "afterAll(() => { throw new Error('at the end of the file') })")

const tree = makeTree()
let told: Told
beforeAll(async () => {
  tree.write('nodetests/a.nodetest.ts', file)
  tree.write('nodetests/deep/hooks.nodetest.ts', hooks)
  tree.write('nodetests/deep/last.nodetest.ts', last)
  told = await runTests(tree, [nodeIn(tree)])
})
afterAll(() => tree.remove())

test.each(rows)('%s: %s', (name, outcome, why) => {
  expect(told.outcomes[name], told.why(name)).toBe(outcome)
  if (why === undefined) expect(told.why(name)).toBe('')
  else expect(told.why(name)).toMatch(why)
})

describe('hooks and marks', () => {
  test.each([
    ['before > one', 'fail', /expected 420 to be 1/],
    ['before > two', 'fail', /expected 420 to be 1/],
    ['after > three', 'pass', /^$/],
    ['after > hooks', 'fail', /^after all\n {2}at nodetests\/deep\/hooks/],
    ['ready > it is', 'pass', /^$/],
    ['blind > four', 'unknown', /^no tool/],
    ['each > five', 'fail', /the mode 0600; it is 0644/],
    ['left out > six', 'skip', /^$/],
    ['seven', 'skip', /^to do$/],
    ['eight', 'pass', /^$/],
    ['for 1', 'pass', /^$/],
    ['for 2', 'pass', /^$/],
    ['a test that is tried again', 'pass', /^$/],
    ['hooks', 'fail', /^at the end of the file\n {2}at nodetests\/deep\/last/],
  ])('%s: %s', (name, outcome, why) => {
    expect(told.outcomes[name], told.why(name)).toBe(outcome)
    expect(told.why(name)).toMatch(why)
  })
})

test('each test that runs is told to begin and to end, once', () => {
  const ends = told.of('test-end').map(({ test }) => test)
  expect(new Set(ends).size).toBe(ends.length)
  const starts = told.of('test-start').map(({ test }) => test)
  expect(new Set(starts).size).toBe(starts.length)
  for (const start of starts) expect(ends).toContain(start)
})

test('the end counts them, and is a failure', () => {
  const [end] = told.of('run-end')
  const count = (outcome: string) => told.of('test-end').filter((each) => each.outcome === outcome).length
  expect(end?.counts).toEqual({
    pass: count('pass'),
    fail: count('fail'),
    skip: count('skip'),
    unknown: count('unknown'),
    interrupted: 0,
  })
  expect(end).toMatchObject({ status: 'FAILED', exitCode: 1, node: 'web1' })
  expect(told.exit).toBe(1)
})
