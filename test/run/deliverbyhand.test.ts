import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Sshd } from '../fixtures/sshd.ts'
import { close, makeScene, open, type Scene, startNode } from './scene.ts'

let sshd: Sshd
let scene: Scene
beforeAll(async () => {
  sshd = await startNode()
})
afterAll(() => sshd.stop())
beforeEach(() => {
  // A person who logs in may be in another home than conc.
  scene = makeScene(sshd, { bundle: `${sshd.home}/.conc/$\{app}` })
})
afterEach(() => scene.remove())

/** What lies in a folder: kinds, modes, times, targets. */
const listing = (folder: string) =>
  execFileSync('find', ['.', '!', '-type', 'd', '-printf', '%p %y %m %s %Ts %l\n'], { cwd: folder, encoding: 'utf8' })
    .split('\n')
    .map((line) => line.replace(/(^.* l) \S+ \S+ \d+/, '$1'))
    .sort()

/** Types a line in the folder of the deploy file, with an ssh that knows the node. */
function typeHere(line: string): void {
  const { home, folder } = scene.station
  const bin = join(home, 'bin')
  mkdirSync(bin)
  const given = { IdentityFile: sshd.keyFile, UserKnownHostsFile: `${home}/.ssh/known_hosts`, BatchMode: 'yes' }
  const options = Object.entries(given).map(([key, value]) => `-o ${key}='${value}'`)
  for (const name of ['ssh', 'scp']) {
    const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${real} -F /dev/null ${options.join(' ')} "$@"\n`, { mode: 0o755 })
  }
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: home }
  execFileSync('sh', ['-c', line], { cwd: folder, env, encoding: 'utf8' })
}

test('the line that is shown for a delivery brings what the delivery brings, typed by hand', async () => {
  const { station } = scene
  for (const path of ['dist/a.whl', 'dist/b c.whl', 'dist/.hidden.whl', "it's/x", '-v', 'tree/bin/run', 'tree/.env'])
    station.write(path, path)
  chmodSync(join(station.folder, 'tree/bin/run'), 0o750)
  symlinkSync('bin/run', join(station.folder, 'tree/start'))
  scene.steps(
    open,
    `send = local deliver dist/*.whl tree "it's/x" dist/.hidden.whl --against $\{dir}/gone -- -v`,
    'halt = local pause',
    close,
  )
  const shown = (await station.conc('plan', 'release', 'web1', '--json')).stdout
  const { command } = JSON.parse(shown).steps[1]
  expect(await station.conc('run', 'release', 'web1', '--until', 'halt')).toMatchObject({ exit: 5 })
  const payload = join(scene.bundle, 'payload')
  const delivered = listing(payload)
  expect(delivered.filter(Boolean)).toHaveLength(8)
  execFileSync('find', [payload, '-mindepth', '1', '-delete'])
  typeHere(command)
  expect(listing(payload)).toEqual(delivered)
})
