import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Progress } from '../../src/ops/types.ts'
import { type Agent, open, shells, startAgent } from '../fixtures/agent.ts'
import { isRoot } from '../fixtures/sshd.ts'
import { mountDisk } from '../run/disk.ts'
import { type Pair, putAt, startPair } from './pair.ts'

const payload = '.conc/shop/payload'
const kept = '.conc/shop.closed.parts'
const bytes = Buffer.alloc(3_000_000, 'a')

/** Gives the run up that the agent has opened. */
async function giveUp({ session }: Agent, run = 'r1'): Promise<void> {
  const answer = await session.call('give_up', run, 'shop', `unlock ${run} bob why`)
  expect([answer.words, answer.stderr.toString()]).toEqual([['0'], ''])
}

describe.each(shells)('what came of a delivery, under $name', (shell) => {
  let pair: Pair
  beforeEach(async () => {
    pair = await startPair(shell)
    expect(await open(pair.agent)).toBe('opened')
    pair.put('large', bytes)
  })
  afterEach(() => pair.end())

  const cut = async () => {
    const stop = new AbortController()
    const onProgress = ({ done }: Progress) => done > 0 && stop.abort()
    const entries = await pair.list('large')
    const delivery = pair.node.receive(payload, entries, pair.here, { signal: stop.signal, onProgress })
    await expect(delivery).rejects.toThrow('aborted')
  }
  const names = (path: string) => (existsSync(pair.there(path)) ? readdirSync(pair.there(path)) : [])

  test('is taken up by the next run after it was given up', async () => {
    await cut()
    await giveUp(pair.agent)
    expect(existsSync(pair.there('.conc/shop'))).toBe(false)
    expect(names(kept).length).toBe(2)
    expect(statSync(pair.there(kept)).mode & 0o777).toBe(0o700)
    expect(await open(pair.agent, { run: 'r2' })).toBe('opened')
    expect(names(kept)).toEqual([])
    const got = await pair.node.receive(payload, await pair.list('large'), pair.here)
    expect(got.bytes).toBeLessThan(bytes.length)
    expect(readFileSync(pair.there(`${payload}/large`)).equals(bytes)).toBe(true)
    expect(names(payload)).toEqual(['large'])
    await giveUp(pair.agent, 'r2')
    expect(names('.conc')).toEqual(['history'])
  })

  test('is thrown away by its sum when it is not what was sent', async () => {
    await cut()
    await giveUp(pair.agent)
    for (const name of names(kept).filter((each) => !each.endsWith('.have'))) {
      putAt(pair.there(`${kept}/${name}`), Buffer.alloc(300_000, 'z'))
    }
    await open(pair.agent, { run: 'r2' })
    const again = async () => pair.node.receive(payload, await pair.list('large'), pair.here)
    await expect(again()).rejects.toThrow('it did not arrive whole')
    expect(names(payload)).toEqual(['.parts'])
    await again()
    expect(readFileSync(pair.there(`${payload}/large`)).equals(bytes)).toBe(true)
  })

  test('is bounded: the newest four of a week, each with the note of what has come', async () => {
    const part = (name: string, days: number, ...endings: readonly string[]) => {
      for (const ending of endings) {
        const path = pair.there(`${payload}/.parts/${name}${ending}`)
        putAt(path, '0 1\n')
        const then = Date.now() / 1000 - days * 86_400
        utimesSync(path, then, then)
      }
    }
    for (const days of [1, 2, 3, 4, 5, 6]) part(`p${days}`, days, '', '.have')
    part('old', 8, '', '.have')
    part('alone', 0, '')
    part('noted', 0, '.have')
    await giveUp(pair.agent)
    const endings = ['', '.have']
    const whole = (...days: readonly number[]) => days.flatMap((day) => endings.map((ending) => `p${day}${ending}`))
    // The one whose part is gone is among the newest four.
    expect(names(kept).sort()).toEqual(whole(1, 2, 3))
  })

  test('that nobody took up goes with the next run that has none, or others', async () => {
    putAt(pair.there(`${kept}/former`))
    await giveUp(pair.agent)
    expect(names('.conc')).toEqual(['history'])
  })

  test('is not taken from another place through a link', async () => {
    await giveUp(pair.agent)
    putAt(pair.there('mine/part.have'), '0 1\n')
    symlinkSync(pair.there('mine'), pair.there(kept))
    expect(await open(pair.agent, { run: 'r2' })).toBe('opened')
    expect([names(payload), names('mine')]).toEqual([[], ['part.have']])
    await giveUp(pair.agent, 'r2')
    expect(names('mine')).toEqual(['part.have'])
  })

  test.runIf(isRoot)(
    'never keeps a run from being given up: not on a full disk, and the disk is not eaten',
    async () => {
      const disk = mountDisk(1_000)
      try {
        const agent = await startAgent(shell, { home: disk.path })
        await open(agent)
        putAt(`${disk.path}/${payload}/.parts/p`, Buffer.alloc(300_000, 'x'))
        putAt(`${disk.path}/${payload}/.parts/p.have`, '0 300000\n')
        await giveUp(agent)
        // 300 KB are more than a quarter of the 700 that are free.
        expect(readdirSync(`${disk.path}/.conc`)).toEqual(['history'])
        await open(agent, { run: 'r2' })
        putAt(`${disk.path}/${payload}/.parts/p`, Buffer.alloc(8_000, 'x'))
        putAt(`${disk.path}/${payload}/.parts/p.have`, '0 8000\n')
        disk.fill()
        await agent.session.call('give_up', 'r2', 'shop', 'unlock r2 bob why')
        disk.free()
        await agent.end()
        expect(readdirSync(disk.path).filter((name) => name !== '.conc')).toEqual([])
      } finally {
        disk.remove()
      }
    },
  )
})
