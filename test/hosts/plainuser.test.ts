import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Shell } from '../fixtures/agent.ts'
import { isRoot } from '../fixtures/sshd.ts'
import { type Pair, startPair } from './pair.ts'

const nobody = 65_534

let folder: string
let pair: Pair
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conc-plain-'))
  chmodSync(folder, 0o755)
  execFileSync('sh', ['-c', 'mkdir bin home && busybox --install -s bin'], { cwd: folder })
  if (isRoot) chownSync(join(folder, 'home'), nobody, nobody)
  const as = isRoot ? `/usr/bin/setpriv --reuid ${nobody} --regid ${nobody} --clear-groups ` : ''
  const shell: Shell = { name: 'busybox', command: `${as}/usr/bin/busybox sh`, path: join(folder, 'bin') }
  pair = await startPair(shell, { home: join(folder, 'home') })
})
afterEach(async () => {
  await pair.end()
  rmSync(folder, { recursive: true, force: true })
})

test('modes are kept on a node with nothing but busybox whose login is no root', async () => {
  const modes = [0o644, 0o755, 0o666, 0o600, 0o440]
  for (const mode of modes) pair.put(`tree/${mode}`, String(mode), mode)
  chmodSync(pair.at('tree'), 0o775)
  const list = () => pair.list('tree')
  await pair.node.receive('payload', await list(), pair.here)
  await pair.node.receive('next', await list(), pair.here, { against: 'payload/tree' })
  for (const to of ['payload', 'next']) {
    const mode = (path: string) => statSync(join(folder, 'home', to, path)).mode & 0o777
    expect(modes.map((each) => mode(`tree/${each}`))).toEqual(modes)
    expect([mode('.'), mode('tree')]).toEqual([0o700, 0o775])
  }
})
