import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { conc } from '../fixtures/conc.ts'
import { isRoot } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { filesWith, watchProcesses } from './leaks.ts'
import { close, expectOneStory, gated, open, type Scene, sceneForEach, step } from './scene.ts'

/** Two values that a shell, a URL and JSON would each have to quote, one of them of several lines. */
const token = `m4rk3d $e'cr"et\\/+%&`
const pem = `-----BEGIN M4RK3D-----\nline $two 'of' it\n-----END-----\n`

let scene: Scene
let folder: string
sceneForEach((made) => {
  scene = made
  folder = mkdtempSync(join(tmpdir(), 'conc-secret-'))
  writeFileSync(join(folder, 'pem'), `${pem}\n`)
  writeFileSync(join(folder, 'token'), token)
})
afterEach(() => rmSync(folder, { recursive: true }))

const sections = (text = `api_token = command cat ${folder}/token\npem = file ${folder}/pem`) => {
  const file = readFileSync(join(scene.station.folder, 'deploy.ini'), 'utf8')
  scene.station.write('deploy.ini', `${file}\n[secrets]\n${text}\n`)
}
const run = (...more: readonly string[]) => scene.station.conc('run', 'release', 'web1', '--json', ...more)
const printed = ({ events }: Awaited<ReturnType<typeof run>>, name: string) =>
  events.flatMap((event) => (event.event === 'output' && event.step === name ? [event.text] : [])).join('')

/** Prints how long a secret is, and whether it is there. */
const measure = 'echo ${api_token+token} ${#api_token} ${pem+pem}'

describe('a secret', () => {
  test.each(['remote', 'local'] as const)(
    'is in the environment of the %s step that asks for it, and of no other',
    async (side) => {
      scene.steps(
        open,
        `a = ${side} secrets=api_token,pem sh "${measure}; printf '%s' \\"$pem\\" | wc -l"`,
        `b = ${side} sh "echo \${api_token-none} \${pem-none}"`,
        close,
      )
      sections()
      const ended = await run()
      expect(ended.exit, ended.stdout + ended.stderr).toBe(0)
      expect(printed(ended, 'a').replace(/ +/g, ' ')).toBe(`token ${token.length} pem\n3\n`)
      expect(printed(ended, 'b')).toBe('none none\n')
      await expectOneStory(scene, ended)
    },
  )

  test('is hidden in what steps print, in every form, on the way and where it is kept', async () => {
    const show = `printf '%s\\n' "$api_token"; printf '%s' "$api_token" | base64; printf '%.9s' "$api_token"; sleep 0.2; printf '%s' "$api_token" | tail -c +10`
    scene.station.write('show.sh', show)
    scene.steps(
      open,
      'a = remote secrets=api_token script show.sh',
      'b = local secrets=api_token script show.sh',
      close,
    )
    sections()
    const ended = await run('--until', 'close', '--log', join(scene.dir, 'log'))
    expect(ended.exit, ended.stdout + ended.stderr).toBe(5)
    const hidden = '[secret api_token]'
    for (const name of ['a', 'b']) expect(printed(ended, name)).toBe(`${hidden}\n${hidden}\n${hidden}`)
    const logged = await scene.station.conc('log', 'web1', 'a')
    expect(logged.stdout).toContain(hidden)
    const base64 = Buffer.from(token).toString('base64')
    for (const form of [token, base64]) {
      expect(ended.stdout + ended.stderr + logged.stdout).not.toContain(form)
      for (const place of [scene.bundle, scene.dir, scene.station.home]) expect(filesWith(form, place)).toEqual([])
    }
  })

  test("stands in no argument, in no environment but its step's, and in no file of either side", async () => {
    const rest = 'sleep 0.3; true'
    scene.steps(
      open,
      `a = remote secrets=api_token,pem sh "${rest} # asks"`,
      step('b', 'remote', rest),
      `c = local secrets=api_token sh "${rest} # asks"`,
      step('d', 'local', rest),
      close,
    )
    sections()
    const watched = watchProcesses(token)
    const ended = await run('--log', join(scene.dir, 'log'))
    const seen = watched.stop()
    expect(ended.exit, ended.stdout + ended.stderr).toBe(0)
    expect(seen.inArguments).toEqual([])
    const strangers = seen.inEnvironments.filter((line) => !line.includes('# asks') && !/^sleep 0\.3/.test(line))
    expect([strangers, seen.inEnvironments.length > 0]).toEqual([[], true])
    for (const marked of [token, 'M4RK3D']) {
      expect(ended.stdout + ended.stderr).not.toContain(marked)
      for (const place of [scene.sshd.home, scene.station.home, scene.station.folder])
        expect(filesWith(marked, place)).toEqual([])
    }
  })

  test('that comes from a variable is taken out of the environment of the local steps that do not ask', async () => {
    scene.steps(
      open,
      'a = local secrets=api_token sh "echo ${#api_token} ${CONC_TEST_SOURCE-none}"',
      'b = local sh "echo ${api_token-none} ${CONC_TEST_SOURCE-none}"',
      close,
    )
    sections('api_token = env CONC_TEST_SOURCE')
    const where = { home: scene.station.home, cwd: scene.station.folder, env: { CONC_TEST_SOURCE: token } }
    const ended = await conc(where, 'run', 'release', 'web1', '--json')
    expect([ended.exit, printed(ended, 'a'), printed(ended, 'b')]).toEqual([0, `${token.length} none\n`, 'none none\n'])
  })

  test('is read again by whoever resumes, and a step that still runs keeps it', async () => {
    scene.steps(
      open,
      `a = remote secrets=api_token sh "${gated()}; ${measure}"`,
      `b = remote secrets=pem sh "echo \${#pem}"`,
      close,
    )
    sections()
    const running = scene.station.start('run', 'release', 'web1', '--json')
    await running.event((event) => event.event === 'step-start' && event.step === 'a')
    running.signal('SIGKILL')
    await running.ended
    const resumed = scene.station.start('resume', 'web1', '--json')
    await resumed.event((event) => event.event === 'note' && event.message.includes('still runs'))
    scene.openGate()
    const ended = await resumed.ended
    expect([ended.exit, printed(ended, 'b')], ended.stdout + ended.stderr).toEqual([0, `${pem.length}\n`])
  })

  test.each([
    [
      'a variable that is not set',
      'api_token = env NO_SUCH_THING',
      /ini:\d+: the environment variable .* api_token is not set/,
    ],
    ['a command that fails', 'api_token = command sh -c "echo m4rk3d; exit 3"', /exit.* 3/],
    ['a file that is not there', 'api_token = file no/such', /api_token is not there/],
    ['nobody to ask', 'api_token = ask', /api_token/],
  ])('that can not be had, as of %s, ends the run before the first change: exit 2', async (_, source, said) => {
    scene.steps(open, 'a = remote secrets=api_token run true', close)
    sections(source)
    const { exit, stderr, stdout } = await scene.station.conc('run', 'release', 'web1')
    expect([exit, existsSync(scene.bundle)], stderr).toEqual([2, false])
    expect(stdout + stderr).toMatch(said)
    expect(stdout + stderr).not.toContain('m4rk3d')
  })

  test('is not asked for by check, plan and doctor, nor for steps that are not run', async () => {
    scene.steps(open, step('a', 'remote'), 'b = remote secrets=api_token run true', close)
    const asked = join(folder, 'asked')
    sections(`api_token = command sh -c "touch ${asked}; echo x"`)
    for (const words of [
      ['check'],
      ['plan', 'release', 'web1'],
      ['doctor', 'web1'],
      ['run', 'release', 'web1', '--until', 'b'],
    ])
      await scene.station.conc(...words)
    expect(existsSync(asked)).toBe(false)
    expect((await scene.station.conc('resume', 'web1')).exit).toBe(0)
    expect(existsSync(asked)).toBe(true)
  })
})

describe.runIf(isRoot)('a secret of a step of another user', () => {
  test.each([
    ['a command', `run sh -c "${measure.split('${').join('$${')}; read -r line || echo empty"`],
    ['a script', `sh "${measure}; read -r line || echo empty"`],
    ['a script too long for an argument', 'script long.sh'],
  ])('reaches %s, and its input is empty', async (_, op) => {
    const rules = `/etc/sudoers.d/${scene.sshd.user}`
    writeFileSync(rules, `${scene.sshd.user} ALL=(ALL) NOPASSWD: ALL\n`, { mode: 0o440 })
    try {
      scene.station.write('long.sh', `${measure}; read -r line || echo empty\n# ${'x'.repeat(150_000)}\n`)
      scene.steps(open, `a = remote as=nobody secrets=api_token ${op}`, close)
      sections()
      const ended = await run()
      expect(ended.exit, ended.stdout.slice(-2_000)).toBe(0)
      expect(printed(ended, 'a').replace(/ +/g, ' ').replace(/ $/gm, '')).toBe(`token ${token.length}\nempty\n`)
    } finally {
      rmSync(rules)
    }
  })
})

test('while it is held, neither side writes a core', async () => {
  scene.steps(
    open,
    `a = remote secrets=api_token sh "${gated()}"`,
    'b = local secrets=api_token sh "ulimit -Sc"',
    close,
  )
  sections()
  const running = scene.station.start('run', 'release', 'web1', '--json')
  await running.event((event) => event.event === 'step-start' && event.step === 'a')
  const [agent = ''] = readFileSync(join(scene.bundle, 'epoch.1', 'agent'), 'utf8').split(' ')
  for (const pid of [agent, String(running.pid)])
    expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/core file size +0 /)
  scene.openGate()
  expect((await running.ended).exit).toBe(0)
})

test("nothing of conc's own is left in the temporary folder", async () => {
  const before = new Set(readdirSync(tmpdir()))
  scene.steps(open, 'a = remote secrets=api_token run true', close)
  sections()
  expect((await run()).exit).toBe(0)
  await until(() => readdirSync(tmpdir()).filter((name) => /^conc\./.test(name) && !before.has(name)).length === 0)
})
