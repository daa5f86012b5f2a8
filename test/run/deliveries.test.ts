import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startThinLine } from '../fixtures/thin.ts'
import { until } from '../fixtures/until.ts'
import { close, makeScene, open, type Scene, sceneForEach } from './scene.ts'

let scene: Scene
sceneForEach((made) => {
  scene = made
})

const run = (...more: readonly string[]) => scene.station.conc('run', 'release', 'web1', ...more)
const here = (path: string) => join(scene.station.folder, path)

test('a delivery that was cut off is gone on with by the next run, after the first was given up', async () => {
  const thin = await startThinLine(scene.sshd.port, 2_000_000)
  const slow = makeScene(scene.sshd, {}, thin.port)
  try {
    slow.steps(open, 'send = local deliver large', close)
    const { station, bundle } = slow
    const size = 6_000_000
    station.write('large', 'x'.repeat(size))
    const running = station.start('run', 'release', 'web1', '--json')
    await running.event((event) => event.event === 'progress' && event.done > 1_000_000)
    running.signal('SIGKILL')
    await running.ended
    await until(async () => (await slow.status()).state === 'LOST')
    const { run: id } = await slow.status()
    const given = await station.conc('unlock', 'web1', '--id', id ?? '', '-m', 'anew')
    expect(given.exit, given.stderr).toBe(0)
    expect(existsSync(bundle)).toBe(false)
    const ended = await station.conc('run', 'release', 'web1')
    expect(ended.exit, ended.stderr).toBe(0)
    const sent = Number(/1 delivered \((\d+) bytes\)/.exec(ended.stdout + ended.stderr)?.[1])
    expect(sent).toBeLessThanOrEqual(size - 1_000_000)
    expect(readdirSync(join(scene.sshd.home, '.conc'))).toEqual(['history'])
  } finally {
    slow.remove()
    await thin.close()
  }
})

test('what is wrong with the files here fails the step, and nothing is sent', async () => {
  scene.steps(open, 'send = local deliver tree', close)
  mkdirSync(here('tree'))
  writeFileSync(Buffer.concat([Buffer.from(here('tree/l')), Buffer.from([0xff])]), '')
  const ended = await run()
  expect(ended.exit).toBe(1)
  expect(ended.stdout + ended.stderr).toContain('tree/l\\xff: its name is no UTF-8. Rename it.')
  expect(readdirSync(join(scene.bundle, 'payload'))).toEqual([])
})

test('a tree that may not be written to is delivered as it is', async () => {
  const look = 'cd .conc/$app/payload && stat -c %a tree tree/shut && cat tree/shut/in'
  scene.steps(open, 'send = local deliver tree', `look = remote sh '${look}'`, close)
  scene.station.write('tree/shut/in', 'here')
  for (const path of ['tree/shut', 'tree']) chmodSync(here(path), 0o555)
  const ended = await run('--json')
  expect(ended.exit, ended.stderr).toBe(0)
  const printed = ended.events.flatMap((event) => (event.event === 'output' ? [event.text] : []))
  expect(printed.join('')).toContain('555\n555\nhere')
  expect(existsSync(scene.bundle)).toBe(false)
})

test('a tree is fetched whole, and its odd names steer no terminal', async () => {
  const make = 'mkdir -p $dir/logs/sub && printf x >$dir/logs/$(printf "\\033[2Ja") && ln -s ../b $dir/logs/sub/up'
  scene.steps(`make = remote sh '${make} && printf b >$dir/logs/b'`, 'get = local fetch ${dir}/logs got/')
  const ended = await run()
  expect(ended.exit, ended.stderr).toBe(0)
  expect(ended.stdout + ended.stderr).toContain('got/logs: 2 fetched (2 bytes), 0 there already')
  expect(readdirSync(here('got/logs')).sort()).toEqual(['\x1b[2Ja', 'b', 'sub'])
  expect(readFileSync(here('got/logs/sub/up'), 'utf8')).toBe('b')
})

test('a tree with a link that leads out of it fails the step, and nothing is here', async () => {
  scene.steps(
    `make = remote sh 'mkdir -p $dir/logs && ln -s /etc $dir/logs/$(printf "\\033[2Ja")'`,
    'get = local fetch ${dir}/logs got/',
  )
  const ended = await run()
  expect(ended.exit).toBe(1)
  const told = ended.stdout + ended.stderr
  expect(told).toContain('logs/\\x1b[2Ja is a link to /etc, which leads out of the tree.')
  expect(told).not.toContain('\x1b[2J')
  expect(existsSync(here('got'))).toBe(false)
})
