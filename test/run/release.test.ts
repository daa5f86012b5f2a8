import { appendFileSync, existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { conc } from '../fixtures/conc.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { cloneInto, version } from './repository.ts'
import { startNode } from './scene.ts'

let sshd: Sshd
let station: Workstation
afterEach(async () => {
  station.remove()
  await sshd.stop()
})

test.each([
  ['root, or whoever runs the tests', true],
  ['an ordinary user', false],
])('the repository releases itself on a server as %s, again and again', { timeout: 60_000 }, async (_, asRoot) => {
  sshd = await startNode({ asRoot })
  station = makeWorkstation(readFileSync(sshd.knownHostsFile, 'utf8'))
  cloneInto(station.folder)
  const web1 = { 'sshd.ip': '127.0.0.1', 'sshd.port': String(sshd.port), admin: sshd.user, key: sshd.keyFile }
  appendFileSync(join(station.folder, 'deploy.ini'), `\n${deployFile({ 'node:web1': web1 })}`)
  const program = join(station.folder, 'dist', 'src', 'cli', 'main.js')
  const where = { home: station.home, cwd: station.folder, program }
  const history = join(sshd.home, '.conc', 'history', 'conc')
  for (const round of [1, 2]) {
    const { exit, end, stdout, stderr } = await conc(where, 'run', 'release', 'web1', '--json')
    expect([exit, end?.status], `${stdout}${stderr}`).toEqual([0, 'OK'])
    expect(readlinkSync(join(sshd.home, 'current'))).toBe(`releases/${version}`)
    expect(existsSync(join(sshd.home, 'releases', version, 'dist', 'src', 'cli', 'main.js'))).toBe(true)
    expect(existsSync(join(sshd.home, '.conc', 'conc'))).toBe(false)
    expect(readFileSync(join(history, end?.run ?? '', 'journal'), 'utf8')).toMatch(/ end \d+ 1 close OK /)
    expect(readdirSync(history).length).toBe(round)
  }
  expect(
    readdirSync(sshd.home)
      .filter((name) => !name.startsWith('.'))
      .sort(),
  ).toEqual(['current', 'releases'])
})
