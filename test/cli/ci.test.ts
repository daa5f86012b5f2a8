import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { conc, type Ended, program } from '../fixtures/conc.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'

let station: Workstation
beforeEach(() => {
  station = makeWorkstation('')
  const steps = {
    open: 'remote open-bundle',
    say: 'remote sh "echo ::error::forged; [ $name != two ]"',
    close: 'remote close-bundle',
  }
  station.write(
    'deploy.ini',
    deployFile({
      deploy: { app: 'shop', release: '1' },
      'node:one': { embedded: 'yes' },
      'node:two': { embedded: 'yes' },
      'job:release': steps,
    }),
  )
})
afterEach(() => station.remove())

function called(env: Record<string, string>, ...args: readonly string[]): Promise<Ended> {
  return conc({ home: station.home, cwd: station.folder, env }, ...args)
}

const summary = () => JSON.parse(readFileSync(join(station.folder, 'sum.json'), 'utf8'))

test('events, log and summary are told together, of all nodes, also when the run is not OK', async () => {
  writeFileSync(join(station.folder, 'sum.json'), 'of yesterday')
  const ended = await called({}, 'run', 'release', 'all', '--json', '--log', 'run.log', '--summary', 'sum.json')
  expect([ended.exit, ended.end?.nodes?.length]).toEqual([1, 2])
  expect(readFileSync(join(station.folder, 'run.log'), 'utf8')).toMatch(
    /✓ one {2}OK\n +✗ two {2}FAILED, locked\n.*ERROR +2 nodes/,
  )
  expect(summary()).toMatchObject({
    job: 'release',
    status: 'FAILED',
    exitCode: 1,
    next: ['conc resume two --retry'],
    nodes: [
      { node: 'one', status: 'OK', run: ended.end?.nodes?.[0]?.run },
      {
        node: 'two',
        status: 'FAILED',
        steps: [{ status: 'OK' }, { status: 'FAILED', exit: 1 }, { status: 'PENDING' }],
      },
    ],
  })
  const resumed = await called({}, 'resume', 'two', '--retry', '--summary', 'sum.json')
  expect([resumed.exit, summary().exitCode, summary().nodes[0].steps[0].before]).toEqual([1, 1, true])
  expect(readdirSync(station.folder).sort()).toEqual(['deploy.ini', 'run.log', 'sum.json'])
})

test('a summary that is of no run, or can not be written, is none', async () => {
  writeFileSync(join(station.folder, 'sum.json'), 'of yesterday')
  const nothing = await called({}, 'resume', 'one', '--summary', 'sum.json')
  expect([nothing.exit, existsSync(join(station.folder, 'sum.json'))]).toEqual([2, false])
  for (const [nowhere, why] of [
    ['no/where.json', 'there is no such file or folder'],
    ['sub/', 'that is the name of a folder'],
    ['', 'it has no name'],
  ]) {
    const refused = await called({}, 'run', 'release', 'one', `--summary=${nowhere}`)
    expect([refused.exit, refused.stderr]).toEqual([
      2,
      expect.stringContaining(`--summary ${nowhere}: it can't be written: ${why}`),
    ])
  }
})

// The lines of stdout are cut at a carriage return too.
test.each([
  ['GITHUB_ACTIONS', /^::group::one: 2\. say \(remote\)\n(.*\n)*::endgroup::$/m, /^::error title=two%3A FAILED::/m],
  [
    'GITLAB_CI',
    /^\x1b\[0Ksection_start:\d+:conc_3\[collapsed=true\][\r\n]\x1b\[0Kone: 2\. say/m,
    /section_end:\d+:conc_3[\r\n]/,
  ],
])('where %s is true the log is folded, and a step forges nothing', async (variable, ...patterns) => {
  const { stdout } = await called({ [variable]: 'true' }, 'run', 'release', 'all')
  for (const pattern of patterns) expect(stdout).toMatch(pattern)
  expect(stdout).toMatch(/\| ::error::forged/)
  expect(stdout).not.toMatch(/^\s*::error::forged/m)
  const json = await called({ [variable]: 'true' }, 'run', 'release', 'one', '--json')
  expect(json.stdout).not.toMatch(/^::|section_/m)
})

test.each(['GITHUB_ACTIONS', 'GITLAB_CI'])('where %s is true the log of a step forges nothing', async (variable) => {
  expect((await called({}, 'run', 'release', 'two')).exit).toBe(1)
  const { stdout } = await called({ [variable]: 'true' }, 'log', 'two', 'say')
  expect(stdout).toBe(variable === 'GITHUB_ACTIONS' ? '\\x3a:error::forged\n' : '::error::forged\n')
  expect((await called({}, 'log', 'two', 'say')).stdout).toBe('::error::forged\n')
})

test('what a command on a node prints is not obeyed by a CI system, and exact in a file', async () => {
  const env = { GITHUB_ACTIONS: 'true' }
  const forge = ['exec', 'one', '--', 'sh', '-c', 'echo ::set-env name=A::b; echo ::error::x >&2; printf end']
  const seen = await called(env, ...forge)
  expect([seen.exit, seen.stdout]).toEqual([0, '\\x3a:set-env name=A::b\nend\n'])
  expect(seen.stderr).toContain('\\x3a:error::x\n')
  const command = `${process.execPath} ${program} exec one -- printf '::x\\n'`
  const kept = spawnSync('sh', ['-c', `${command} >out`], {
    cwd: station.folder,
    env: { PATH: process.env.PATH, HOME: station.home, ...env },
  })
  expect([kept.status, readFileSync(join(station.folder, 'out'), 'utf8')]).toEqual([0, '::x\n'])
})
