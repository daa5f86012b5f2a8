import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Ended } from '../fixtures/conc.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { startNode } from './scene.ts'
import { makeWebApp, type WebApp } from './webapp.ts'

// Each makes an environment or more, and starts the program several times.
vi.setConfig({ testTimeout: 60_000 })

// The life of one application, in this order: each test goes on where the one before it has left the node.

let sshd: Sshd
let app: WebApp
beforeAll(async () => {
  sshd = await startNode()
  app = await makeWebApp(sshd)
})
afterAll(async () => {
  // It ends its process by its id, and only while that holds the lock on the pid file.
  app.ssh('[ ! -e current ] || current/bin/counter stop')
  app.remove()
  await sshd.stop()
})

const conc = (...args: readonly string[]) => app.station.conc(...args)
const deploying = (release: string) => ['webapp', 'web2', '-e', `release=${release}`, '-e', `port=${app.port}`]
const releases = () => readdirSync(join(sshd.home, 'releases')).sort()
const current = () => readlinkSync(join(sshd.home, 'current'))
const serves = async () => (await app.page('version')).release
const versions = () => app.database('SELECT version FROM versions ORDER BY version')
const bundle = () => join(sshd.home, '.conc', 'counter')

async function stands(): Promise<Readonly<Record<string, string>>> {
  const { steps } = JSON.parse((await conc('status', 'web2', '--json')).stdout)
  return Object.fromEntries(steps.map(({ name, status }: { name: string; status: string }) => [name, status]))
}

/** That the program ended so; what it said when it did not. */
function expectExit({ exit, stdout, stderr }: Ended, code: number): void {
  expect(exit, stdout + stderr).toBe(code)
}

test('the deploy file with the web application has nothing wrong', async () => {
  const { exit, stdout, stderr } = await conc('check')
  expect([exit, stderr]).toEqual([0, ''])
  expect(stdout).toContain('nothing is wrong: 2 nodes, 3 jobs')
})

test('a first release is installed, migrated, started and answers; nothing holds the output of the step', async () => {
  const ended = await conc('run', ...deploying('1'))
  expectExit(ended, 0)
  expect(ended.stdout + ended.stderr).not.toContain('left behind')
  expect([await serves(), current(), versions()]).toEqual(['1', 'releases/1', ['1']])
  expect([await app.page('count'), await app.page('count')]).toEqual([
    { count: 1, schema: 1 },
    { count: 2, schema: 1 },
  ])
  expect(existsSync(bundle())).toBe(false)
})

test('a release is halted before its migration, which is done by hand over ssh, marked, and gone on with', async () => {
  const former = app.pid()
  app.addMigration('2-labels.sql', "CREATE TABLE labels (name TEXT); INSERT INTO labels VALUES ('home'), ('home');")
  expectExit(await conc('run', ...deploying('2'), '--until', 'migrate'), 5)
  expect([await serves(), versions()]).toEqual(['1', ['1']])
  const remaining = app.ssh('cat .conc/counter/remaining')
  const command = /^# \d+\. migrate \(remote.*\)\n(.*)$/m.exec(remaining)?.[1] ?? ''
  expect(command).toBe('releases/2/bin/counter migrate')
  expect(app.ssh(command)).toContain('the database is at version 2')
  expectExit(await conc('mark', 'web2', 'migrate', '--done', '-m', 'typed over ssh'), 0)
  expectExit(await conc('resume', 'web2'), 0)
  expect([await serves(), current(), versions()]).toEqual(['2', 'releases/2', ['1', '2']])
  expect(app.database('SELECT count(*) FROM labels')).toEqual(['2'])
  expect(await app.page('count')).toEqual({ count: 3, schema: 2 })
  expect(app.pid()).not.toBe(former)
})

test('a migration that fails leaves the old release serving; its cause is mended, and it is run again', async () => {
  app.addMigration('3-unique.sql', 'CREATE UNIQUE INDEX labels_name ON labels (name);')
  const failed = await conc('run', ...deploying('3'))
  expectExit(failed, 1)
  expect(failed.stdout + failed.stderr).toContain('3-unique.sql: UNIQUE constraint failed: labels.name')
  expect(await stands()).toMatchObject({ config: 'OK', migrate: 'FAILED', switch: 'PENDING', restart: 'PENDING' })
  expect([await serves(), current(), versions()]).toEqual(['2', 'releases/2', ['1', '2']])
  expectExit(await conc('resume', 'web2'), 1)
  expect(versions()).toEqual(['1', '2'])
  app.database('DELETE FROM labels WHERE rowid = 2')
  expectExit(await conc('resume', 'web2', '--retry'), 0)
  expect([await serves(), current(), versions()]).toEqual(['3', 'releases/3', ['1', '2', '3']])
})

test('a release that is not there is not gone back to', async () => {
  expectExit(await conc('run', 'rollback', 'web2', '-e', `port=${app.port}`), 1)
  expect([await serves(), current()]).toEqual(['3', 'releases/3'])
  const { run } = JSON.parse((await conc('status', 'web2', '--json')).stdout)
  expectExit(await conc('unlock', 'web2', '--id', run, '-m', 'forgot which'), 0)
})

test('the first release is gone back to by a job of its own', async () => {
  expectExit(await conc('run', 'rollback', 'web2', '-e', 'previous=1', '-e', `port=${app.port}`), 0)
  expect([await serves(), current(), versions()]).toEqual(['1', 'releases/1', ['1', '2', '3']])
})

test('when nobody knows how a migration ended the probe decides: not while it goes on, and then that it is done', async () => {
  app.addMigration('4-more.sql', "INSERT INTO labels VALUES ('more');")
  const unlock = await app.lockDatabase()
  const running = app.station.start('run', ...deploying('4'), '--json')
  await running.event((event) => event.event === 'output' && event.text?.includes('applies 4-more.sql') === true)
  const [worker = ''] = readFileSync(join(bundle(), 'epoch.1', 'worker'), 'utf8').split(' ')
  running.signal('SIGKILL')
  execFileSync('kill', ['-KILL', worker])
  await running.ended
  await until(async () => (await stands()).migrate === 'UNKNOWN')

  const undecided = await conc('resume', 'web2')
  expectExit(undecided, 7)
  expect(undecided.stdout + undecided.stderr).toContain('its probe says unknown')
  expect([await serves(), (await stands()).migrate]).toEqual(['1', 'UNKNOWN'])

  await unlock()
  await until(() => versions().includes('4'))
  const resumed = await conc('resume', 'web2', '--until', 'switch')
  expectExit(resumed, 5)
  expect(resumed.stdout + resumed.stderr).toContain('its probe says done')
  expect(app.database("SELECT count(*) FROM labels WHERE name = 'more'")).toEqual(['1'])
  expect(await serves()).toBe('1')
})

test('a release is given up before its switch; the oldest are removed, but not the one that serves', async () => {
  const { run } = JSON.parse((await conc('status', 'web2', '--json')).stdout)
  expectExit(await conc('unlock', 'web2', '--id', run, '-m', 'not today'), 0)
  expect(releases()).toEqual(['1', '2', '3', '4'])
  const pruned = await conc('run', ...deploying('4'), '--only', 'prune')
  expectExit(pruned, 0)
  expect(pruned.stdout + pruned.stderr).toContain('kept 1: a link leads there')
  expect([releases(), await serves()]).toEqual([['1', '2', '3', '4'], '1'])
  expectExit(await conc('run', ...deploying('4')), 0)
  expect([releases(), await serves()]).toEqual([['2', '3', '4'], '4'])
})
