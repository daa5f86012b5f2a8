import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { program } from '../fixtures/conc.ts'
import { isRoot, type Sshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { filesWith, watchProcesses } from './leaks.ts'
import { close, makeScene, open, type Scene, startNode } from './scene.ts'

const password = 'm4rk3d-sudo-word'
const token = 'm4rk3d-token'

/** Rules and passwords are root's to write. */
describe.runIf(isRoot)('at a terminal', () => {
  let sshd: Sshd
  let scene: Scene
  beforeAll(async () => {
    sshd = await startNode()
    execFileSync('chpasswd', { input: `${sshd.user}:${password}\n` })
    writeFileSync(`/etc/sudoers.d/${sshd.user}`, `${sshd.user} ALL=(ALL) ALL\n`, { mode: 0o440 })
  })
  afterAll(async () => {
    rmSync(`/etc/sudoers.d/${sshd.user}`)
    await sshd.stop()
  })
  beforeEach(() => {
    scene = makeScene(sshd)
  })
  afterEach(() => scene.remove())

  /** Runs conc under script(1), which gives it a terminal and records all that is shown; answers each question once. */
  async function atTerminal(words: readonly string[], answers: readonly (readonly [RegExp, string])[]) {
    const recording = join(scene.dir, 'recording')
    const { home, folder } = scene.station
    const command = `stty cols 200 rows 50; exec ${[process.execPath, program, ...words].join(' ')}`
    const child = spawn('script', ['-qfec', command, recording], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', TERM: 'xterm' },
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    const ended = once(child, 'exit')
    const shown = () => (existsSync(recording) ? readFileSync(recording, 'utf8') : '')
    for (const [question, answer] of answers) {
      await until(() => question.test(shown())).catch((cause) => {
        throw new Error(`${cause}: ${shown()}`)
      })
      child.stdin.write(`${answer}\r`)
    }
    const [exit] = await ended
    return { exit, shown: shown() }
  }

  test('password and secret are each asked for once, and appear nowhere: no argument, file, log, recording', async () => {
    const show = 'echo $api_token; sleep 0.2'
    scene.steps(
      open,
      `a = remote as=root secrets=api_token sh "${show}"`,
      `b = local secrets=api_token sh "${show}"`,
      close,
    )
    const file = readFileSync(join(scene.station.folder, 'deploy.ini'), 'utf8')
    scene.station.write('deploy.ini', `${file}\n[secrets]\napi_token = ask\n`)
    const watched = [watchProcesses(password), watchProcesses(token)]
    const words = ['run', 'release', 'web1', '--log', join(scene.dir, 'log')]
    const { exit, shown } = await atTerminal(words, [
      [/sudo password on web1/, password],
      [/api_token/, token],
    ])
    const [ofPassword, ofToken] = watched.map((each) => each.stop())
    expect(exit, shown).toBe(0)
    expect(shown.match(/sudo password on web1/g)?.length).toBeGreaterThan(0)
    expect(shown).toContain('[secret api_token]')
    expect([ofPassword?.inArguments, ofPassword?.inEnvironments, ofToken?.inArguments]).toEqual([[], [], []])
    for (const marked of [password, token]) {
      expect(shown).not.toContain(marked)
      for (const place of [sshd.home, scene.dir, scene.station.home, scene.station.folder, '/var/log'])
        expect(filesWith(marked, place)).toEqual([])
    }
  })

  test('a question that is not answered ends the run before the first change', async () => {
    scene.steps(open, 'a = remote as=root run true', close)
    const { exit, shown } = await atTerminal(['run', 'release', 'web1'], [[/sudo password on web1/, '\x03']])
    expect([exit, existsSync(scene.bundle)], shown).toEqual([4, false])
  })
})
