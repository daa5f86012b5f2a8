import { chmodSync, mkdirSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { close, open, type Scene, sceneForEach } from './scene.ts'

let scene: Scene
sceneForEach((made) => {
  scene = made
})

const october = Date.UTC(2026, 9, 7) / 1000

test('a release that was just delivered is the newest for prune, however old its files are', async () => {
  const { station, dir } = scene
  const releases = join(dir, 'releases')
  for (const [at, name] of ['1', '2', '3'].entries()) {
    mkdirSync(join(releases, name), { recursive: true })
    utimesSync(join(releases, name), october + at, october + at)
  }
  chmodSync(releases, 0o777)
  const ends: string[] = []
  for (const release of ['4', '5']) {
    station.write(`r${release}/same`, 'same')
    station.write(`r${release}/own`, release)
    for (const name of ['same', 'own', '.']) utimesSync(join(station.folder, `r${release}`, name), 1000, 1000)
    scene.steps(
      open,
      `send = local deliver r${release} --against $\{dir}/releases/4`,
      `place = remote sh "mv .conc/$app/payload/r${release} $dir/releases/${release}"`,
      'prune = remote prune ${dir}/releases --keep 2',
      close,
    )
    const ended = await station.conc('run', 'release', 'web1')
    expect(ended.exit, ended.stdout + ended.stderr).toBe(0)
    ends.push(readdirSync(releases).join())
  }
  expect(ends).toEqual(['3,4', '4,5'])
  expect(statSync(join(releases, '5/same')).mtimeMs).toBe(1_000_000)
})
