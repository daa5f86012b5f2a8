import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OpFailed, type Progress } from '../../src/ops/types.ts'
import { busyboxAlone, dash } from '../fixtures/agent.ts'
import { isRoot } from '../fixtures/sshd.ts'
import { type Disk, mountDisk } from '../run/disk.ts'
import { type Pair, startPair } from './pair.ts'

const bin = mkdtempSync(join(tmpdir(), 'conc-bin-'))
execFileSync('busybox', ['--install', '-s', bin])
afterAll(() => rmSync(bin, { recursive: true }))

let pair: Pair
afterEach(() => pair.end())

test.each(['tar', 'xargs', 'sha256sum', 'find', 'touch'])(
  'a node without %s is told before anything is sent',
  async (tool) => {
    const path = join(bin, tool)
    pair = await startPair(busyboxAlone, { env: { PATH: bin } })
    rmSync(path)
    try {
      pair.put('a')
      await expect(pair.node.receive('payload', await pair.list('a'), pair.here)).rejects.toThrow(
        new OpFailed(`payload: the node can't take a delivery there: it lacks the program ${tool}.`),
      )
      expect(existsSync(pair.there('payload'))).toBe(false)
    } finally {
      execFileSync('ln', ['-s', '/usr/bin/busybox', path])
    }
  },
)

describe.runIf(isRoot)('a payload whose disk is', () => {
  let disk: Disk
  beforeEach(async () => {
    disk = mountDisk(4_000, 40)
    pair = await startPair(dash)
  })
  afterEach(() => disk.remove())
  const send = async (path: string, options = {}, on = disk) =>
    pair.node.receive(`${on.path}/payload`, await pair.list(path), pair.here, options)
  const seen = () => readdirSync(disk.path, { recursive: true }).filter((name) => !String(name).includes('.parts'))

  test('read-only is told before anything is sent', async () => {
    pair.put('a')
    disk.readOnly()
    await expect(send('a')).rejects.toThrow(/the node can't take a delivery there: .*Read-only file system\.$/)
    disk.writable()
    await send('a')
    disk.readOnly()
    await expect(send('a')).rejects.toThrow(/the node can't take a delivery there: .*may not be written to\.$/)
  })

  test('too small is told before anything is sent', async () => {
    pair.put('large', Buffer.alloc(5 * 1024 * 1024))
    await expect(send('large')).rejects.toThrow('it needs 5 MiB on the node, and 4 MiB are free. Make room there.')
    expect(seen()).toEqual(['payload'])
  })

  test('tight lets a delivery go on of which a part is there', async () => {
    const larger = mountDisk(16_600, 40)
    try {
      pair.put('large', Buffer.alloc(14 * 1024 * 1024, 'l'))
      const stop = new AbortController()
      const onProgress = ({ done }: Progress) => done > 4_500_000 && stop.abort()
      const options = { signal: stop.signal, onProgress }
      await expect(send('large', options, larger)).rejects.toThrow('aborted')
      await send('large', {}, larger)
      expect(readdirSync(`${larger.path}/payload`)).toEqual(['large'])
    } finally {
      larger.remove()
    }
  })

  test.each(['large', 'tree'])('full on the way is told, and nothing of it is seen: %s', async (path) => {
    pair.put('large', Buffer.alloc(3 * 1024 * 1024, 'l'))
    for (let n = 0; n < 10; n++) pair.put(`tree/f${n}`, Buffer.alloc(100_000, 'f'))
    let filled = false
    const onProgress = () => {
      if (!filled) disk.fill()
      filled = true
    }
    await expect(send(path, { onProgress })).rejects.toThrow(/No space left on device/)
    expect(seen().filter((name) => !String(name).includes('.staging'))).toEqual(['payload'])
    disk.free()
    await send(path)
    expect(seen()).toContain(`payload/${path}`)
  })
})
