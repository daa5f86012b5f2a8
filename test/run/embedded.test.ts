import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contentOf } from '../fixtures/agent.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { until } from '../fixtures/until.ts'
import { cloneInto } from './repository.ts'
import { gated, step } from './scene.ts'

let station: Workstation
beforeEach(() => {
  station = makeWorkstation('')
})
afterEach(() => station.remove())

const [open, close] = ['open = remote open-bundle', 'close = remote close-bundle']

/** A deploy file with an embedded node. Its steps leave their names in `trace`, beside it. */
function steps(...lines: readonly string[]): void {
  const { folder } = station
  const text = deployFile({
    deploy: { app: 'shop', release: '1', dir: folder, trace: join(folder, 'trace') },
    'node:demo': { embedded: 'yes' },
    'job:release': Object.fromEntries(lines.map((line) => line.split(/ = (.*)/s).slice(0, 2))),
  })
  station.write('deploy.ini', text)
}

const trace = () => readFileSync(join(station.folder, 'trace'), 'utf8').split('\n').filter(Boolean)
const embedded = () => join(station.home, '.local', 'state', 'conc', 'embedded')
const state = async () => JSON.parse((await station.conc('status', 'demo', '--json')).stdout).state

/** Writes where the agent keeps its files: beside the pipe that a step prints to. */
const tellFolder = 'out=$(readlink /proc/$$/fd/1); echo $out >$dir/agent'

/** Nothing is left of a node: no process of its own or of its workstation, no home, no file of its agent. */
async function expectNothingLeft(): Promise<void> {
  await until(() => processesOf(station.home).length === 0)
  expect(existsSync(embedded()) ? readdirSync(embedded()) : []).toEqual([])
  const told = join(station.folder, 'agent')
  if (existsSync(told)) expect(existsSync(dirname(readFileSync(told, 'utf8').trim()))).toBe(false)
}

/** The processes whose home is this one or in it. */
function processesOf(home: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && environmentOf(pid).some((line) => line.startsWith(`HOME=${home}`)))
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return []
  }
}

test('npm start releases the repository on its embedded node, twice in a row, and leaves nothing', {
  timeout: 60_000,
}, async () => {
  cloneInto(station.folder)
  for (const _ of [1, 2]) {
    const said = execFileSync('npm', ['start'], {
      cwd: station.folder,
      env: { PATH: process.env.PATH, HOME: station.home, TMPDIR: station.home },
      encoding: 'utf8',
    })
    expect(said).toMatch(/close +OK in .*\n.*release is done on demo/)
    await expectNothingLeft()
    expect(readdirSync(station.home).filter((name) => name.startsWith('conc'))).toEqual([])
  }
})

test('after a run that failed before its bundle was open nothing is left', async () => {
  steps(step('a', 'remote', `${tellFolder}; exit 1`), open, close)
  const ended = await station.conc('run', 'release', 'demo', '--json')
  expect(ended.exit).toBe(1)
  await expectNothingLeft()
})

test('a run that failed keeps its bundle, can be resumed, and then nothing is left', async () => {
  steps(open, step('a', 'remote', `${tellFolder}; [ -e $dir/go ]`), close)
  const ended = await station.conc('run', 'release', 'demo', '--json')
  expect([ended.exit, ended.end?.next[0]]).toEqual([1, 'conc resume demo --retry'])
  await until(() => processesOf(station.home).length === 0)
  expect(readdirSync(embedded()).length).toBe(1)
  expect(await state()).toBe('FAILED')
  writeFileSync(join(station.folder, 'go'), '')
  const resumed = await station.conc('resume', 'demo', '--retry', '--json')
  expect(resumed.exit, resumed.stdout).toBe(0)
  expect(trace()).toEqual(['a', 'a'])
  await expectNothingLeft()
})

test.each([
  ['once', 1, [], ['a', 'b']],
  ['twice', 2, ['--retry'], ['a', 'a', 'b']],
])('Ctrl-C %s keeps the bundle, the run can be resumed, and then nothing is left', async (_, times, how, names) => {
  steps(open, step('a', 'remote', `${tellFolder}; ${gated()}`), step('b', 'remote'), close)
  const running = station.start('run', 'release', 'demo', '--json')
  const agent = dirname(await contentOf(join(station.folder, 'agent')))
  running.signal('SIGINT')
  await running.said(/halting/)
  await until(() => existsSync(join(agent, 'halt')))
  if (times === 2) running.signal('SIGINT')
  else writeFileSync(join(station.folder, 'go'), '')
  const ended = await running.ended
  expect([ended.exit, ended.end?.status]).toEqual([5, 'STOPPED'])
  await until(() => processesOf(station.home).length === 0)
  expect(await state()).toBe('STOPPED')
  writeFileSync(join(station.folder, 'go'), '')
  const resumed = await station.conc('resume', 'demo', '--json', ...how)
  expect(resumed.exit, resumed.stdout).toBe(0)
  expect(trace()).toEqual(names)
  await expectNothingLeft()
})

test('a runner that is killed leaves the step running, and resume follows it', async () => {
  steps(open, step('a', 'remote', `${tellFolder}; echo early; ${gated()}; echo late`), step('b', 'remote'), close)
  const running = station.start('run', 'release', 'demo', '--json')
  await running.event((event) => event.event === 'output' && event.step === 'a')
  running.signal('SIGKILL')
  await running.ended
  const agent = dirname(await contentOf(join(station.folder, 'agent')))
  await until(() => existsSync(join(agent, 'gone')))
  const resuming = station.start('resume', 'demo', '--json')
  await resuming.event((event) => event.event === 'output' && event.step === 'a')
  writeFileSync(join(station.folder, 'go'), '')
  const resumed = await resuming.ended
  expect(resumed.exit, resumed.stdout).toBe(0)
  expect(trace()).toEqual(['a', 'b'])
  await expectNothingLeft()
})

test('a second runner is BLOCKED, and takes nothing away from the first', async () => {
  steps(open, step('a', 'remote', `${tellFolder}; ${gated()}`), step('b', 'remote'), close)
  const first = station.start('run', 'release', 'demo', '--json')
  await contentOf(join(station.folder, 'agent'))
  const second = await station.conc('run', 'release', 'demo', '--json')
  expect(second.exit).toBe(3)
  expect(await state()).toBe('RUNNING')
  writeFileSync(join(station.folder, 'go'), '')
  expect((await first.ended).exit).toBe(0)
  expect(trace()).toEqual(['a', 'b'])
  await expectNothingLeft()
})
