import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedTarget, startEmbeddedNode } from '../../src/embedded/node.ts'
import { connectProcess } from '../../src/transport/process.ts'
import { connectSsh } from '../../src/transport/ssh.ts'
import { startSshd } from '../fixtures/sshd.ts'
import { contract, type Subject } from './contract.ts'

async function sshd(): Promise<Subject> {
  const server = await startSshd()
  return {
    connect: () => connectSsh(server.target()),
    kill: async () => server.killSessions(),
    stop: () => server.stop(),
  }
}

async function throughJump(): Promise<Subject> {
  const [bastion, server] = await Promise.all([startSshd(), startSshd()])
  return {
    connect: () =>
      connectSsh({ ...server.target(), jumps: [{ ...bastion.target(), name: 'web1 (jump host bastion)' }] }),
    kill: async () => server.killSessions(),
    stop: async () => void (await Promise.all([server.stop(), bastion.stop()])),
  }
}

async function systemSsh(): Promise<Subject> {
  const server = await startSshd()
  return {
    connect: () => connectSsh({ ...server.target(), transport: 'ssh' }),
    kill: async () => server.killSessions(),
    stop: () => server.stop(),
  }
}

async function embedded(): Promise<Subject> {
  const home = mkdtempSync(join(tmpdir(), 'conc-node-'))
  const kept = await startEmbeddedNode({ home })
  const mortal = await startEmbeddedNode({ home })
  const connections: string[] = []
  return {
    // The last connection is the one that is killed: it gets a node of its own.
    connect: () => connectSsh(embeddedTarget(connections.push('one') < 3 ? kept : mortal, 'demo')),
    kill: () => mortal.close(),
    async stop() {
      await Promise.all([kept.close(), mortal.close()])
      rmSync(home, { recursive: true })
    },
  }
}

async function local(shell: readonly string[]): Promise<Subject> {
  return {
    connect: async () => connectProcess(shell),
    kill: (connection) => connection.close(),
    stop: async () => {},
  }
}

contract('ssh to OpenSSH', sshd)
contract('ssh to OpenSSH through a jump host', throughJump)
contract("the system's ssh to OpenSSH", systemSsh)
contract('ssh to an embedded node', embedded)
contract('a local process', () => local(['/bin/sh', '-c']))
contract('a local process under busybox', () => local(['busybox', 'sh', '-c']))
