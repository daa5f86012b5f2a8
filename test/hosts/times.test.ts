import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ReceiveOptions } from '../../src/ops/types.ts'
import { dash, shells } from '../fixtures/agent.ts'
import { type Pair, putAt, startPair } from './pair.ts'

const mebi = 1024 * 1024
const october = Date.UTC(2026, 9, 7, 12) / 1000

let pair: Pair
afterEach(() => pair.end())

const put = (path: string, time: number | Date, bytes?: string | Buffer) => {
  pair.put(path, bytes)
  utimesSync(pair.at(path), time, time)
}
const deliver = async (name: string, options: ReceiveOptions = {}) =>
  pair.node.receive('payload', await pair.list(name), pair.here, options)
const timeOf = (path: string) => statSync(pair.there(`payload/${path}`)).mtimeMs / 1000

/** Six files of a tree whose delivery is cut off, and what is noted of it on the node. */
const cutOff = async (time: number) => {
  for (let n = 0; n < 6; n++) put(`tree/${n}`, new Date((time + n) * 1000), Buffer.alloc(mebi - 1, String(n)))
  const stop = new AbortController()
  const cut = deliver('tree', { signal: stop.signal, onProgress: ({ done }) => done > mebi && stop.abort() })
  await expect(cut).rejects.toThrow('aborted')
  for (let n = 0; n < 6; n++) utimesSync(pair.at(`tree/${n}`), october + 9 + n, october + 9 + n)
  const [name = ''] = readdirSync(pair.there('payload/.parts')).filter((each) => each.endsWith('.have'))
  return pair.there(`payload/.parts/${name}`)
}
const later = [0, 1, 2, 3, 4, 5].map((n) => october + 9 + n)
const timesThere = () => later.map((_, n) => timeOf(`tree/${n}`))

describe.each(shells)('what is delivered to $name', (shell) => {
  beforeEach(async () => {
    pair = await startPair(shell)
  })

  test('has the times that its files have here, be they small, large or copied on the node', async () => {
    for (const name of ['1', '2']) {
      put(`${name}/a b`, october)
      put(`${name}/it's\n-rf`, october + 1)
      put(`${name}/sub/before 1970`, new Date(-1000))
      put(`${name}/large`, october + 2, Buffer.alloc(mebi + 1, 'l'))
    }
    await deliver('1')
    put('2/a b', october + 7, '1/a b')
    utimesSync(pair.at('2/large'), october + 7, october + 7)
    expect(await deliver('2', { against: 'payload/1' })).toMatchObject({ copied: 2 })
    const names = ['a b', "it's\n-rf", 'sub/before 1970', 'large']
    expect(names.map((name) => timeOf(`1/${name}`))).toEqual([october, october + 1, 0, october + 2])
    expect(names.map((name) => timeOf(`2/${name}`))).toEqual([october + 7, october + 1, 0, october + 7])
  })

  test('is a folder of the time of its delivery, also where all of it was there already', async () => {
    mkdirSync(pair.there('payload'))
    for (const way of ['new', 'the same', 'with a large file']) {
      const before = Math.floor(Date.now() / 1000)
      put('-tree/sub/a', october)
      if (way === 'with a large file') put('-tree/large', october, Buffer.alloc(mebi, 'l'))
      utimesSync(pair.at('-tree'), october, october)
      await deliver('-tree')
      expect([way, timeOf('-tree') >= before]).toEqual([way, true])
      utimesSync(pair.there('payload/-tree'), october, october)
    }
  })

  test('is not sent again for another time, and what is there keeps its own', async () => {
    put('tree/a', october)
    await deliver('tree')
    utimesSync(pair.at('tree/a'), october + 5, october + 5)
    expect(await deliver('tree')).toMatchObject({ sent: 0, bytes: 0 })
    expect(timeOf('tree/a')).toBe(october)
  })

  test('is not sent again for another time after it was cut off', async () => {
    await cutOff(october)
    expect((await deliver('tree')).bytes).toBeLessThan(5 * mebi)
    expect(timesThere()).toEqual(later)
  })

  test('goes on after a conc that put no times into what it sent', async () => {
    const note = await cutOff(-9)
    writeFileSync(note, readFileSync(note, 'utf8').replace(/^times .*\n/, ''))
    expect((await deliver('tree')).bytes).toBeLessThan(5 * mebi)
    expect(timesThere()).toEqual(later)
  })

  test('begins anew where the note of its times was cut short', async () => {
    const note = await cutOff(october)
    writeFileSync(note, readFileSync(note, 'utf8').replace(/^(times .*)\d \.\n/, '$1\n'))
    expect((await deliver('tree')).bytes).toBe(6 * (mebi - 1))
    expect(timesThere()).toEqual(later)
  })

  test('has the modes that its files have here, where they are copied on the node', async () => {
    for (const name of ['1', '2']) for (const file of ['a', 'b']) pair.put(`${name}/${file}`, file, 0o644)
    await deliver('1')
    chmodSync(pair.at('2/a'), 0o700)
    expect(await deliver('2', { against: 'payload/1' })).toMatchObject({ copied: 2 })
    expect(['a', 'b'].map((name) => (statSync(pair.there(`payload/2/${name}`)).mode & 0o777).toString(8))).toEqual([
      '700',
      '644',
    ])
  })

  test('is open to nobody while it is put together, nor in a folder that nobody listed', async () => {
    pair.put('tree/open', 'x', 0o666)
    chmodSync(pair.at('tree'), 0o777)
    const looks = new Set<string>()
    const entries = (await pair.list('tree')).filter(({ kind }) => kind === 'file')
    const onProgress = () => {
      for (const name of readdirSync(pair.there('payload')))
        looks.add((statSync(pair.there(`payload/${name}`)).mode & 0o077).toString(8))
    }
    await pair.node.receive('payload', entries, pair.here, { onProgress })
    expect([...looks]).toEqual(['0'])
    expect(statSync(pair.there('payload/tree')).mode & 0o777).toBe(0o700)
  })
})

/** A dash whose tool of this name does something before. */
async function startWith(tool: string, script: string): Promise<void> {
  pair = await startPair(dash)
  const path = pair.there(`bin/${tool}`)
  putAt(path, `#!/bin/sh\n${script}\nPATH=${dash.path} exec ${tool} "$@"\n`, 0o755)
  await pair.agent.session.ask('true')
  pair.agent.session.send(`PATH=${pair.there('bin')}:$PATH`)
}

test('files of many times cost no command for each of them', async () => {
  await startWith('touch', 'echo "$*" >>"$HOME/touched"')
  for (let n = 0; n < 50; n++) put(`tree/${n}`, october + n)
  await deliver('tree')
  expect(timeOf('tree/49')).toBe(october + 49)
  expect(readFileSync(pair.there('touched'), 'utf8').split('\n').length).toBeLessThan(5)
  await deliver('tree', { against: 'payload/tree' })
  expect(readFileSync(pair.there('touched'), 'utf8')).not.toContain('-d')
})

test('what goes from the other tree before it is copied is told', async () => {
  await startWith('tar', `case $* in *'-cf - -T -') rm -f payload/1/b ;; esac`)
  for (const file of ['1/a', '1/b', '2/a', '2/b']) pair.put(file, file.slice(2))
  await deliver('1')
  await expect(deliver('2', { against: 'payload/1' })).rejects.toThrow(/--against payload\/1: tar: .*b: Cannot stat/)
  expect(readdirSync(pair.there('payload'))).not.toContain('2')
})

test.each(['.parts', '.staging'])('a folder %s is refused, as its name is taken', async (name) => {
  pair = await startPair(shells[0] as (typeof shells)[0])
  pair.put(`${name}/mine`)
  await expect(deliver(name)).rejects.toThrow(
    `${name}: a delivery keeps its own things under this name. Rename it, or deliver the folder that it is in.`,
  )
  expect(readdirSync(pair.agent.home)).not.toContain('payload')
})

test('how far it is is told in bytes of files', async () => {
  pair = await startPair(shells[0] as (typeof shells)[0])
  for (let n = 0; n < 20; n++) pair.put(`tree/${n}`, Buffer.alloc(10, 'x'))
  pair.put('tree/large', Buffer.alloc(mebi, 'l'))
  const told: (readonly [number, number])[] = []
  await deliver('tree', { onProgress: ({ done, total }) => told.push([done, total]) })
  expect(new Set(told.map(([, total]) => total))).toEqual(new Set([200 + mebi]))
  expect(told.at(-1)).toEqual([200 + mebi, 200 + mebi])
  expect(told).toContainEqual([200, 200 + mebi])
})
