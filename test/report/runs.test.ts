import { expect, test } from 'vitest'
import { runJson, runLines } from '../../src/report/runs.ts'
import { at, runOf } from './html/runs.ts'

const steps = ['open remote', 'migrate remote', 'close remote']
const begun = [0, 'open r1'] as const
const failed = [begun, [5, 'begin 2 1 migrate remote ana@desk'], [8, 'end 2 1 migrate FAILED exit=3 signal=-']] as const

const past = runOf({ steps, journal: [begun, [9, 'close r1']] })
const current = runOf({ id: 'r2', steps, journal: failed, look: 'bundle there\nepoch 1\n' })
/** Whoever was there before took its files. */
const { holder: _, ...nameless } = runOf({ id: 'r3', steps: [], journal: [] })
const now = at(3_600)

test('each run is told with its state, its time, its job and who began it', () => {
  const [title, ...lines] = runLines('web1', { app: 'shop', runs: [current, past, nameless], now })
  expect(title).toBe('web1: 3 runs of shop')
  const text = lines.join('\n')
  expect(text).toMatch(/^ {2}FAILED .*, 1 h ago +1 h +release 1\.4\.2$/m)
  expect(text).toMatch(/^ {4}r2 by ana@desk$/m)
  expect(text).toMatch(/^ {2}OK .*, 1 h ago +9 s +release 1\.4\.2$/m)
  expect(text).toMatch(/^ {2}UNKNOWN {2}\? +\? +\? \?\n.*\n {4}r3$/m)
})

test('a node without runs has a title alone', () => {
  expect(runLines('web1', { app: 'shop', runs: [], now })).toEqual(['web1: 0 runs of shop'])
})

test('a program is told the same, and null where nothing is known', () => {
  const known = { node: 'web1', run: 'r1', job: 'release', release: '1.4.2', by: 'ana@desk', current: false }
  expect(runJson('web1', past, now)).toMatchObject({ ...known, began: at(0), ended: at(9), ms: 9_000 })
  expect(runJson('web1', current, now)).toMatchObject({ run: 'r2', current: true, ended: null, ms: 3_600_000 })
  const unknown = { job: null, release: null, by: null, began: null, ended: null, ms: null }
  expect(runJson('web1', nameless, now)).toMatchObject(unknown)
})

test('a run that goes on has no exit code yet', () => {
  const running = runOf({ steps, journal: [begun], look: 'bundle there\nepoch 1\nagent 1\n' })
  expect(runJson('web1', running, now)).toMatchObject({ state: 'RUNNING', exitCode: null })
})
