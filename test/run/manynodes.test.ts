import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { RunEvent } from '../../src/run/events.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { endOf, type Fleet, makeFleet, marked } from './fleetscene.ts'
import { close, gated, open, startNode } from './scene.ts'

let sshd: Sshd
let fleet: Fleet
beforeAll(async () => {
  sshd = await startNode()
})
afterAll(() => sshd.stop())
afterEach(() => fleet.remove())

const start = (...words: readonly string[]) => fleet.station.start('run', 'release', 'all', ...words, '--json')
const isOver = (node: string) => (event: RunEvent) => event.event === 'run-end' && event.node === node

test('a step that is slow on one node delays no other, and a dozen at a time are nothing to warn of', async () => {
  fleet = makeFleet(sshd, 12)
  fleet.steps(open, marked('a', `[ $name != n01 ] || ${gated()}`), marked('b'), close)
  const running = start('--parallel', '12')
  for (const node of fleet.names.slice(1)) await running.event(isOver(node))
  expect(fleet.trace()).not.toContain('n01:b')
  fleet.openGate()
  const ended = await running.ended
  expect(endOf(ended), ended.stderr).toMatchObject({ exit: 0, status: 'OK' })
  expect(ended.stderr).toBe('')
}, 60_000)

test('a node that takes the line and says nothing delays no other', async () => {
  fleet = makeFleet(sshd, 3)
  const lines: Socket[] = []
  const silent = createServer((line) => lines.push(line)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  if (address === null || typeof address === 'string') throw new TypeError('it has no port')
  fleet.steps(marked('a'), marked('b'))
  fleet.node('n01', { 'sshd.port': String(address.port) })
  const running = start('--parallel', '2')
  for (const node of ['n02', 'n03']) await running.event(isOver(node))
  expect(lines).toHaveLength(1)
  for (const line of lines) line.destroy()
  silent.close()
  expect(endOf(await running.ended).nodes).toEqual(['n01 ERROR', 'n02 OK', 'n03 OK'])
}, 60_000)
