import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localHost } from '../../src/hosts/local.ts'
import type { CodeContext, Host, RunResult } from '../../src/ops/types.ts'
import { planned } from './plans.ts'

/** A node that has these programs and no others; `busybox:NAME` is that of busybox. */
export function toolHost(tools: readonly string[]): { readonly host: Host; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'conc-tools-'))
  for (const tool of ['sh', ...tools]) {
    const [, own] = tool.split('busybox:')
    symlinkSync(own === undefined ? `/usr/bin/${tool}` : '/usr/bin/busybox', join(folder, own ?? tool))
  }
  // As on a node, a program that is not there is exit 127.
  const run: Host['run'] = (argv, options) =>
    new Promise<RunResult>((resolve, reject) => {
      const child = spawn('/bin/sh', ['-c', 'exec "$@"', 'sh', ...argv], { cwd: folder, env: { PATH: folder } })
      const stop = () => child.kill()
      options?.signal?.addEventListener('abort', stop, { once: true })
      const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
      child.stdin.end()
      child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes))
      child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes))
      child.once('error', reject)
      child.once('close', (exit) => {
        options?.signal?.removeEventListener('abort', stop)
        resolve({ exit: exit ?? 143, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) })
      })
    })
  return {
    host: { ...localHost(folder), side: 'remote', run },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Runs the code op of a step line; gives what it logged. */
export async function runs(
  line: string,
  changes: Partial<Pick<CodeContext, 'host' | 'signal' | 'tests'>> = {},
  attributes: readonly string[] = [],
  logged: string[] = [],
): Promise<readonly string[]> {
  const { action } = await planned(line, { attributes })
  if (action.kind !== 'code') throw new Error('no code op')
  await action.op.run({
    ...action.context,
    host: localHost('/'),
    signal: new AbortController().signal,
    log: (text) => logged.push(text),
    progress: () => {},
    keep: async () => {},
    ...changes,
  })
  return logged
}
