import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Sshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { close, gated, makeScene, open, startNode, step } from './scene.ts'

let sshd: Sshd
beforeAll(async () => {
  sshd = await startNode()
})
afterAll(() => sshd.stop())

test('a step that was marked further on is left alone when the run comes to it', async () => {
  const scene = makeScene(sshd)
  scene.steps(open, step('a', 'remote'), step('b', 'remote'), step('c', 'remote'), step('d', 'local'), close)
  expect((await scene.station.conc('run', 'release', 'web1', '--until', 'b')).exit).toBe(5)
  const marked = await scene.station.conc('mark', 'web1', 'c', '--done', '-m', 'by\n\x1b[31mme')
  expect([marked.exit, marked.stdout]).toEqual([0, expect.stringMatching(/: by\\n\S*\[31mme\n$/)])
  expect((await scene.station.conc('mark', 'web1', 'd', '--skip', '-m', 'not now')).exit).toBe(0)
  const { exit, events } = await scene.station.conc('resume', 'web1', '--json')
  expect(exit).toBe(0)
  expect(scene.trace()).toEqual(['a', 'b'])
  expect(events.filter(({ event }) => event === 'step-skip')).toMatchObject([
    { step: 'd', why: 'not now', byHand: true },
  ])
  scene.remove()
})

test('what is about the lock itself can not be marked', async () => {
  const scene = makeScene(sshd)
  scene.steps(open, step('a', 'remote'), close)
  await scene.station.conc('run', 'release', 'web1', '--until', 'close')
  const { exit, stderr } = await scene.station.conc('mark', 'web1', 'close', '--done', '-m', 'x')
  expect({ exit, stderr }).toMatchObject({ exit: 2, stderr: expect.stringContaining('is about the lock itself') })
  expect((await scene.status()).state).toBe('STOPPED')
  scene.remove()
})

test('a halt is over with the run it was meant for', async () => {
  const scene = makeScene(sshd)
  scene.steps(open, step('a', 'remote', `[ -e $dir/go ] || { ${gated('ends')}; exit 3; }`), step('b', 'remote'), close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  await running.event((event) => event.event === 'step-start' && event.step === 'a')
  expect((await scene.other().conc('halt', 'web1')).exit).toBe(0)
  scene.openGate('ends')
  expect((await running.ended).exit).toBe(1)
  scene.openGate()
  expect((await scene.station.conc('resume', 'web1', '--retry')).exit).toBe(0)
  expect(scene.trace()).toEqual(['a', 'a', 'b'])
  scene.remove()
})

test('a step shows its own output, not that of one whose name ends alike, and stderr alone too', async () => {
  const scene = makeScene(sshd)
  scene.steps(
    open,
    'build = remote sh "echo this is build"',
    'post-build = remote sh "echo this is post-build"',
    'warn = local sh "echo only a warning >&2"',
    close,
  )
  expect((await scene.station.conc('run', 'release', 'web1')).exit).toBe(0)
  expect((await scene.station.conc('log', 'web1', 'build')).stdout).toBe('this is build\n')
  expect((await scene.station.conc('log', 'web1', 'warn')).stdout).toBe('only a warning\n')
  scene.remove()
})

test('giving a run up frees the lock on its workstation as well', async () => {
  const scene = makeScene(sshd)
  scene.steps('mine = local open-bundle', open, 'a = remote sh "exit 3"', close, 'yours = local close-bundle')
  expect((await scene.station.conc('run', 'release', 'web1')).exit).toBe(1)
  expect(existsSync(join(scene.station.home, '.conc', scene.app))).toBe(true)
  const { run } = await scene.status()
  expect((await scene.station.conc('unlock', 'web1', '--id', run ?? '', '-m', 'x')).exit).toBe(0)
  expect((await scene.station.conc('run', 'release', 'web1')).exit).toBe(1)
  scene.remove()
})

test.each([
  ['ends the process', 'process.exit(0)'],
  ['throws later', "setTimeout(() => { throw new Error('stray') }, 10); await new Promise((r) => setTimeout(r, 500))"],
  ['leaves a rejection', "void Promise.reject(new Error('stray')); await new Promise((r) => setTimeout(r, 500))"],
])('an op that %s is exit 7, never 0 or 1', async (_, body) => {
  const scene = makeScene(sshd)
  scene.steps(open, 'odd = local odd', close)
  scene.station.write(
    'jobs/odd.ts',
    `export default { summary: 'x', byHand: () => 'true', run: async () => { ${body} } }\n`,
  )
  const { exit, stderr } = await scene.station.start('run', 'release', 'web1').ended
  expect(exit).toBe(7)
  expect(stderr).not.toContain('    at ')
  // The agent goes by itself once it has seen that its runner is gone.
  await until(async () => (await scene.status()).state === 'LOST')
  scene.remove()
})
