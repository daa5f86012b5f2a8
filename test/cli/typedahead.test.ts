import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { until } from '../fixtures/until.ts'
import { LiveTerminal } from './liveterminal.ts'

let station: Workstation
let terminal: LiveTerminal
beforeAll(async () => {
  station = makeWorkstation('')
  const steps = {
    open: 'remote open-bundle',
    a: 'local sh "echo a >>trace; while [ ! -e go ]; do sleep 0.05; done"',
    look: 'local pause "Check the numbers"',
    b: 'local sh "echo b >>trace"',
    close: 'remote close-bundle',
  }
  const all = { deploy: { app: 'shop', release: '1' }, 'node:demo': { embedded: 'yes' }, 'job:release': steps }
  station.write('deploy.ini', deployFile(all))
  terminal = await LiveTerminal.open(station)
})
afterAll(async () => {
  await terminal.close()
  station.remove()
})

const file = (name: string) => join(station.folder, name)
const trace = () => (existsSync(file('trace')) ? readFileSync(file('trace'), 'utf8') : '')

test('what is typed before a question stands there does not answer it, and what is typed then does', async () => {
  await terminal.run('conc run release demo --plain; echo exit $?')
  await until(() => trace() === 'a\n')
  terminal.type('y')
  terminal.press('Enter')
  terminal.type('y')
  writeFileSync(file('go'), '')
  await terminal.shows(/look: Check the numbers/)
  await terminal.calm()
  expect(trace()).toBe('a\n')
  terminal.type('y')
  await terminal.shows(/exit 0$/m)
  expect(trace()).toBe('a\nb\n')
})
