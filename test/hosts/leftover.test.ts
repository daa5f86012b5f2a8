import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { localHost } from '../../src/hosts/local.ts'
import { processOf } from '../fixtures/module.ts'
import { until } from '../fixtures/until.ts'

/** Writes a file whose end never comes. */
const endless = `
import { localHost } from 'SRC/hosts/local.ts'
async function* source() { for (;;) { yield Buffer.alloc(10); await new Promise((resolve) => setTimeout(resolve, 5)) } }
await localHost(process.cwd()).write('large', source(), { size: 2 ** 40, sha256: '' })
`

const bytes = Buffer.from('whole')
const sha256 = '5d5766cf2d78701614200418ee1450690d9af12c84d52545e4802f001ad53099'
async function* source() {
  yield bytes
}

test('what a process leaves of a file when it is killed goes with the next that writes there, and not before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'conc-leftover-'))
  const [file, ...args] = processOf(endless)
  const child = spawn(file, args, { cwd: folder, stdio: 'ignore' })
  const parts = () => readdirSync(folder).filter((name) => name.startsWith('.part-'))
  const write = (name: string) => localHost(folder).write(name, source(), { size: bytes.length, sha256 })
  try {
    await until(() => parts().length === 1 && statSync(join(folder, parts()[0] ?? '')).size > 0)
    await write('small')
    expect(parts().length).toBe(1)
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(parts().length).toBe(1)
    await write('large')
    expect(readdirSync(folder).sort()).toEqual(['large', 'small'])
    expect(readFileSync(join(folder, 'large'), 'utf8')).toBe('whole')
  } finally {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  }
})
