import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Sshd } from '../fixtures/sshd.ts'
import { close, makeScene, open, type Scene, startNode, step } from '../run/scene.ts'

let sshd: Sshd
let scene: Scene
let past: string
let given: string

beforeAll(async () => {
  sshd = await startNode()
  scene = makeScene(sshd)
  const run = async () => (await scene.station.conc('run', 'release', 'web1', '--json')).end?.run ?? ''
  scene.steps(open, step('big', 'remote', `head -c 1000000 /dev/zero | tr '\\\\0' x; echo '<b>end</b>'`), close)
  past = await run()
  scene.steps(open, step('big', 'remote', 'echo small'), step('bad', 'local', 'echo why >&2; exit 3'), close)
  given = await run()
  await scene.station.conc('unlock', 'web1', '--id', given, '-m', 'no <use>')
  await run()
})
afterAll(async () => {
  scene.remove()
  await sshd.stop()
})

const log = (...args: readonly string[]) => scene.station.conc('log', 'web1', ...args)

test('status says how long steps took and what leads on', async () => {
  const { stdout } = await scene.station.conc('-f', 'deploy.ini', 'status', 'web1')
  expect(stdout).toMatch(/✓ 2 big {4}remote {2}OK {9}(under 1|\d) s\n/)
  expect(stdout).toMatch(/by \S+@\S+ since \d{4}-\S+ \S+, .* ago\n/)
  expect(stdout).toMatch(/\n {2}try again {5}conc -f deploy.ini resume web1 --retry\n/)
})

describe('log --runs', () => {
  test('lists the runs that there were, newest first: how each ended, when, how long, whose', async () => {
    const { exit, stdout, stderr } = await log('--runs')
    expect([exit, stderr]).toEqual([0, ''])
    const [title, ...lines] = stdout.trimEnd().split('\n')
    expect(title).toBe(`web1: 3 runs of ${scene.app}`)
    expect(lines.filter((line) => /^ {2}\S/.test(line)).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['FAILED', expect.stringMatching(/^\d{4}-\S+ \S+, .* ago$/), expect.stringMatching(/ s$/), 'release 1'],
      ['GIVEN UP', expect.any(String), expect.any(String), 'release 1'],
      ['OK', expect.any(String), expect.any(String), 'release 1'],
    ])
    expect(stdout).toContain('    at 3 bad: exit 3\n')
    expect(stdout).toContain('    at 3 bad, FAILED: no <use>\n')
    expect(stdout).toMatch(new RegExp(`    ${past} by \\S+@\\S+\n?$`))
  })

  test('as JSON too', async () => {
    const lines = (await log('--runs', '--json')).stdout.trim().split('\n')
    const [now, gone, first] = lines.map((line) => JSON.parse(line))
    expect(now).toMatchObject({ state: 'FAILED', current: true, ended: null, exitCode: 1 })
    expect(gone).toMatchObject({ run: given, state: 'GIVEN UP', current: false, exitCode: 5 })
    expect(first).toMatchObject({ node: 'web1', run: past, job: 'release', release: '1', state: 'OK', exitCode: 0 })
    expect(Date.parse(first.ended) - Date.parse(first.began)).toBe(first.ms)
  })
})

describe('log --html', () => {
  test('writes a page of the current run, and nothing else', async () => {
    const { exit, stderr } = await log('--html', 'run.html')
    expect([exit, stderr]).toEqual([0, expect.stringMatching(/^conc: run\.html is the page of run \S+ on web1\.\n$/)])
    const page = readFileSync(join(scene.station.folder, 'run.html'), 'utf8')
    expect(page).toContain('<title>release on web1: FAILED</title>')
    expect(page).toMatch(/<details open><summary>Errors \(stderr\), 4 B<\/summary><pre>why\n<\/pre>/)
    expect(page).toContain('in past runs, oldest first: under 1 s')
    expect(readdirSync(scene.station.folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('of a past run by its id, what is long cut with a note, to stdout', async () => {
    const { exit, stdout } = await log('--html', '-', '--id', past)
    expect(exit).toBe(0)
    expect(stdout).toMatch(/^<!DOCTYPE html>\n[\s\S]*<\/html>\n$/)
    expect(stdout).toContain('<title>release on web1: OK</title>')
    expect(stdout).toContain('934.5 kB are left out here')
    expect(stdout).toContain('x&#60;b&#62;end&#60;/b&#62;\n</pre>')
    expect(stdout.length).toBeLessThan(200_000)
  })

  test('replaces a page of before and an empty file, and nothing else', async () => {
    const place = (name: string) => join(scene.station.folder, name)
    for (const name of ['again.html', 'empty.html']) {
      writeFileSync(place(name), '')
      expect((await log('--html', name, '--id', past)).exit).toBe(0)
      expect((await log('--html', name)).exit).toBe(0)
      expect(readFileSync(place(name), 'utf8')).toContain('on web1: FAILED')
    }
    writeFileSync(place('notes.html'), '<!DOCTYPE html>\n<p>mine')
    const { exit, stderr } = await log('--html', 'notes.html')
    expect([exit, stderr]).toEqual([
      2,
      '--html notes.html: something else is there, no page of a run. Name another file, or move it away.\n',
    ])
    expect(readFileSync(place('notes.html'), 'utf8')).toContain('mine')
  })

  test('keeps a link to a file a link', async () => {
    symlinkSync('real.html', join(scene.station.folder, 'link.html'))
    await log('--html', 'real.html')
    expect((await log('--html', 'link.html', '--id', past)).exit).toBe(0)
    expect(readFileSync(join(scene.station.folder, 'real.html'), 'utf8')).toContain('on web1: OK')
  })

  test.each([
    ['a folder', 'folder', /^--html folder: it can't be written: it is a folder\. Name another file\.\n$/],
    [
      'a place in no folder',
      'none/run.html',
      /^--html none\/run\.html: it can't be written: there is no such file or folder/,
    ],
  ])('refuses %s, before it asks the node', async (_title, file, why) => {
    mkdirSync(join(scene.station.folder, 'folder'), { recursive: true })
    const { exit, stderr } = await log('--html', file)
    expect([exit, stderr]).toEqual([2, expect.stringMatching(why)])
    expect(existsSync(join(scene.station.folder, 'none'))).toBe(false)
    expect(readdirSync(join(scene.station.folder, 'folder'))).toEqual([])
  })
})

test.each([
  [['bed'], 2, '', /job release has no step bed\. Steps are open, big, bad, close\. Did you mean bad\?/],
  [['close'], 2, '', /kept no output of a step close: it printed nothing, did not begin, or ran before/],
  [['2'], 0, 'small\n', /^$/],
])('log %j exits with %i', async (args, code, out, why) => {
  const { exit, stdout, stderr } = await log(...args)
  expect([exit, stdout, stderr]).toEqual([code, out, expect.stringMatching(why)])
})

test.each([
  [['big', '--runs'], /a step and --runs don't go together/],
  [['--follow', '--html', 'x.html'], /--follow and --html don't go together/],
  [['--runs', '--id', 'r1'], /--id names a past run: --runs takes none/],
  [['--html', 'x.html', '--json'], /--html writes a page: leave --json out/],
  [['--html', '-', '--id', 'never'], /there is no run never on web1/],
])('log %j is a mistake', async (args, why) => {
  const { exit, stdout, stderr } = await log(...args)
  expect([exit, stdout, stderr]).toEqual([2, '', expect.stringMatching(why)])
})
