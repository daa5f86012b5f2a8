import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'

/** An application that is released, on a workstation of its own with four nodes. */
export interface Shop {
  readonly station: Workstation
  /** Makes something so for its programs: on `web1` migrate waits, with `busy` switch fails, with `half` a delivery waits. */
  set(word: string): void
  /** Nothing waits any more. */
  openGates(): void
  remove(): void
}

const nodes = ['web1', 'web2', 'web3', 'web4']

const steps = {
  pack: 'local run tar -C build -czf dist/shop-1.4.2.tgz .',
  open: 'remote open-bundle',
  deliver: 'local deliver dist/shop-1.4.2.tgz',
  unpack: 'remote untar shop-1.4.2.tgz --into releases/1.4.2',
  migrate: 'remote timeout=10m run ./releases/1.4.2/bin/migrate ${name}',
  switch: 'remote run ./releases/1.4.2/bin/switch --all',
  healthy: 'remote run ./releases/1.4.2/bin/healthy',
  close: 'remote close-bundle',
}

/** @param changed steps that are other ones. */
export function makeShop(changed: Partial<typeof steps> = {}): Shop {
  const station = makeWorkstation('')
  const gates = mkdtempSync(join(tmpdir(), 'conc-gates-'))
  for (const [name, text] of Object.entries(programsAt(gates))) program(join(station.folder, 'build/bin'), name, text)
  mkdirSync(join(station.folder, 'dist'))
  execFileSync('tar', ['-C', 'build', '-czf', 'dist/shop-1.4.2.tgz', '.'], { cwd: station.folder })
  station.write('jobs/send.ts', send(gates))
  station.write('nodetests/shop.nodetest.ts', tests)
  station.write('deploy.ini', text(changed))
  return {
    station,
    set: (word) => writeFileSync(join(gates, word), ''),
    openGates: () => rmSync(gates, { recursive: true, force: true }),
    remove: () => station.remove(),
  }
}

function text(changed: Partial<typeof steps>): string {
  const embedded = Object.fromEntries(nodes.map((node) => [`node:${node}`, { groups: 'web', embedded: 'yes' }]))
  const deploy = { app: 'shop', release: '1.4.2' }
  return deployFile({ deploy, 'group:web': {}, ...embedded, 'job:release': { ...steps, ...changed } })
}

function program(folder: string, name: string, lines: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`)
  chmodSync(join(folder, name), 0o755)
}

function programsAt(gates: string): Readonly<Record<string, string>> {
  return {
    migrate: `printf 'creating index orders_by_%s\\n' day customer; while [ -e ${gates}/$1 ]; do sleep 0.1; done`,
    switch: `if [ -e ${gates}/busy ]; then echo 'switch: port 8080 is still in use' >&2; exit 75; fi`,
    healthy: 'echo 200',
  }
}

/** An op that says how far it is as the delivery of something large does. */
function send(gates: string): string {
  return `
import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { defineOp } from 'conc-deploy'

export default defineOp({
  summary: 'Sends half of much.',
  sides: ['local'],
  byHand: () => 'scp',
  parameters: [],
  async run({ progress }) {
    progress({ done: 0, total: 128_400_000, files: 0, allFiles: 2 })
    await setTimeout(300)
    progress({ done: 79_600_000, total: 128_400_000, files: 1, allFiles: 2 })
    while (existsSync('${gates}/half')) await setTimeout(50)
  },
})
`
}

const tests = `import { describe, expect, test } from 'conc-deploy/test'

describe('the machine', () => {
  test('has a shell', async ({ node }) => {
    await expect(node.file('/bin/sh')).toExist()
  })

  test('has room for a release', async ({ node }) => {
    await expect(node.file('/tmp')).toBeDirectory()
  })
})

describe('shop', () => {
  test('keeps its settings from others', async ({ node }) => {
    await expect(node.file('/etc/passwd')).toHaveMode('600')
  })
})
`
