import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Given, planned } from './plans.ts'
import { type Ended, type Shell, type } from './shells.ts'

/** A home folder on a machine, and what is typed there. */
export interface Home {
  readonly path: string
  put(path: string, text?: string): void
  get(path: string): string
  has(path: string): boolean
  /** Types what a step line is planned as. */
  does(shell: Shell, line: string, given?: Given): Promise<Ended>
  remove(): void
}

/** Its name holds a blank; the payload is there. */
export function makeHome(): Home {
  const path = mkdtempSync(join(tmpdir(), 'conc home '))
  mkdirSync(join(path, '.conc/shop/payload'), { recursive: true })
  return {
    path,
    put(name, text = name) {
      mkdirSync(dirname(join(path, name)), { recursive: true })
      writeFileSync(join(path, name), text)
    },
    get: (name) => readFileSync(join(path, name), 'utf8'),
    has: (name) => existsSync(join(path, name)),
    does: async (shell, line, given) => type(shell, path, (await planned(line, given)).command),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}
