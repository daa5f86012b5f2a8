import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A folder with nothing but busybox, so that no GNU tool hides what busybox lacks. */
    readonly applets: string
  }
}

/** Makes that folder once for all tests. Gives what removes it. */
export default function makeApplets({ provide }: TestProject): () => void {
  const applets = mkdtempSync(join(tmpdir(), 'conc-applets-'))
  execFileSync('busybox', ['--install', '-s', applets])
  provide('applets', applets)
  return () => rmSync(applets, { recursive: true })
}
