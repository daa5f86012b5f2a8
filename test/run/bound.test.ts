import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDeploy, planJob } from '../../src/operations/deploy.ts'
import { run } from '../../src/operations/run.ts'
import { workplace } from '../../src/operations/workplace.ts'
import type { RunEvent } from '../../src/run/events.ts'
import type { Before, StepAnswer } from '../../src/run/operator.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'

let station: Workstation
beforeEach(() => {
  station = makeWorkstation('')
  const steps = {
    open: 'remote open-bundle',
    here: 'local open-bundle',
    a: 'remote sh "touch $mark"',
    gone: 'local close-bundle',
    close: 'remote close-bundle',
  }
  const deploy = { app: 'shop', release: '1', mark: join(station.folder, 'mark') }
  station.write('deploy.ini', deployFile({ deploy, 'node:demo': { embedded: 'yes' }, 'job:release': steps }))
})
afterEach(() => station.remove())

const state = async () => JSON.parse((await station.conc('status', 'demo', '--json')).stdout).state

/** Runs the job with an operator who answers so before one step, and lets all others run. */
async function answering(name: string, answer: StepAnswer) {
  const deploy = await openDeploy(join(station.folder, 'deploy.ini'))
  const asked = new Map<string, Before>()
  const operator = {
    pause: async () => true,
    before: async (step: { readonly name: string }, about: Before): Promise<StepAnswer> => {
      asked.set(step.name, about)
      return step.name === name ? answer : { kind: 'run' }
    },
  }
  const { home } = station
  const place = { ...workplace({ ...process.env, HOME: home, XDG_STATE_HOME: '' }), operator }
  const events: RunEvent[] = []
  for await (const event of run(deploy, planJob(deploy, 'release', 'demo').plan, { step: true, workplace: place })) {
    events.push(event)
  }
  return { asked, events, end: events.at(-1) }
}

test.each([
  ['open', 'skip', 'FREE', false],
  ['open', 'done', 'FREE', false],
  ['here', 'skip', 'STOPPED', false],
  ['gone', 'done', 'STOPPED', true],
  ['close', 'skip', 'STOPPED', true],
  ['close', 'done', 'STOPPED', true],
] as const)('with %s answered by %s the run stops there: the node is %s', async (name, kind, stands, reached) => {
  const { asked, events, end } = await answering(name, { kind, why: 'no need' })
  const bound = `${name} is about the lock itself: it is run, not skipped or done by hand`
  expect(asked.get(name)?.bound).toBe(bound)
  expect(end).toMatchObject({ event: 'run-end', status: 'STOPPED', message: expect.stringContaining(bound) })
  expect(events.filter(({ event }) => event === 'step-skip' || event === 'step-done')).toEqual([])
  expect(existsSync(join(station.folder, 'mark'))).toBe(reached)
  expect(await state()).toBe(stands)
})

test('any other step may be skipped', async () => {
  const { asked, end } = await answering('a', { kind: 'skip', why: 'no need' })
  expect(asked.get('a')).not.toHaveProperty('bound')
  expect(end).toMatchObject({ status: 'OK' })
  expect(await state()).toBe('FREE')
})
