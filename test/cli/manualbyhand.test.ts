import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Sshd } from '../fixtures/sshd.ts'
import { personWithSsh, removeReleased, setRelease } from '../run/person.ts'
import { makeScene, type Scene, startNode } from '../run/scene.ts'

let sshd: Sshd
let scene: Scene

beforeAll(async () => {
  sshd = await startNode()
})
afterAll(() => sshd.stop())
beforeEach(() => {
  scene = makeScene(sshd)
  setRelease(scene)
})
afterEach(() => {
  scene.remove()
  removeReleased(scene)
})

const made = (name: string) => join(sshd.home, name)
const history = () => join(sshd.home, '.conc', 'history', scene.app)

/** What a release leaves behind. */
function leftBehind() {
  const files = readdirSync(made('releases'), { recursive: true, encoding: 'utf8' }).sort()
  const text = readFileSync(made("releases/1/it's"), 'utf8')
  return { files, text, current: readlinkSync(made('current')), trace: scene.trace(), locked: existsSync(scene.bundle) }
}

test('a person who follows the runbook with ssh leaves behind what conc leaves', { timeout: 60_000 }, async () => {
  const ran = await scene.station.conc('run', 'release', 'web1')
  expect(ran.stdout).toContain(' at look')
  expect((await scene.station.conc('resume', 'web1')).exit).toBe(0)
  const byConc = leftBehind()
  removeReleased(scene)
  const trace = join(scene.dir, 'trace')
  writeFileSync(trace, '')

  const page = await nodePage()
  const person = personWithSsh(scene, loginOf(page))
  for (const { side, lines } of commandsIn(page)) person[side](lines)

  expect(leftBehind()).toEqual(byConc)
  expect(byConc).toMatchObject({ current: 'releases/1', trace: ['migrate', 'check'], locked: false })
  expect(readdirSync(history()).at(-1)).toMatch(/^\d{8}T\d{6}Z-by-hand$/)
})

test('while a person follows the runbook, conc sees whose the node is', { timeout: 60_000 }, async () => {
  const page = await nodePage()
  const person = personWithSsh(scene, loginOf(page))
  const commands = commandsIn(page)
  const of = (name: string) => commands.find((each) => each.name === name)?.lines ?? ''
  person.remote(of('open'))
  const blocked = await scene.station.conc('run', 'release', 'web1')
  expect(blocked.exit).toBe(3)
  expect(blocked.stdout).toMatch(/run \S+-by-hand \(job release\) of \S+@\S+ holds .* and is STOPPED\./)
  const asked = await scene.station.conc('status', 'web1')
  expect([asked.exit, asked.stderr]).toEqual([0, ''])
  expect(asked.stdout).toMatch(/^web1: STOPPED\n {2}release of \S+ 1, run \S+-by-hand\n {2}by \S+@\S+ since /)
  expect(asked.stdout).toMatch(/it was taken by hand: .*\n\n {2}give up {2}conc unlock web1 --id \S+-by-hand -m WHY\n$/)
  const { state, steps, run } = await scene.status()
  expect([state, steps, run]).toEqual(['STOPPED', [], expect.stringMatching(/-by-hand$/)])
  const resumed = await scene.station.conc('resume', 'web1')
  expect([resumed.exit, resumed.stderr]).toEqual([
    2,
    expect.stringMatching(
      /It was taken by hand: .* conc unlock web1 --id \S+-by-hand -m WHY\. Nothing was changed\.\n$/,
    ),
  ])
  expect(() => person.remote(of('open'))).toThrow(/File exists/)
  person.remote(of('close'))
  expect(existsSync(scene.bundle)).toBe(false)
  const runs = await scene.station.conc('log', 'web1', '--runs', '--json')
  expect(JSON.parse(runs.stdout.split('\n')[0] ?? '')).toMatchObject({
    job: 'release',
    state: 'UNKNOWN',
    current: false,
  })
})

test('what the runbook notes in the journal, conc takes as done by hand', { timeout: 60_000 }, async () => {
  const halted = await scene.station.conc('run', 'release', 'web1', '--until', 'migrate')
  expect(halted.exit, halted.stderr).toBe(5)
  const page = await nodePage()
  const note =
    fencesIn(page.slice(page.indexOf('## The lock'))).find((lines) => lines.includes(' mark N STEP done ')) ?? ''
  personWithSsh(scene, loginOf(page)).remote(note.replace('N STEP', '7 migrate').replace('WHY', 'in psql'))
  expect((await scene.status()).steps[6]).toEqual({ name: 'migrate', side: 'remote', status: 'OK', byHand: true })
  await scene.station.conc('resume', 'web1')
  expect((await scene.station.conc('resume', 'web1')).exit).toBe(0)
  expect(scene.trace()).toEqual(['check'])
})

test('a secret is given by hand as the runbook says, and stands in no line of it', async () => {
  scene.steps(
    'open = remote open-bundle',
    'use = remote secrets=token sh "echo got-$token >$dir/got"',
    'close = remote close-bundle',
  )
  const { folder } = scene.station
  writeFileSync(
    join(folder, 'deploy.ini'),
    `${readFileSync(join(folder, 'deploy.ini'), 'utf8')}\n[secrets]\ntoken = env TOKEN\n`,
  )
  const page = await nodePage()
  const use = commandsIn(page).find(({ name }) => name === 'use')
  personWithSsh(scene, loginOf(page)).remote(use?.lines ?? '', 's e$cret\n')
  expect(readFileSync(join(scene.dir, 'got'), 'utf8')).toBe('got-s e$cret\n')
})

async function nodePage(): Promise<string> {
  const { exit, stderr } = await scene.station.conc('manual', '--out', 'ops')
  expect(exit, stderr).toBe(0)
  return readFileSync(join(scene.station.folder, 'ops', 'nodes', 'web1.md'), 'utf8')
}

/** What stands in the fences of a text. */
function fencesIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/^(`{3,})sh\n([\s\S]*?)\n\1$/gm), ([, , lines = '']) => lines)
}

/** The `ssh` that the page says leads to the node. */
function loginOf(page: string): string {
  return page.match(/^ssh .*$/m)?.[0] ?? ''
}

/** The commands of the steps, in order; a pause has none. */
function commandsIn(page: string): readonly { name: string; side: 'local' | 'remote'; lines: string }[] {
  const parts = page.split(/^### \d+\. `(.+)`$/m).slice(1)
  return parts.flatMap((name, index) => {
    const [text = ''] = (parts[index + 1] ?? '').split('**Check after it:**')
    const [lines] = fencesIn(text)
    if (index % 2 === 1 || lines === undefined) return []
    return [{ name, side: text.includes('**On the node:**') ? 'remote' : 'local', lines }] as const
  })
}
