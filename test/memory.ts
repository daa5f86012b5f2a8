import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const memory = '/dev/shm'
/** As much as the tests need at one time, in bytes. */
const needed = 4 * 1024 ** 3

/**
 * The tests' folders lie in memory where that has room for them and lets programs run: a disk would take half of the time.
 * On a disk lie the homes of the users that they make, and the images whose power is cut.
 */
export default function useMemory(): void {
  if (hasRoom() && runsPrograms()) process.env.TMPDIR = memory
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory)
    return bavail * bsize >= needed
  } catch {
    return false
  }
}

function runsPrograms(): boolean {
  const folder = mkdtempSync(join(memory, 'conc-'))
  const program = join(folder, 'program')
  try {
    writeFileSync(program, '#!/bin/sh\n')
    chmodSync(program, 0o755)
    execFileSync(program)
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true })
  }
}
