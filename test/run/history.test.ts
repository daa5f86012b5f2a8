import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { close, open, type Scene, sceneForEach, step } from './scene.ts'

let scene: Scene
sceneForEach((made) => {
  scene = made
})

const run = (...args: readonly string[]) => scene.station.conc('run', 'release', 'web1', '--json', ...args)

test('unlock gives up the run that is named, and no other', async () => {
  scene.steps(open, step('a', 'remote', 'exit 1'), close)
  await run()
  const id = (await scene.status()).run ?? ''
  for (const args of [
    ['--id', 'other', '-m', 'why'],
    ['--id', id],
    ['-m', 'why'],
  ]) {
    const refused = await scene.other().conc('unlock', 'web1', ...args)
    expect(refused.exit, refused.stdout).toBe(2)
  }
  expect((await scene.status()).run).toBe(id)
  const unlocked = await scene.other().conc('unlock', 'web1', '--id', id, '-m', 'node is rebuilt')
  expect(unlocked.exit, unlocked.stderr).toBe(0)
  expect((await scene.status()).state).toBe('FREE')
  expect(existsSync(scene.bundle)).toBe(false)
  expect(readdirSync(join(scene.sshd.home, '.conc', 'history', scene.app))).toEqual([id])
  expect(scene.journal().at(-1)).toMatch(new RegExp(`^unlock ${id} \\S+@\\S+ node is rebuilt$`))
  expect((await run('--only', 'open')).exit).toBe(0)
})

test('log shows the current run and past ones, and what a step printed on either side', async () => {
  scene.steps(
    open,
    step('a', 'remote', 'echo out-a; echo err-a >&2'),
    step('b', 'local', 'echo out-b; echo err-b >&2'),
    close,
  )
  const first = await run()
  expect(first.exit, first.stderr).toBe(0)
  scene.steps(open, step('a', 'remote', 'echo second; exit 1'), close)
  await run()
  const log = async (...args: readonly string[]) => (await scene.other().conc('log', 'web1', ...args)).stdout
  const past = ['--id', first.end?.run ?? '']
  expect(await log()).toMatch(/2 a FAILED, exit 1/)
  expect(await log('a')).toBe('second\n')
  expect(await log(...past)).toMatch(/3 b OK/)
  expect(await log('a', ...past)).toBe('out-a\nerr-a\n')
  expect(await log('b', ...past)).toBe('out-b\nerr-b\n')
  const unknown = await scene.other().conc('log', 'web1', '--id', 'never')
  expect([unknown.exit, unknown.stderr]).toEqual([2, expect.stringContaining('there is no run never on web1')])
})

test('log tells the last run of a node that is free, and what a retried step printed last', async () => {
  scene.steps(open, step('a', 'remote', 'echo try; [ -e $dir/go ] || exit 1; echo done'), close)
  await run()
  scene.openGate()
  expect((await scene.station.conc('resume', 'web1', '--retry')).exit).toBe(0)
  expect((await scene.station.conc('log', 'web1', 'a')).stdout).toBe('try\ndone\n')
  const records = (await scene.station.conc('log', 'web1', '--json')).stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(records.map(({ kind }) => kind).join(' ')).toBe(
    'open begin end begin end take retry begin end begin close end',
  )
})

test('of two nodes that are one login each has the runs of its own', async () => {
  scene.steps(open, step('a', 'remote'), close)
  await run()
  const file = readFileSync(join(scene.station.folder, 'deploy.ini'), 'utf8')
  scene.station.write('deploy.ini', file.replace('[node:web1]', '[node:web2]'))
  const none = await scene.station.conc('log', 'web2')
  expect([none.exit, none.stderr]).toEqual([2, expect.stringContaining(`there was no run of ${scene.app} on web2 yet`)])
  expect((await scene.station.conc('run', 'release', 'web2')).exit).toBe(0)
  const runs = (await scene.station.conc('log', 'web2', '--runs', '--json')).stdout.trim().split('\n')
  expect(runs).toHaveLength(1)
})
