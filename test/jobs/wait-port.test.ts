import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Host, OpFailed } from '../../src/ops/types.ts'
import { runs, toolHost } from './tool-host.ts'

let server: Server
let port: number
beforeEach(async () => {
  server = createServer()
  port = await listen()
})
afterEach(() => close())

async function listen(at = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const close = () => new Promise<void>((resolve) => server.close(() => resolve()))

const nodes = [
  { from: 'a node with nothing but grep', tools: ['grep'], words: '' },
  { from: 'a node of busybox', tools: ['busybox:grep'], words: '' },
  { from: 'a node with bash', tools: ['bash', 'timeout'], words: '--host 127.0.0.1' },
  { from: 'a node with the nc of busybox', tools: ['busybox:nc'], words: '--host 127.0.0.1' },
]

describe.each(nodes)('from $from', ({ tools, words }) => {
  let node: { readonly host: Host; readonly remove: () => void }
  beforeEach(() => {
    node = toolHost([...tools, 'true'])
  })
  afterEach(() => node.remove())
  const waits = (more = '') => runs(`remote wait-port ${port} ${words} ${more}`, { host: node.host })

  test('a port that is open is found at once, as often as it is asked', async () => {
    for (const _ of ['once', 'again'])
      expect(await waits()).toEqual([expect.stringMatching(/listens|accepts connections/)])
  })

  test('one that opens later is found then', async () => {
    await close()
    const waiting = waits()
    await listen(port)
    expect(await waiting).toHaveLength(1)
  })

  test('one that stays closed is a no, with what was seen', async () => {
    await close()
    await expect(waits('--timeout 700ms')).rejects.toThrow(OpFailed)
    await expect(waits('--timeout 700ms')).rejects.toThrow(
      new RegExp(`(nothing listens on port ${port}.*|accepts no connection from the node), after 0\\.7 s$`),
    )
  })
})

test('what listens instead is told', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  await close()
  const { host, remove } = toolHost(['grep'])
  const waiting = runs(`remote wait-port ${port} --timeout 100ms`, { host })
  await expect(waiting).rejects.toThrow(/^nothing listens on port \d+ \(but on \d+( \d+)*\), after 0\.1 s$/)
  remove()
  other.close()
})

describe.each(['remote', 'local'])('--closed from a %s step', (side) => {
  const waits = () => {
    const { host, remove } = toolHost(['grep'])
    const end = runs(`${side} wait-port ${port} --closed --timeout 3s`, side === 'local' ? {} : { host }, [
      'embedded = yes',
    ])
    return end.finally(remove)
  }

  test('waits for the end of what listens', async () => {
    const waiting = waits()
    await close()
    expect(await waiting).toEqual([expect.stringMatching(/nothing listens|ECONNREFUSED/)])
  })

  test('is a no while it listens', async () => {
    const { host, remove } = toolHost(['grep'])
    const line = `${side} wait-port ${port} --closed --timeout 100ms`
    await expect(runs(line, side === 'local' ? {} : { host }, ['embedded = yes'])).rejects.toThrow(OpFailed)
    remove()
  })
})

describe('from the workstation', () => {
  test.each<[string, readonly string[]]>([
    ['', ['embedded = yes']],
    ['--host 127.0.0.1', []],
    ['--host localhost', []],
  ])('%s finds the node', async (words, attributes) => {
    const [said] = await runs(`local wait-port ${port} ${words}`, {}, attributes)
    expect(said).toMatch(/ accepts connections$/)
  })

  test.each([
    ['127.0.0.1', 'ECONNREFUSED'],
    ['nowhere.invalid', 'ENOTFOUND|EAI_AGAIN'],
  ])('what answers no connection at %s is told', async (host, code) => {
    await close()
    await expect(runs(`local wait-port ${port} --host ${host} --timeout 600ms`)).rejects.toThrow(
      new RegExp(`^${host} port ${port} accepts no connection \\((${code})\\), after 0\\.6 s$`),
    )
  })

  test('a step that is ended waits no longer', async () => {
    await close()
    const signal = AbortSignal.timeout(50)
    await expect(runs(`local wait-port ${port} --host 127.0.0.1 --timeout 1h`, { signal })).rejects.toThrow(/aborted/)
  })
})

test.each([
  ['--host 127.0.0.1', [], 'the node has neither bash nor nc to connect with'],
  ['', [], "/proc/net/tcp can't be read on the node. Ask it for a connection with --host 127.0.0.1"],
])('a node that lacks what it takes for %j is a no at once', async (words, tools, message) => {
  const { host, remove } = toolHost(tools)
  await expect(runs(`remote wait-port ${port} ${words}`, { host })).rejects.toThrow(new OpFailed(message))
  remove()
})
