import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { program } from '../fixtures/conc.ts'
import { until } from '../fixtures/until.ts'
import { close, expectOneStory, open, type Scene, sceneForEach, step } from './scene.ts'

let scene: Scene
sceneForEach(
  (made) => {
    scene = made
  },
  { colour: 'red' },
)

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => step(name, 'remote')) as [string, string, string, string]

/** A run of these steps, halted before `b`. */
async function halted(...args: readonly string[]): Promise<void> {
  scene.steps(open, a, b, c, close)
  expect((await scene.station.conc('run', 'release', 'web1', '--until', 'b', ...args)).exit).toBe(5)
}

describe('what has not begun may change, when that is agreed to', () => {
  test.each([
    ['a changed step', [a, step('b', 'remote', 'true'), c], ['a', 'b', 'c'], /b/],
    ['one inserted next', [a, d, b, c], ['a', 'd', 'b', 'c'], /d/],
    ['one inserted later', [a, b, d, c], ['a', 'b', 'd', 'c'], /d/],
    ['a removed one', [a, c], ['a', 'c'], /b/],
    ['a renamed one', [a, d, c], ['a', 'd', 'c'], /d/],
    ['a moved one', [a, c, b], ['a', 'c', 'b'], /[bc]/],
  ])('%s', async (_, steps, trace, shown) => {
    await halted()
    const before = scene.journal()
    scene.steps(open, ...steps, close)
    const refused = await scene.other().conc('resume', 'web1', '--json')
    expect(refused.exit).toBe(2)
    expect(refused.stderr).toMatch(shown)
    expect(refused.stderr).toContain('-y agrees')
    expect([scene.trace(), scene.journal()]).toEqual([['a'], before])
    const agreed = await scene.other().conc('resume', 'web1', '-y', '--json')
    expect(agreed.exit, agreed.stderr).toBe(0)
    expect(scene.trace()).toEqual(trace)
    await expectOneStory(scene, agreed)
  })
})

describe('what is done may not change, agreed to or not', () => {
  test.each([
    ['a changed step', [step('a', 'remote', 'true'), b, c]],
    ['one inserted before it', [d, a, b, c]],
    ['a removed one', [b, c]],
    ['a renamed one', [d, b, c]],
    ['a moved one', [b, a, c]],
  ])('%s', async (_, steps) => {
    await halted()
    const before = scene.journal()
    scene.steps(open, ...steps, close)
    const refused = await scene.other().conc('resume', 'web1', '-y', '--json')
    expect(refused.exit).toBe(2)
    expect(refused.stderr).toContain('changes what is already done on web1')
    expect(refused.stderr).toMatch(/\b[ad]\b/)
    expect([scene.trace(), scene.journal()]).toEqual([['a'], before])
  })
})

test('a changed plan is in the bundle, so that a second halt knows it', async () => {
  await halted()
  scene.steps(open, a, d, b, c, close)
  expect((await scene.other().conc('resume', 'web1', '-y', '--until', 'b')).exit).toBe(5)
  expect((await scene.status()).stands).toEqual(['open OK', 'a OK', 'd OK', 'b PENDING', 'c PENDING', 'close PENDING'])
  const marked = await scene.other().conc('mark', 'web1', 'b', '--skip', '-m', 'not today')
  expect(marked.exit, marked.stderr).toBe(0)
  expect((await scene.other().conc('resume', 'web1')).exit).toBe(0)
  expect(scene.trace()).toEqual(['a', 'd', 'c'])
})

test('--set values of the first run are kept, and others are a changed plan', async () => {
  scene.steps(open, step('a', 'remote'), 'b = remote sh "echo $colour >>$trace"', close)
  const run = ['run', 'release', 'web1', '--until', 'b', '-e', 'colour=red'] as const
  expect((await scene.station.conc(...run)).exit).toBe(5)
  const other = await scene.other().conc('resume', 'web1', '-e', 'colour=blue')
  expect(other.exit).toBe(2)
  expect(other.stderr).toContain('blue')
  const resumed = await scene.other().conc('resume', 'web1', '--json')
  expect(resumed.exit, resumed.stderr).toBe(0)
  expect(scene.trace()).toEqual(['a', 'red'])
})

/** Changes the text of the deploy file. */
function edit(from: string, to: string): void {
  const text = readFileSync(join(scene.station.folder, 'deploy.ini'), 'utf8')
  expect(text).toContain(from)
  scene.station.write('deploy.ini', text.replace(from, to))
}

/** What is shown of a step that differs: its name, then its lines before and now. */
function shown(stderr: string, name: string): readonly string[] {
  const lines = stderr.split('\n')
  const at = lines.findIndex((line) => line.startsWith(`  ${name} `))
  const rest = lines.slice(at + 1)
  const end = rest.findIndex((line) => !line.startsWith('    '))
  return [lines[at] ?? '', ...rest.slice(0, end)]
}

describe('a value that changes between halt and resume', () => {
  const says = (name: string, value: string) => step(name, 'remote', `echo ${name} ${value} >>$dir/values`)
  const told = () => readFileSync(join(scene.dir, 'values'), 'utf8')

  const values: readonly [string, string, () => void, string, string][] = [
    ['the release', 'release', () => edit('release = 1', 'release = 2'), '1', '2'],
    ['an attribute of the node', 'colour', () => edit('colour = red', 'colour = blue'), 'red', 'blue'],
  ]

  test.each(values)('%s that a finished step used is refused, agreed to or not', async (_, key, change, was, now) => {
    scene.steps(open, says('a', `$${key}`), says('b', 'x'), close)
    expect((await scene.station.conc('run', 'release', 'web1', '--until', 'b')).exit).toBe(5)
    const before = scene.journal()
    change()
    for (const options of [[], ['-y'], ['-y', '--retry']]) {
      const refused = await scene.station.conc('resume', 'web1', ...options)
      expect([refused.exit, refused.stderr]).toEqual([
        2,
        expect.stringContaining('changes what is already done on web1'),
      ])
      expect(shown(refused.stderr, 'a')).toEqual([
        '  a changed',
        '    - (remote, sh)',
        expect.stringMatching(`^    - sh -euc '.*\\b${key}=${was};.*echo a \\$${key} >>`),
        '    + (remote, sh)',
        expect.stringMatching(`^    \\+ sh -euc '.*\\b${key}=${now};.*echo a \\$${key} >>`),
      ])
    }
    expect([told(), scene.journal()]).toEqual([`a ${was}\n`, before])
  })

  test.each(values)(
    '%s that only a pending step uses is shown, and wants a word',
    async (_, key, change, _was, now) => {
      scene.steps(open, says('a', 'x'), says('b', `$${key}`), close)
      expect((await scene.station.conc('run', 'release', 'web1', '--until', 'b')).exit).toBe(5)
      change()
      const refused = await scene.station.conc('resume', 'web1')
      expect([refused.exit, refused.stderr]).toEqual([2, expect.stringContaining('-y agrees. Nothing was changed.')])
      expect(shown(refused.stderr, 'b').join('\n')).toContain('\n    + (remote, sh)\n    + sh -euc ')
      expect(told()).toBe('a x\n')
      const agreed = await scene.station.conc('resume', 'web1', '-y', '--until', 'close', '--json')
      expect(agreed.exit, agreed.stderr).toBe(5)
      expect(told()).toBe(`a x\nb ${now}\n`)
      await expectOneStory(scene, agreed)
      const release = key === 'release' ? '2' : '1'
      expect((await scene.station.conc('status', 'web1')).stdout).toContain(`release of ${scene.app} ${release}, run`)
    },
  )

  test('that no step uses is no changed plan', async () => {
    scene.steps(open, says('a', 'x'), says('b', 'x'), close)
    expect((await scene.station.conc('run', 'release', 'web1', '--until', 'b')).exit).toBe(5)
    edit('colour = red', 'colour = blue')
    expect((await scene.station.conc('resume', 'web1')).exit).toBe(0)
  })

  test('such as the bundle itself finds no run, and says where it looked', async () => {
    scene.steps(open, says('a', 'x'), says('b', 'x'), close)
    expect((await scene.station.conc('run', 'release', 'web1', '--until', 'b')).exit).toBe(5)
    edit('colour = red', 'bundle = .conc/elsewhere')
    const lost = await scene.station.conc('resume', 'web1')
    expect([lost.exit, lost.stderr]).toEqual([2, 'nothing to resume on web1: no run holds .conc/elsewhere.\n'])
    expect((await scene.other().conc('resume', 'web1')).exit).toBe(0)
  })

  test.each([
    ['timeout=5m', '    + (remote, sh, up to 5 min)'],
    ['cd=/tmp', /^ {4}\+ .*\/tmp/],
  ])('such as the option %s is shown', async (option, line) => {
    scene.steps(open, a, b, close)
    expect((await scene.station.conc('run', 'release', 'web1', '--until', 'b')).exit).toBe(5)
    scene.steps(open, a, step('b', 'remote', '', option), close)
    const refused = await scene.station.conc('resume', 'web1')
    expect(refused.exit).toBe(2)
    const lines = shown(refused.stderr, 'b')
    expect(
      lines.filter((each) => (typeof line === 'string' ? each === line : line.test(each))),
      lines.join('\n'),
    ).toHaveLength(1)
  })
})

test('a failed step may change: it is shown, agreed to, and run again when that is asked for', async () => {
  scene.steps(open, a, step('b', 'remote', 'exit 3'), c, close)
  expect((await scene.station.conc('run', 'release', 'web1')).exit).toBe(1)
  scene.steps(open, a, step('b', 'remote', 'true'), c, close)
  const refused = await scene.station.conc('resume', 'web1', '--retry')
  expect([refused.exit, refused.stderr]).toEqual([2, expect.stringContaining('  b changed\n')])
  const agreed = await scene.station.conc('resume', 'web1', '-y', '--json')
  expect([agreed.exit, agreed.end?.message]).toEqual([1, expect.stringContaining('nobody has said what to do')])
  expect(scene.trace()).toEqual(['a', 'b'])
  const retried = await scene.station.conc('resume', 'web1', '--retry', '--json')
  expect(retried.exit, retried.stderr).toBe(0)
  expect(scene.trace()).toEqual(['a', 'b', 'b', 'c'])
  await expectOneStory(scene, retried)
})

test('a difference that is not agreed to is shown once, and is short', async () => {
  await halted()
  scene.steps(open, a, 'd = remote run date', 'c = remote run true', close)
  const { stderr } = await scene.station.conc('resume', 'web1')
  expect(stderr.replaceAll(/sh -euc .*/g, 'sh -euc …')).toBe(`The plan has changed since the run began:
  d inserted
    + (remote, run)
    + date
  c changed
    - (remote, sh)
    - sh -euc …
    + (remote, run)
    + true
  b removed
    - (remote, sh)
    - sh -euc …
the changed plan was not agreed to: -y agrees. Nothing was changed.
`)
})

/** Starts conc on a terminal of its own. */
function startOnTerminal(args: string) {
  const { home, folder } = scene.station
  // Without a width all would be broken at every letter.
  const command = `stty cols 120 rows 40; ${process.execPath} ${program} ${args}`
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', TERM: 'xterm', NO_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = once(child, 'close')
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    screen += chunk
  })
  return { child, ended, screen: () => screen }
}

test('on a terminal too it is shown what a finished step was and is', async () => {
  await halted()
  scene.steps(open, step('a', 'remote', 'true'), b, c, close)
  const { ended, screen } = startOnTerminal('resume web1')
  expect((await ended)[0]).toBe(2)
  expect(screen()).toMatch(
    / {2}a changed\s+- \(remote, sh\)\s+- sh -euc [^\0]* \+ \(remote, sh\)\s+\+ sh -euc [^\0]*already done on web1/,
  )
})

test.each([
  ['y', 0, ['a', 'd', 'b', 'c']],
  ['n', 2, ['a']],
  ['\x03', 2, ['a']],
])('on a terminal the changed plan is shown and asked about: %j ends with %i', async (key, exit, trace) => {
  await halted()
  const before = scene.journal()
  scene.steps(open, a, d, b, c, close)
  const { child, ended, screen } = startOnTerminal('resume web1')
  await until(() => screen().includes('Go on with the changed plan?'))
  child.stdin.write(key)
  expect((await ended)[0], screen()).toBe(exit)
  expect(screen()).toMatch(/The plan has changed since the run began:\s+d inserted\s+\+ \(remote, sh\)\s+\+ sh -euc/)
  expect(scene.trace()).toEqual(trace)
  if (exit !== 0) expect(scene.journal()).toEqual(before)
})
