import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { endProcess, isAlive, pidIn } from '../fixtures/agent.ts'
import { isRoot, type Sshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { filesWith, watchProcesses } from './leaks.ts'
import { close, expectOneStory, gated, makeScene, open, type Scene, startNode, step } from './scene.ts'

const password = `ö pa'ss"w $rd\\n%h`

/** Rules and passwords are root's to write. */
describe.runIf(isRoot)('where sudo wants a password, a step with as=', () => {
  let sshd: Sshd
  let scene: Scene
  let folder: string
  let rules: string
  const log = () => (existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8') : '')
  beforeAll(async () => {
    sshd = await startNode()
    rules = `/etc/sudoers.d/${sshd.user}`
  })
  afterAll(() => sshd.stop())
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'conc-sudo-'))
    execFileSync('chage', ['-d', '2026-01-01', '-M', '-1', sshd.user])
    execFileSync('chpasswd', { input: `${sshd.user}:${password}\n` })
    writeFileSync(join(folder, 'right'), `${password}\n`)
    writeFileSync(join(folder, 'wrong'), 'wrong\n')
    scene = makeScene(sshd)
  })
  afterEach(() => {
    rmSync(rules, { force: true })
    rmSync(folder, { recursive: true })
    scene.remove()
  })

  /** `Defaults` for the user and what the user may do. */
  const rule = (may: string, defaults = '') => {
    const own = [`logfile=${folder}/log`, ...defaults.split(';').filter(Boolean)].map(
      (each) => `Defaults:${sshd.user} ${each}\n`,
    )
    writeFileSync(rules, `${own.join('')}${may === '' ? '' : `${sshd.user} ALL=${may}\n`}`, { mode: 0o440 })
    execFileSync('visudo', ['-cf', rules])
  }
  const run = (which: 'right' | 'wrong', ...more: readonly string[]) =>
    scene.station.conc('run', 'release', 'web1', '--json', ...more, '--sudo-password-command', `cat ${folder}/${which}`)

  test.each([
    ['as sudo is by default', ''],
    ['that forgets at once', 'timestamp_timeout=0'],
    ['that lectures', 'lecture=always'],
    ['with another prompt', 'passprompt="Kennwort:";passprompt_override'],
    ['with a terminal of its own for commands', 'use_pty'],
  ])('runs, with an empty input, %s', async (_, defaults) => {
    rule('(ALL) ALL', defaults)
    const read = 'id -un; read -r line || echo empty'
    scene.steps(open, step('a', 'remote', read, 'as=root'), step('b', 'remote', read, 'as=nobody'), close)
    const ended = await run('right')
    expect(ended.exit, ended.stdout + ended.stderr).toBe(0)
    const out = ended.events.flatMap((event) =>
      event.event === 'output' && event.stream === 'stdout' ? [event.text] : [],
    )
    expect(out.join('')).toBe('root\nempty\nnobody\nempty\n')
    await expectOneStory(scene, ended)
  })

  test.each([
    ['the password is wrong', '(ALL) ALL', '', 'wrong', /incorrect password attempt/],
    ['the user has no rule', '', '', 'right', /is not in the sudoers file|may not run sudo/],
    ['sudo wants a terminal', '(ALL) ALL', 'requiretty', 'right', /must have a tty/],
  ] as const)(
    'is not begun when %s: exit 4 before the first change, asked once',
    async (_, may, defaults, which, said) => {
      rule(may, defaults)
      scene.steps(step('early', 'local'), open, step('a', 'remote', '', 'as=root'), close)
      const ended = await run(which)
      expect([ended.exit, scene.trace(), existsSync(scene.bundle)], ended.stderr).toEqual([4, [], false])
      expect(ended.end?.message).toMatch(said)
      expect(log().match(/incorrect password/g)?.length ?? 0).toBe(which === 'wrong' ? 1 : 0)
      expect(log().match(/[2-9] incorrect/)).toBe(null)
    },
  )

  test('is not begun when the password has expired', async () => {
    rule('(ALL) ALL')
    execFileSync('chage', ['-d', '0', sshd.user])
    scene.steps(open, step('a', 'remote', '', 'as=root'), close)
    const ended = await scene.station.conc(
      'run',
      'release',
      'web1',
      '--json',
      '--sudo-password-command',
      `cat ${folder}/right`,
    )
    execFileSync('chage', ['-d', '2026-01-01', sshd.user])
    expect([ended.exit, scene.trace(), existsSync(scene.bundle)], ended.stdout).toEqual([4, [], false])
  })

  test('is not begun when nobody gives it, and how to give it is told', async () => {
    rule('(ALL) ALL')
    scene.steps(open, step('a', 'remote', '', 'as=root'), close)
    const ended = await scene.station.conc('run', 'release', 'web1')
    expect([ended.exit, scene.trace(), existsSync(scene.bundle)]).toEqual([4, [], false])
    expect(ended.stdout + ended.stderr).toMatch(/--sudo-password-command/)
    expect((await scene.station.conc('run', 'release', 'web1', '-K')).exit).toBe(2)
  })

  test.each([
    ['the rules ask for none', '(ALL) NOPASSWD: ALL', ''],
    ['no step needs it', '(ALL) ALL', 'no'],
  ])('nobody is asked for it when %s', async (_, may, as) => {
    rule(may)
    scene.steps(open, step('a', 'remote', '', as === '' ? 'as=root' : ''), close)
    const asked = join(folder, 'asked')
    const ended = await scene.station.conc(
      'run',
      'release',
      'web1',
      '--sudo-password-command',
      `touch ${asked}; exit 1`,
    )
    expect([ended.exit, existsSync(asked)]).toEqual([0, false])
  })

  test('runs where the rules allow that command alone', async () => {
    rule('(root) /usr/bin/id')
    scene.steps(open, 'a = remote as=root run /usr/bin/id -un', close)
    const ended = await run('right')
    expect(ended.exit, ended.stdout).toBe(0)
    expect(ended.events).toContainEqual(expect.objectContaining({ event: 'output', text: 'root\n' }))
  })

  test('runs without one where its own rule asks for none and sudo = nopasswd says so', async () => {
    scene.remove()
    scene = makeScene(sshd, { sudo: 'nopasswd' })
    rule('(ALL) ALL, NOPASSWD: /usr/bin/id')
    scene.steps(open, 'a = remote as=root run /usr/bin/id -un', 'b = remote as=root run true', close)
    const ended = await scene.station.conc('run', 'release', 'web1', '--json')
    expect(ended.exit, ended.stdout).toBe(1)
    expect((await scene.status()).stands).toEqual(['open OK', 'a OK', 'b FAILED', 'close PENDING'])
  })

  test('is ended with what it started, as another user, when it takes too long', async () => {
    rule('(ALL) ALL')
    scene.steps(open, step('a', 'remote', 'sleep 600 & echo $! >$dir/pid; wait', 'as=root timeout=1s'), close)
    const ended = await run('right')
    const pid = await pidIn(join(scene.dir, 'pid'))
    const alive = isAlive(pid)
    endProcess(pid)
    expect([ended.end?.status, alive], ended.stdout).toEqual(['TIMED OUT', false])
  })

  test('is asked for again when the run is resumed', async () => {
    rule('(ALL) ALL')
    scene.steps(open, step('a', 'remote'), step('b', 'remote', 'id -un', 'as=root'), close)
    expect((await run('right', '--until', 'b')).exit).toBe(5)
    expect((await scene.other().conc('resume', 'web1')).exit).toBe(4)
    const ended = await scene.other().conc('resume', 'web1', '--sudo-password-command', `cat ${folder}/right`)
    expect([ended.exit, scene.trace()], ended.stderr).toEqual([0, ['a', 'b']])
  })

  test('that meets a password which was changed in the run did not run, says so, and is tried again with the one that holds', async () => {
    rule('(ALL) ALL')
    scene.steps(open, step('a', 'local', gated()), step('b', 'remote', '', 'as=root'), close)
    const command = `cat ${folder}/right`
    const running = scene.station.start('run', 'release', 'web1', '--json', '--sudo-password-command', command)
    await until(() => scene.trace().includes('a'))
    execFileSync('chpasswd', { input: `${sshd.user}:another\n` })
    scene.openGate()
    const ended = await running.ended
    expect([ended.exit, scene.trace()], ended.stdout).toEqual([1, ['a']])
    const message = expect.stringMatching(/^sudo refused the password that it took before: the step did not run\. Try/)
    expect(ended.events).toContainEqual(
      expect.objectContaining({ event: 'note', level: 'warning', step: 'b', message }),
    )
    expect(ended.stdout).not.toContain('cat: ')
    expect(log()).not.toMatch(/[2-9] incorrect/)
    await expectOneStory(scene, ended)
    writeFileSync(join(folder, 'right'), 'another\n')
    const resumed = await scene.station.conc('resume', 'web1', '--retry', '--sudo-password-command', command)
    expect([resumed.exit, scene.trace()], resumed.stderr).toEqual([0, ['a', 'b']])
  })

  test('leaves its password in no argument, no environment, no file and no output', async () => {
    rule('(ALL) ALL')
    const rest = 'sleep 0.3; env; cat'
    scene.steps(open, step('a', 'remote', rest, 'as=root'), step('b', 'remote', rest), step('c', 'local', 'env'), close)
    const watched = watchProcesses(password)
    const ended = await run('right', '--log', join(scene.dir, 'log'))
    const seen = watched.stop()
    expect(ended.exit, ended.stderr).toBe(0)
    expect(seen.looks).toBeGreaterThan(20)
    expect([seen.inArguments, seen.inEnvironments]).toEqual([[], []])
    expect(ended.stdout + ended.stderr).not.toContain(password)
    for (const place of [sshd.home, scene.dir, scene.station.home, scene.station.folder, '/var/log']) {
      expect(filesWith(password, place)).toEqual([])
    }
  })
})
