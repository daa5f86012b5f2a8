import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A page in a real browser: what has become of it once it is loaded. */
export interface Loaded {
  /** The document, as the browser would write it. */
  readonly dom: string
  /** What the browser said of it: refused loads, errors of scripts. */
  readonly said: string
}

/** Loads a page from a file, without a screen and with nowhere to go. */
export async function load(page: string): Promise<Loaded> {
  const folder = mkdtempSync(join(tmpdir(), 'conc-page-'))
  try {
    const file = join(folder, 'run.html')
    writeFileSync(file, page)
    const { stdout, stderr } = await run(
      'chromium',
      [...flags, `--user-data-dir=${folder}/profile`, `file://${file}`],
      {
        maxBuffer: 256 * 1024 * 1024,
        env: { ...process.env, HOME: folder },
      },
    )
    return { dom: stdout, said: stderr }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  // Whatever it would ask for from elsewhere is refused.
  '--proxy-server=127.0.0.1:9',
  '--enable-logging=stderr',
  '--dump-dom',
]
