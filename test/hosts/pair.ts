import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Session } from '../../src/agent/session.ts'
import { localHost } from '../../src/hosts/local.ts'
import { remoteHost } from '../../src/hosts/remote.ts'
import { Sessions } from '../../src/hosts/sessions.ts'
import type { Entry, Host } from '../../src/ops/types.ts'
import { type Agent, type AgentOptions, connectShell, type Shell, startAgent } from '../fixtures/agent.ts'

/** A workstation and a node, each a folder of this machine. */
export interface Pair {
  readonly agent: Agent
  readonly here: Host
  readonly node: Host
  /** A path of the workstation. */
  at(path: string): string
  /** A path of the node. */
  there(path: string): string
  /** Makes a file of the workstation, and its folders. */
  put(path: string, bytes?: string | Buffer, mode?: number): void
  /** What the workstation lists of these paths. */
  list(...paths: readonly string[]): Promise<readonly Entry[]>
  end(): Promise<void>
}

/** Starts an agent under a shell, in a home of its own. */
export async function startPair(shell: Shell, options: AgentOptions = {}): Promise<Pair> {
  const folder = mkdtempSync(join(tmpdir(), 'conc-here-'))
  const agent = await startAgent(shell, options)
  const extra: Session[] = []
  const more = async () => {
    const session = await Session.start(connectShell(shell, { ...options, home: agent.home }))
    extra.push(session)
    return session
  }
  const here = localHost(folder)
  return {
    agent,
    here,
    node: remoteHost(new Sessions(agent.session, more), async () => {}),
    at: (path) => join(folder, path),
    there: (path) => join(agent.home, path),
    put: (path, bytes = path, mode = 0o644) => putAt(join(folder, path), bytes, mode),
    list: async (...paths) => (await Promise.all(paths.map((path) => here.list(path)))).flat(),
    async end() {
      await Promise.all(extra.map((session) => session.close()))
      await agent.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Makes a file, and its folders. */
export function putAt(path: string, bytes: string | Buffer = path, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
  chmodSync(path, mode)
}
