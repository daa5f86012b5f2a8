import { createHash } from 'node:crypto'
import {
  appendFileSync,
  chownSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inShell } from '../cli/sample.ts'
import { until } from '../fixtures/until.ts'
import { close, gated, open, type Scene, sceneForEach, step } from './scene.ts'

let scene: Scene
let id: string
sceneForEach(async (made) => {
  scene = made
  scene.steps(open, step('a', 'remote', 'echo said'), step('b', 'remote', 'exit 1'), step('c', 'remote'), close)
  const ended = await scene.station.conc('run', 'release', 'web1', '--json')
  expect(ended.exit, ended.stderr).toBe(1)
  id = ended.end?.run ?? ''
})

type Change = (text: string) => string

/** Changes a file of the bundle as another version, or a bad disk, would have written it. */
function rewrite(name: string, change: Change): void {
  const path = join(scene.bundle, name)
  const { uid, gid } = lstatSync(path)
  const text = change(readFileSync(path, 'utf8'))
  rmSync(path)
  writeFileSync(path, text, { mode: 0o600 })
  if (process.getuid?.() === 0) chownSync(path, uid, gid)
}

/** Names, kinds and contents of all in the bundle, in one sum. */
function sumOf(folder = scene.bundle): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name)
    hash.update(`${name}\0`).update(lstatSync(path).isFile() ? readFileSync(path) : '')
  }
  return hash.digest('hex')
}

const json =
  (change: (plan: { steps: Record<string, unknown>[] } & Record<string, unknown>) => unknown): Change =>
  (text) => {
    const plan = JSON.parse(text)
    return JSON.stringify(change(plan) ?? plan)
  }

const commands = {
  resume: 'resume web1 --retry',
  status: 'status web1',
  'status --json': 'status web1 --json',
  mark: 'mark web1 b --done -m why',
  log: 'log web1',
  'log a': 'log web1 a',
  halt: 'halt web1',
  unlock: 'unlock web1 --id ID -m why',
  shell: 'shell web1',
}
type CommandName = keyof typeof commands

async function say(name: CommandName) {
  const words = commands[name].replace('ID', id)
  if (name !== 'shell') {
    const { exit, stdout, stderr } = await scene.station.conc(...words.split(' '))
    return { exit, said: `${stdout}${stderr}` }
  }
  const { exitCode, stdout, stderr } = await inShell(
    scene.station,
    `script -qefc "$conc ${words}" /dev/null </dev/null`,
  )
  return { exit: exitCode, said: `${stdout}${stderr}`.replaceAll('\r', '') }
}

/** All that is asked changes nothing; gives what was said, by the command's name. */
async function askAll(
  names: readonly CommandName[],
): Promise<ReadonlyMap<CommandName, Awaited<ReturnType<typeof say>>>> {
  const before = sumOf()
  const answers = new Map<CommandName, Awaited<ReturnType<typeof say>>>()
  for (const name of names) answers.set(name, await say(name))
  expect(sumOf()).toBe(before)
  expect(scene.trace()).toEqual(['a', 'b'])
  return answers
}

const all = Object.keys(commands) as CommandName[]
/** One that changes the node, and one that does not: the others read the same file by the same code. */
const two: readonly CommandName[] = ['resume', 'status']

describe('a holder', () => {
  test.each<[string, readonly CommandName[], Change, RegExp]>([
    [
      'of a later format',
      all,
      (text) => text.replace(/^conc: .*$/m, 'conc: 9.1.0').replace('format: 1', 'format: 2'),
      /by conc 9\.1\.0\. .*its format is 2\. Use conc 9\.1\.0;/,
    ],
    [
      'without a format',
      two,
      (text) => text.replace('format: 1\n', ''),
      /reads format 1, and it names no format\. Use conc \d/,
    ],
    [
      'with garbage for a format',
      two,
      (text) => text.replace('format: 1', 'format: \x1b[31m1?'),
      /its format is .*1\?\. Use conc \d/,
    ],
    [
      'with neither version nor format',
      two,
      (text) => text.replace(/^(conc|format): .*\n/gm, ''),
      /Use an unknown version of conc; if only the file holder is damaged, mend its line `format: 1`/,
    ],
  ])('%s is refused by %j, and nothing is changed', { timeout: 60_000 }, async (_, names, change, saying) => {
    rewrite('holder', change)
    for (const [name, { exit, said }] of await askAll(names)) {
      expect({ name, exit, said }).toEqual({ name, exit: 2, said: expect.stringMatching(saying) })
      expect(said).toContain(`web1: run ${id} (job release) of `)
      expect(said).toContain('Nothing was changed.')
      expect(said).not.toContain('\x1b[31m')
    }
    const run = await scene.station.conc('run', 'release', 'web1', '--json')
    expect([run.exit, run.end?.message]).toEqual([
      3,
      expect.stringMatching(/holds \S+ since .+, by (an unknown version of )?conc/),
    ])
  })

  test('with further lines is understood', async () => {
    rewrite('holder', (text) => `${text}region: north\nnote: a: b\nno colon here\n`)
    const { state, stands } = await scene.status()
    expect([state, ...stands]).toEqual(['FAILED', 'open OK', 'a OK', 'b FAILED', 'c PENDING', 'close PENDING'])
    expect((await say('mark')).exit).toBe(0)
    expect((await say('resume')).exit).toBe(0)
    expect(scene.trace()).toEqual(['a', 'b', 'c'])
  })

  test('of a later format that is being run is not asked to halt', async () => {
    await scene.station.conc('unlock', 'web1', '--id', id, '-m', 'again')
    scene.steps(open, step('d', 'remote', gated()), close)
    const running = scene.station.start('run', 'release', 'web1', '--json')
    await until(() => scene.trace().includes('d'))
    rewrite('holder', (text) => text.replace('format: 1', 'format: 2'))
    const { exit, said } = await say('halt')
    expect([exit, said]).toEqual([2, expect.stringContaining('its format is 2')])
    expect(existsSync(join(scene.bundle, 'halt'))).toBe(false)
    scene.openGate()
    expect((await running.ended).exit).toBe(0)
  })
})

describe('a plan', () => {
  test('with further fields is understood, and is no changed plan', async () => {
    rewrite(
      'plan.json',
      json((plan) => ({ ...plan, later: { more: 1 }, steps: plan.steps.map((each) => ({ ...each, weight: 3 })) })),
    )
    expect((await scene.status()).stands[1]).toBe('a OK')
    expect((await say('mark')).exit).toBe(0)
    expect(await say('resume')).toMatchObject({ exit: 0 })
    expect(scene.trace()).toEqual(['a', 'b', 'c'])
  })

  test('with an option that is not known is a changed plan, and the option is shown', async () => {
    rewrite(
      'plan.json',
      json((plan) => ({
        ...plan,
        steps: plan.steps.map((each) => (each.name === 'a' ? { ...each, options: { nice: 5 } } : each)),
      })),
    )
    const { exit, said } = (await askAll(['resume'])).get('resume') ?? {}
    expect([exit, said]).toEqual([2, expect.stringContaining('    - (remote, sh, nice=5)\n')])
  })

  test.each<[string, readonly CommandName[], Change]>([
    [
      'without a job',
      ['resume', 'status', 'status --json', 'mark', 'shell'],
      json((plan) => ({ ...plan, job: undefined })),
    ],
    ['of a later format', two, json((plan) => ({ ...plan, format: 2 }))],
    ['with an empty step', two, json((plan) => ({ ...plan, steps: [...plan.steps, {}] }))],
    ['that is cut short', two, (text) => text.slice(0, 300)],
  ])('%s is refused by %j, and nothing is changed', async (_, names, change) => {
    rewrite('plan.json', change)
    for (const [name, { exit, said }] of await askAll(names)) {
      expect({ name, exit, said }).toEqual({
        name,
        exit: 2,
        said: expect.stringMatching(/plan of run \S+, \S+plan\.json, can't be read/),
      })
      expect(said).toMatch(
        /Use conc \d\S+, or finish by hand \(commands\.txt in \S+\) and give the run up: conc unlock web1 --id \S+ -m WHY\. Nothing was changed\./,
      )
    }
    expect(await say('log')).toMatchObject({ exit: 0, said: expect.stringContaining('b FAILED') })
    expect(await say('log a')).toMatchObject({ exit: 0, said: 'said\n' })
    expect(await say('unlock')).toMatchObject({ exit: 0 })
  })
})

describe('a journal with a line that is not known', () => {
  const rows: readonly [string, string][] = [
    ['of a later kind', '2026-11-20T12:00:00Z undo 2 1 a ana@desk'],
    ['that is garbage', '\x1b[31m\0\xff garbage'],
  ]
  const append = (line: string) => appendFileSync(join(scene.bundle, 'journal'), `${line}\n`, 'latin1')

  test.each(rows)('%s is refused where it counts, and nothing is changed', async (_, line) => {
    append(line)
    for (const [name, { exit, said }] of await askAll(['resume', 'mark', 'shell'])) {
      expect({ name, exit, said }).toEqual({
        name,
        exit: 2,
        said: expect.stringMatching(
          /line \d+ of the journal of run \S+ can't be read, so nobody can say what was done/,
        ),
      })
    }
  })

  test.each(rows)('%s is told by status and shown by log, and the run can be given up', async (_, line) => {
    append(line)
    const answers = await askAll(['status', 'log'])
    expect(answers.get('status')).toMatchObject({
      exit: 0,
      said: expect.stringContaining("the journal has 1 line that can't be read"),
    })
    expect(answers.get('log')).toMatchObject({ exit: 0, said: expect.stringMatching(/line \d+ can't be read: /) })
    expect(answers.get('log')?.said).not.toContain('\x1b[31m')
    const records = (await scene.station.conc('log', 'web1', '--json')).stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text))
    expect(records.filter(({ kind }) => kind === 'unreadable')).toMatchObject([{ run: id, text: expect.any(String) }])
    expect(await say('unlock')).toMatchObject({ exit: 0 })
    const past = readFileSync(join(scene.sshd.home, '.conc', 'history', scene.app, id, 'journal'), 'latin1')
    expect(past).toContain(line)
  })

  test('but that was cut short, and marked so, is known: it counts as never written', async () => {
    append('2026-11-20T12:00:00Z begin 4 1\t(cut short)')
    expect((await say('mark')).exit).toBe(0)
    expect((await say('resume')).exit).toBe(0)
    expect(scene.trace()).toEqual(['a', 'b', 'c'])
  })
})
