import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Target } from '../../src/transport/target.ts'
import { startProxy } from '../fixtures/proxy.ts'
import { type Sshd, startSshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { reachBySsh } from './remote.ts'
import { makeTree, nodeIn, runTests, type Tree, testFile } from './tested.ts'

const folder = mkdtempSync(join(tmpdir(), 'conc-nodetest-ssh-'))
let sshd: Sshd
let tree: Tree
beforeAll(async () => {
  sshd = await startSshd()
  tree = makeTree()
})
afterAll(async () => {
  tree.remove()
  await sshd.stop()
  rmSync(folder, { recursive: true })
})

/** Runs tests on the node of sshd, reached through this target. */
function runThere(target: Target, ...lines: readonly string[]) {
  for (const file of readdirSync(join(tree.folder, 'nodetests'))) rmSync(join(tree.folder, 'nodetests', file))
  tree.write('nodetests/a.nodetest.ts', testFile(...lines))
  tree.write('nodetests/b.nodetest.ts', testFile("test('beside', ({ node }) => expect(node.file('/etc')).toExist())"))
  return runTests(tree, [nodeIn(tree, 'web1', undefined, { reach: () => reachBySsh(target) })])
}

const forty = [
  'for (let n = 0; n < 40; n += 1) {',
  "  test(`check ${n}`, async ({ node }) => { await expect(node.file(`/etc/no-${n}`)).not.toExist(); await expect(node.user('root')).toHaveUid(0) })",
  '}',
]

test('forty checks of two workers are one login and few round trips', async () => {
  let logins = 0
  const watching = setInterval(() => {
    logins = Math.max(logins, sshd.sessions().length)
  }, 5)
  const told = await runThere(sshd.target(), ...forty)
  clearInterval(watching)
  expect(told.exit, JSON.stringify(told.events)).toBe(0)
  expect(told.of('node-end')[0]?.counts.pass).toBe(41)
  expect(told.of('node-end')[0]?.roundTrips).toBeLessThan(10)
  expect(logins).toBe(1)
  await until(() => sshd.sessions().length === 0)
})

test('a server that lets in one session is enough for many commands', async () => {
  const narrow = await startSshd({ config: ['MaxSessions 1'] })
  const lines = Array.from(
    { length: 12 },
    (_, n) => `test('${n}', ({ node }) => expect(node.run('sleep 0.1; echo ${n}')).toPrint('${n}'))`,
  )
  try {
    const told = await runThere(narrow.target(), ...lines)
    expect(told.exit, JSON.stringify(told.events)).toBe(0)
  } finally {
    await narrow.stop()
  }
})

describe('beside slow commands', () => {
  const begun = join(folder, 'begun')
  const slow = [1, 2, 3].map(
    (n) => `test('slow ${n}', { timeout: 2500 }, ({ node }) => node.run('echo >${begun}; sleep 300.${n}'))`,
  )
  const asks = `test('asks', { timeout: 2000 }, async ({ node }) => { while (!existsSync('${begun}')) await new Promise((go) => setTimeout(go, 20)); await expect(node.file('/etc')).toExist() })`

  // As many commands begin, and fail, as leave a session; for the others there is no turn.
  test.each([
    [1, 'unknown', ['fail', 'unknown', 'unknown']],
    [2, 'pass', ['fail', 'unknown', 'unknown']],
    [3, 'pass', ['fail', 'fail', 'unknown']],
  ])('of a server with %i sessions a question is %s', async (most, outcome, ends) => {
    const narrow = await startSshd({ config: [`MaxSessions ${most}`] })
    try {
      const { outcomes, why } = await runThere(narrow.target(), "import { existsSync } from 'node:fs'", ...slow, asks)
      expect(outcomes.asks, why('asks')).toBe(outcome)
      expect([1, 2, 3].map((n) => outcomes[`slow ${n}`]).sort()).toEqual(ends)
    } finally {
      rmSync(begun, { force: true })
      await narrow.stop()
    }
  })
})

test('forty checks far away take a few round trips', async () => {
  const far = await farAway(sshd.target(), 25)
  try {
    const told = await runThere(far.target, ...forty)
    expect(told.exit).toBe(0)
    const slowest = Math.max(...told.of('test-end').map(({ ms }) => ms))
    // One after the other they would take eight seconds.
    expect(slowest).toBeLessThan(4_000)
  } finally {
    far.end()
  }
})

test('a command that hangs is ended on the node with its test', async () => {
  const pidFile = join(folder, 'pid')
  const told = await runThere(
    sshd.target(),
    `test('hangs', { timeout: 1500 }, ({ node }) => node.run('sleep 300 & echo $! >${pidFile}; wait'))`,
  )
  expect(told.outcomes).toEqual({ hangs: 'fail', beside: 'pass' })
  await until(() => !alive(Number(readFileSync(pidFile, 'utf8'))))
})

test('a node that dies in the middle is one unreachable, told once', async () => {
  const proxy = await startProxy(sshd.port)
  const flag = join(folder, 'flag')
  const late = Array.from(
    { length: 9 },
    (_, n) =>
      `test('late ${n}', async ({ node }) => { await node.run('touch ${flag}; sleep 60'); await expect(node.file('/${n}')).not.toExist() })`,
  )
  try {
    const running = runThere(elsewhere(sshd.target(), proxy.port), ...late)
    await until(() => readdirSync(folder).includes('flag'))
    proxy.cut('RST')
    const told = await running
    expect(told.exit).toBe(4)
    expect(told.of('test-end').filter(({ outcome }) => outcome !== 'pass')).toEqual([])
    expect(told.of('node-end')).toMatchObject([{ outcome: 'unreachable' }])
  } finally {
    await proxy.close()
  }
})

test('what runs on the node when the link is lost is ended there, in each of its sessions', async () => {
  const proxy = await startProxy(sshd.port)
  const pidFiles = [0, 1, 2].map((n) => join(folder, `lost${n}`))
  const running = runThere(
    elsewhere(sshd.target(), proxy.port),
    ...pidFiles.map((file) => `test('${file}', ({ node }) => node.run('echo $$ >${file}; exec sleep 300'))`),
  )
  await until(() => pidFiles.every((file) => textOf(file).endsWith('\n')))
  proxy.cut('RST')
  try {
    expect((await running).exit).toBe(4)
    await until(() => pidFiles.every((file) => !alive(Number(textOf(file)))))
  } finally {
    await proxy.close()
  }
})

test('what is asked stands in nobody’s list of processes', async () => {
  const seen = new Set<string>()
  const secret = 'a-value-that-is-nobodys'
  writeFileSync(join(folder, secret), '')
  const watching = setInterval(() => {
    for (const text of commandLines()) if (text.includes(secret)) seen.add(text)
  }, 2)
  const told = await runThere(
    sshd.target(),
    `for (let n = 0; n < 20; n += 1) test(\`\${n}\`, ({ node }) => expect(node.http(\`http://127.0.0.1:1/\${n}\`, { headers: { Authorization: '${secret}' } })).not.toBeReachable())`,
  )
  clearInterval(watching)
  expect([...seen]).toEqual([])
  expect(told.exit, JSON.stringify(told.events)).toBe(0)
})

/** The same server, reached at another port. */
function elsewhere(target: Target, port: number): Target {
  return { ...target, port }
}

/** The same node behind a line that takes this long each way, in milliseconds. */
async function farAway(target: Target, ms: number): Promise<{ readonly target: Target; readonly end: () => void }> {
  const [jiti, program] = ['../../node_modules/jiti/lib/jiti-cli.mjs', '../bench/delay.ts'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  )
  const argv = [jiti ?? '', program ?? '', String(target.port), String(ms)]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return { target: elsewhere(target, Number(line)), end: () => child.kill() }
}

function alive(pid: number): boolean {
  return /\) [^ZX]/.test(textOf(`/proc/${pid}/stat`))
}

function commandLines(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => textOf(`/proc/${pid}/cmdline`))
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
