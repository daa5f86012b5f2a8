import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeNodes, type Nodes } from '../operations/nodes.ts'

const [open, close] = ['remote open-bundle', 'remote close-bundle']

let nodes: Nodes
beforeEach(() => {
  nodes = makeNodes('one', 'two')
  nodes.write({ open, look: 'local pause', close })
})
afterEach(() => nodes.remove())

const conc = (...words: readonly string[]) => nodes.station.conc(...words)

test.each([
  [['exec', '--', 'true'], "missing required argument 'node'."],
  [['resume', 'one', '--step'], '--step asks before each step, and there is no terminal to ask on.'],
  [['test', 'one', '--baseline', '--json', '-t', 'x'], '--baseline records, and runs no test. Leave -t away.'],
  [['test', 'one', '--baseline', '--json=x'], '--baseline records, and runs no test. Leave --json FILE away.'],
  [['test', 'one', '-e', 'nodetests=.'], '.: there is no test file, such as shop.nodetest.ts.'],
  [['log', 'one', '--id', 'x'], 'there is no run x on one. Runs are none.'],
])('%j is refused in words', async (words, why) => {
  const { exit, stderr } = await conc(...words)
  expect([exit, stderr]).toEqual([2, expect.stringContaining(why)])
})

test('a run that is given up is told to go, as the node does', async () => {
  await conc('run', 'release', 'one')
  const { run } = JSON.parse((await conc('status', 'one', '--json')).stdout)
  const { stdout } = await conc('unlock', 'one', '--id', run, '-m', 'not wanted')
  expect(stdout).toBe(`one: run ${run} is given up; the embedded node goes, with its journal.\n`)
})

test('a resume of several nodes says which are free, unless it is to be quiet', async () => {
  await conc('run', 'release', 'one')
  expect((await conc('resume', 'all')).stderr).toContain('conc: nothing to resume on two: no run is there.\n')
  await conc('run', 'release', 'one')
  expect(await conc('resume', 'all', '-q')).toMatchObject({ exit: 0, stderr: '' })
})

test('the page of a run is written, and told unless it is to be quiet', async () => {
  await conc('run', 'release', 'one')
  expect((await conc('log', 'one', '--html', 'a.html')).stderr).toMatch(
    /^conc: a\.html is the page of run \S+ on one\.\n$/,
  )
  expect(await conc('log', 'one', '--html', 'b.html', '-q')).toMatchObject({ exit: 0, stderr: '' })
  expect(existsSync(join(nodes.station.folder, 'b.html'))).toBe(true)
})

describe('of node tests', () => {
  const file = (body: string) =>
    nodes.station.write(
      'nodetests/a.nodetest.ts',
      `import { rmSync } from 'node:fs'\nimport { expect, test } from 'conc-deploy/test'\ntest('a', async () => {${body}})\n`,
    )

  test('a report that can not be written after all is told, and the exit code says so', async () => {
    nodes.station.write('out/kept', '')
    file("rmSync('out', { recursive: true })")
    const { exit, stderr } = await conc('test', 'one', '--junit=out/r.xml', '--timeout', '30s')
    expect([exit, stderr]).toEqual([7, expect.stringMatching(/^conc: --junit out\/r\.xml was not written: /)])
  })

  test.each(['--junit', '--tap', '--log'])('%s is refused a folder before anything is asked', async (option) => {
    nodes.station.write('out/kept', '')
    file('')
    const { exit, stderr } = await conc('test', 'one', `${option}=out`)
    expect([exit, stderr]).toEqual([2, expect.stringMatching(`^${option} out: it can't be written: it is a folder\\.`)])
    expect(existsSync(nodes.place.stateFolder)).toBe(false)
  })

  test('a waiver without a test is a remark, unless all is to be quiet', async () => {
    file('')
    nodes.station.write('nodetests/waivers.ini', '[gone]\nreason = later\nuntil = 2999-01-01\n')
    const remark = 'nodetests/waivers.ini:1: there is no test `gone`.'
    expect((await conc('test', 'one')).stderr).toContain(remark)
    const quiet = await conc('test', 'one', '-q', '--log', 'r.log')
    expect([quiet.exit, quiet.stderr, quiet.stdout]).toEqual([0, '', expect.not.stringContaining('ok')])
    expect(readFileSync(join(nodes.station.folder, 'r.log'), 'utf8')).toContain('one')
  })

  test('a baseline that can not be kept is refused as what is wrong here, not on the node', async () => {
    nodes.station.write('nodetests/baselines', 'a file')
    const { exit, stderr } = await conc('test', 'one', 'two', '--baseline')
    expect([exit, stderr]).toEqual([2, expect.stringContaining("one.json: can't be written: ")])
  })
})
