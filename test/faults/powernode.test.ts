import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { connectSsh } from '../../src/transport/ssh.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { startNode } from '../run/scene.ts'
import { runOn } from '../transport/contract.ts'
import { canCutPower, startPoweredNode } from './powernode.ts'

/** The identity of a node's boot, as the node sees it. */
async function bootOf(sshd: Sshd, port: number): Promise<string> {
  const target = sshd.target()
  const knownHosts = join(sshd.folder, 'known_hosts_powered')
  writeFileSync(knownHosts, readFileSync(sshd.knownHostsFile, 'utf8').replaceAll(`:${sshd.port} `, `:${port} `))
  const hostKey = { ...target.hostKey, names: [`[127.0.0.1]:${port}`], userFiles: [knownHosts] }
  const connection = await connectSsh({ ...target, port, hostKey })
  try {
    return (await runOn(connection, 'cat /proc/sys/kernel/random/boot_id')).stdout.toString()
  } finally {
    await connection.close()
  }
}

describe.runIf(canCutPower())('a node whose power goes', () => {
  test('keeps what was synced and forgets what was not, and comes up as another boot', async () => {
    const sshd = await startNode()
    const node = await startPoweredNode(sshd)
    try {
      const before = await bootOf(sshd, node.port)
      expect(before).toMatch(/^[0-9a-f-]{36}\n$/)
      writeFileSync(join(node.disk, 'synced'), 'kept')
      execFileSync('sync', [join(node.disk, 'synced')])
      writeFileSync(join(node.disk, 'unsynced'), 'lost')
      await node.cut()
      await node.boot()
      expect(readdirSync(node.disk)).toEqual(['lost+found', 'synced'])
      expect(readFileSync(join(node.disk, 'synced'), 'utf8')).toBe('kept')
      expect(await bootOf(sshd, node.port)).not.toBe(before)
    } finally {
      await node.remove()
      await sshd.stop()
    }
  })
})
