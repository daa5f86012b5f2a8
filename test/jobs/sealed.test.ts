import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { makePackages, type Packages } from './packages.ts'
import { canSeal, type SealedNode, startSealedNode } from './sealed.ts'

describe.runIf(canSeal)('on a node without network and compiler', () => {
  let node: SealedNode
  let station: Workstation
  let packages: Packages

  beforeAll(async () => {
    node = await startSealedNode()
    station = makeWorkstation(node.knownHosts)
    packages = makePackages()
  })
  afterAll(async () => {
    await node.stop()
    station.remove()
    packages.remove()
  })

  test('Python and Node applications are installed from the bundle alone', { timeout: 120_000 }, async () => {
    const archive = packages.node(process.version, { real: true })
    const wheels = [packages.wheel('shop', '1.0', { requires: ['dep'] }), packages.source('dep', '2.0', 'handmade')]
    const app = packages.app('web')
    const from = (name: string) => join(packages.folder, name)
    const files = [archive, 'SHASUMS256.txt', ...wheels, 'handmade-1-py3-none-any.whl', app].map(from).join(' ')
    const runtime = `runtime/${archive.slice(0, -'.tar.gz'.length)}`
    const steps = {
      open: 'remote open-bundle',
      alone: `remote sh 'test "$(grep -c : /proc/net/dev)" = 1; for c in gcc cc c++ make node npm; do ! command -v $c || exit 1; done'`,
      deliver: `local deliver ${files}`,
      venv: 'remote venv apps/shop',
      packages: 'remote pip-install shop --venv apps/shop',
      node: `remote node-runtime ${archive}`,
      copy: 'remote run cp -R .conc/shop/payload/web apps/web',
      modules: `remote npm-install apps/web --node ${runtime}`,
      works: `remote sh 'apps/shop/bin/python -c "import shop, dep; print(shop.version, dep.version)"; ${runtime}/bin/node apps/web'`,
      close: 'remote close-bundle',
    }
    const at = { 'sshd.ip': '127.0.0.1', 'sshd.port': `${node.port}`, admin: node.user, key: node.keyFile }
    const sections = { deploy: { app: 'shop', release: '1' }, 'node:web1': at, 'job:release': steps }
    station.write('deploy.ini', deployFile(sections))
    const { exit, stdout, stderr, events } = await station.conc('run', '--json', 'release', 'web1')
    expect({ exit, stderr, said: exit === 0 ? '' : stdout }).toEqual({ exit: 0, stderr: '', said: '' })
    const printed = events.flatMap((event) =>
      'step' in event && event.step === 'works' && 'text' in event ? [event.text] : [],
    )
    expect(printed.join('')).toContain('1.0 2.0\nhello\n')
    expect(existsSync(join(node.home, '.conc/shop'))).toBe(false)
  })
})
