import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { program } from '../fixtures/conc.ts'
import type { Workstation } from '../fixtures/deploy.ts'
import { embedded, stationWith } from './sample.ts'

/** What takes long to load, and is wanted by few commands. */
const heavy = [
  'ssh2',
  'ssh2-sftp-client',
  'execa',
  'vitest',
  'jiti',
  '@clack/prompts',
  'log-update',
  'tar',
  'tinyglobby',
]

let station: Workstation
let traces: string

beforeAll(() => {
  station = stationWith(embedded({ say: 'remote run echo hi' }))
  traces = mkdtempSync(join(tmpdir(), 'conc-traces-'))
})

afterAll(() => {
  station.remove()
  rmSync(traces, { recursive: true, force: true })
})

/** The files of code that a command reads, of conc and of packages, as the kernel sees it. */
async function filesOf(words: readonly string[]): Promise<readonly string[]> {
  const trace = join(traces, words.join('-').replaceAll('/', ''))
  const node = [process.execPath, program, ...words]
  await execa('strace', ['-f', '-qq', '-e', 'trace=open,openat', '-o', trace, ...node], {
    cwd: station.folder,
    env: { PATH: process.env.PATH, HOME: station.home, LANG: 'C.UTF-8' },
    extendEnv: false,
  })
  const opened = readFileSync(trace, 'utf8').matchAll(/"([^"]+\.[cm]?js)".* = \d+$/gm)
  return [...new Set(Array.from(opened, ([, path = '']) => path))]
}

// Each file costs about half a millisecond; what comes along with a new import is seen here.
test.each<[most: number, words: readonly string[]]>([
  [8, ['--version']],
  [20, ['--help']],
  [20, ['run', '--help']],
  [22, ['complete', 'zsh', 'run', '']],
  [45, ['check']],
  [60, ['plan', 'release', 'demo']],
])('at most %i files are loaded for %j, and none of a heavy package', async (most, words) => {
  const files = await filesOf(words)
  const packages = files.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [])
  expect(packages.filter((name) => heavy.includes(name))).toEqual([])
  expect(files.some((file) => file.endsWith('src/cli/main.js'))).toBe(true)
  expect(files.length, files.join('\n')).toBeLessThanOrEqual(most)
})
