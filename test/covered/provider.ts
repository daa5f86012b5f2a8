import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { V8CoverageProvider } from '@vitest/coverage-v8/dist/provider.js'
import type { ReportContext } from 'vitest/node'
import { addHits } from './hits.ts'

type Transform = V8CoverageProvider['transformFile']

const repository = fileURLToPath(new URL('../..', import.meta.url))
const built = join(repository, 'dist/')
const records = join(repository, 'coverage/children')

/**
 * What the tests reach in their own process, and in the programs that they start: those are built such that they record it.
 * A program that is killed leaves no record.
 */
export class WholeProvider extends V8CoverageProvider {
  #ofChildren = false

  override async clean(clean?: boolean): Promise<void> {
    await super.clean(clean)
    mkdirSync(records, { recursive: true })
    // Some tests start the program as another user.
    chmodSync(records, 0o1777)
    build('test/covered/rolldown.config.js')
  }

  override async generateCoverage(context: ReportContext) {
    const own = await super.generateCoverage(context)
    const children = await this.#childrenCoverage()
    for (const file of own.files()) {
      if (children.files().includes(file)) addHits(own.fileCoverageFor(file).data, children.fileCoverageFor(file).data)
    }
    build('rolldown.config.js')
    return own
  }

  /** Of the sources, by the source maps of what was built of them. */
  #childrenCoverage() {
    this.#ofChildren = true
    this.coverageFiles = new Map()
    for (const name of readdirSync(records).filter((each) => each.endsWith('.json'))) {
      const coverage: unknown = JSON.parse(readFileSync(join(records, name), 'utf8'))
      this.onAfterSuiteRun({ coverage, environment: 'ssr', projectName: '', testFiles: [name] })
    }
    return super.generateCoverage({ allTestsRun: false })
  }

  override isIncluded(file: string, root?: string): boolean {
    return (this.#ofChildren && file.startsWith(built)) || super.isIncluded(file, root)
  }

  override async transformFile(...request: Parameters<Transform>): ReturnType<Transform> {
    const [file] = request
    if (!file.startsWith(built)) return super.transformFile(...request)
    return { code: readFileSync(file, 'utf8'), map: JSON.parse(readFileSync(`${file}.map`, 'utf8')) }
  }
}

function build(config: string): void {
  execFileSync('npx', ['rolldown', '-c', config, '--logLevel', 'silent'], { cwd: repository, stdio: 'inherit' })
}
