import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { close, expectOneStory, open, type Scene, sceneForEach, step } from './scene.ts'

let scene: Scene
sceneForEach((made) => {
  scene = made
})

const run = (...args: readonly string[]) => scene.station.conc('run', 'release', 'web1', '--json', ...args)

function own(name: string, body: string): void {
  const text = `import { type CodeContext, defineOp, OpFailed, quote } from 'conc-deploy'\n${body}\n`
  scene.station.write(`jobs/${name}.ts`, text)
}

test('a command op of the user runs on both sides, in one write with the built-in ones', async () => {
  own(
    'leave',
    `export default defineOp({
  summary: 'Leaves a name in the trace.',
  parameters: [{ name: 'NAME', summary: 'what to leave', required: true }],
  command: ({ positionals: [name = ''], attributes }) => ({ script: \`echo \${quote(name)} >>\${quote(attributes.trace ?? '')}\` }),
})`,
  )
  scene.steps(open, step('a', 'remote'), 'b = remote leave b', 'c = local leave c', step('d', 'remote'), close)
  const ended = await run()
  expect(ended.exit, ended.stderr).toBe(0)
  expect(scene.trace()).toEqual(['a', 'b', 'c', 'd'])
  await expectOneStory(scene, ended)
})

test('a script that is too long for one argument runs where its step starts', async () => {
  scene.station.write('long.sh', `#${'x'.repeat(200_000)}\necho a >>trace; exit 3\n`)
  scene.steps(open, 'a = remote cd=${dir} script long.sh', close)
  const ended = await run()
  expect([ended.exit, ended.end?.status], ended.stderr).toEqual([1, 'FAILED'])
  expect(scene.trace()).toEqual(['a'])
  await expectOneStory(scene, ended)
})

test('a code op of the user has both machines, its own modules, and tells its progress', async () => {
  writeFileSync(join(scene.station.folder, 'version.ts'), "export const version: string = '1.4.2'\n")
  own(
    'report',
    `import { version } from '../version.ts'
export default defineOp({
  summary: 'Copies what the node says to the workstation.',
  byHand: () => 'cat',
  run: async ({ host, peer, log, progress, attributes }: CodeContext) => {
    const { stdout, exit } = await host.run(['sh', '-c', 'cat; exit 3'], { input: Buffer.from(version) })
    if (exit !== 3 || peer === undefined) throw new TypeError('that is no host')
    await peer.run(['sh', '-c', 'cat >report.txt'], { input: stdout })
    for await (const chunk of host.read(attributes.trace ?? '')) log(chunk.toString())
    progress(5, 5)
  },
})`,
  )
  scene.steps(open, step('a', 'remote'), 'b = remote report', close)
  const ended = await run()
  expect(ended.exit, ended.stdout).toBe(0)
  expect(readFileSync(join(scene.station.folder, 'report.txt'), 'utf8')).toBe('1.4.2')
  const ofStep = ended.events.filter((event) => 'step' in event && event.step === 'b')
  expect(ofStep.map(({ event }) => event)).toEqual(['step-start', 'output', 'progress', 'step-end'])
  expect(ofStep[1]).toMatchObject({ text: 'a\n' })
  await expectOneStory(scene, ended)
})

test('an op that throws is ERROR, one that says no is FAILED, and each can be tried again', async () => {
  own(
    'broken',
    `export default defineOp({ summary: 'Breaks.', byHand: () => 'true', run: async () => { throw new TypeError('it broke') } })`,
  )
  own(
    'no',
    `export default defineOp({ summary: 'Says no.', byHand: () => 'true', run: async () => { throw new OpFailed('not today') } })`,
  )
  scene.steps(open, 'a = remote broken', step('b', 'remote'), close)
  const broken = await run()
  expect(broken.exit).toBe(7)
  expect(broken.end).toMatchObject({ status: 'ERROR', message: expect.stringContaining('it broke') })
  await expectOneStory(scene, broken)
  scene.steps(open, 'a = remote no', step('b', 'remote'), close)
  const no = await scene.station.conc('resume', 'web1', '--retry', '-y', '--json')
  expect(no.exit).toBe(1)
  expect(no.end).toMatchObject({ status: 'FAILED', message: expect.stringContaining('not today') })
  expect(scene.trace()).toEqual([])
  await expectOneStory(scene, no)
})

test('a code op over its time is TIMED OUT, and what it started is dead', async () => {
  own(
    'slow',
    `export default defineOp({ summary: 'Waits.', byHand: () => 'sleep 600', run: async ({ host, signal }: CodeContext) => {
  await host.run(['sh', '-c', 'echo $$ >slow.pid; exec sleep 600'], { signal, cwd: '.' })
} })`,
  )
  for (const side of ['local', 'remote'] as const) {
    scene.steps(open, `a = ${side} timeout=400ms slow`, step('b', 'remote'), close)
    const ended = await run()
    expect(ended.exit, ended.stdout).toBe(6)
    const folder = side === 'local' ? scene.station.folder : scene.sshd.home
    const pid = Number(readFileSync(join(folder, 'slow.pid'), 'utf8'))
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    const { run: id } = await expectOneStory(scene, ended)
    expect((await scene.station.conc('unlock', 'web1', '--id', id ?? '', '-m', 'next')).exit).toBe(0)
  }
})
