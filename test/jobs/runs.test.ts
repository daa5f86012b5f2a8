import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'

let station: Workstation
beforeEach(() => {
  station = makeWorkstation('')
})
afterEach(() => station.remove())

/** Writes a deploy file with an embedded node. */
function steps(...lines: readonly string[]): void {
  const text = deployFile({
    deploy: { app: 'shop', release: '1', dir: station.folder },
    'node:demo': { embedded: 'yes' },
    'job:release': Object.fromEntries(lines.map((line) => line.split(/ = (.*)/s).slice(0, 2))),
  })
  station.write('deploy.ini', text)
}

const read = (name: string) => readFileSync(join(station.folder, name), 'utf8')

describe('in a run', () => {
  test('templates longer than an argument may be arrive on both sides', async () => {
    station.write('app.tpl', `${'a line of ${app}\n'.repeat(20_000)}end of $\${it}`)
    steps(
      'open = remote open-bundle',
      'here = local template app.tpl here.conf --mode 0600',
      'there = remote template app.tpl ${dir}/there.conf',
      'again = remote template app.tpl ${dir}/there.conf',
      'close = remote close-bundle',
    )
    const { exit, stdout, stderr } = await station.conc('run', 'release', 'demo')
    expect([exit, stderr]).toEqual([0, expect.not.stringContaining('FAILED')])
    for (const name of ['here.conf', 'there.conf']) {
      expect(read(name)).toBe(`${'a line of shop\n'.repeat(20_000)}end of \${it}`)
    }
    expect(statSync(join(station.folder, 'here.conf')).mode & 0o777).toBe(0o600)
    expect(stdout).toContain('there.conf: unchanged')
  })

  test('the port and the page of a server are waited for from both sides', async () => {
    const server = createServer((_, response) => response.end('all is well'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const [wait, http] = [`wait-port ${port}`, `http http://127.0.0.1:${port}/ --body "is well"`]
    steps(`a = local ${wait}`, `b = remote ${wait}`, `c = local ${http}`, `d = remote ${http}`)
    const { exit } = await station.conc('run', 'release', 'demo')
    server.closeAllConnections()
    server.close()
    expect(exit).toBe(0)
  })

  test.each(['local', 'remote'])('a server that is not there fails a %s step', async (side) => {
    steps(`up = ${side} http http://127.0.0.1:1/ --timeout 100ms`)
    const { exit, stdout, stderr } = await station.conc('run', 'release', 'demo')
    expect([exit, stdout + stderr]).toEqual([1, expect.stringMatching(/http:\/\/127\.0\.0\.1:1\/: .*, after 0\.1 s/)])
  })

  test('old releases are pruned, and the one in use is not', async () => {
    const make = 'mkdir -p $dir/releases/$r && touch -d @$((1000 + r)) $dir/releases/$r'
    steps(
      `make = remote sh 'for r in 1 2 3 4; do ${make}; done; ln -s releases/1 $dir/current'`,
      'prune = remote cd=${dir} prune releases --keep 2',
    )
    const { exit, stdout } = await station.conc('run', 'release', 'demo')
    expect([exit, stdout]).toEqual([0, expect.stringMatching(/kept 1: a link leads there.*removed 2/s)])
  })
})

describe('what is wrong with a template is said before anything is changed', () => {
  test.each([['check'], ['plan', 'release', 'demo'], ['run', 'release', 'demo']])('by conc %s', async (...words) => {
    station.write('app.tpl', 'port ${port}\nhost ${relaese}\n')
    steps('conf = remote template app.tpl app.conf')
    const { exit, stdout, stderr } = await station.conc(...words)
    const told = stdout + stderr
    expect(exit).toBe(2)
    expect(told).toContain('app.tpl:1: there is no attribute `port`. Set it, or write $${ for a plain ${.')
    expect(told).toContain('app.tpl:2: there is no attribute `relaese`.')
    expect(told).toContain('Did you mean release?')
  })

  test('a file that is no file to read is a problem too', async () => {
    station.write('app.tpl/x', '')
    steps('conf = remote template app.tpl app.conf', 'none = remote template none.tpl app.conf')
    expect(await station.conc('check')).toMatchObject({ exit: 2, stderr: expect.stringContaining('`app.tpl` can') })
  })
})
