import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Application, LogLevel } from 'typedoc'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writePages } from '../../src/operations/manualfolder.ts'
import { manualPages, pageStart } from '../../src/report/manual/pages.ts'
import { manualFrom } from './manuals.ts'

const text = `[deploy]
app = a<b>&amp;
release = 1
pipe = a|b \\| c
ticks = x\`y\`\`z
html = <script>bad()</script>
tag = {@link Foo} @param x
image = ![x](javascript:bad()) **b**
tick = \`

[group:all-of_it]
[node:__proto__]
groups = all-of_it
sshd.ip = 192.0.2.1

[job:release]
open = remote open-bundle
text = remote script s.sh
own = local own "</script><b>bad" --flag "a|b\`c"
look = local pause "<img src=x onerror=bad()> {@link x} | \`x\` # y"
close = remote close-bundle
`

const op = `import { defineOp } from 'conc-deploy'
export default defineOp({
  summary: 'Own <script>bad()</script> | {@inheritDoc x}\\n\\n# head',
  parameters: [{ name: 'W', summary: '1. <i>w</i> \`' }],
  flags: { flag: { value: 'V', summary: '@tag & co' } },
  command: ({ positionals }) => ({ argv: ['echo', ...positionals] }),
})
`

const script = 'cat <<E\n```\n</code></pre><script>bad()</script>\n# no heading\n\n    ~~~\n````sh\nE\n'

let folder: string
let html: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conc-pages-'))
  const manual = await manualFrom(text, { 'jobs/own.ts': op, 's.sh': script })
  await writePages(join(folder, 'md'), manualPages(manual), pageStart(manual))
  await compile(join(folder, 'md'), join(folder, 'site'))
  const pages = join(folder, 'site', 'documents')
  html = readFileSync(join(pages, readdirSync(pages).find((name) => name.includes('__proto__')) ?? ''), 'utf8')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** As `typedoc --projectDocuments` does; a warning is an error. */
async function compile(from: string, to: string): Promise<void> {
  const app = await Application.bootstrap({
    entryPoints: [],
    projectDocuments: [join(from, 'index.md')],
    readme: 'none',
    logLevel: LogLevel.Warn,
    tsconfig: '',
  })
  const project = await app.convert()
  if (project === undefined) throw new Error('nothing was converted')
  app.validate(project)
  await app.generateDocs(project, to)
  expect([app.logger.errorCount, app.logger.warningCount]).toEqual([0, 0])
}

test('the pages compile offline, and lead from one to the other', () => {
  const names = readdirSync(join(folder, 'site', 'documents')).sort()
  expect(names).toEqual([
    'Operations_manual.The_states.html',
    'Operations_manual.__proto__.html',
    'Operations_manual.html',
  ])
  expect(html).toContain('href="Operations_manual.The_states.html"')
})

test('no value, op or script becomes markup', () => {
  expect(html).not.toMatch(/<script>bad|<img src=x|<b>bad|<i>w|href="javascript|<h\d[^>]*>(no )?head/)
})

test.each([
  ['pipes', '<code>a|b \\| c</code>'],
  ['backticks', '<code>x`y``z</code>'],
  ['a lone backtick', '<code>`</code>'],
  ['tags', '<code>{@link Foo} @param x</code>'],
  ['an image', '<code>![x](javascript:bad()) **b**</code>'],
  ['words of a step', '1. &lt;i&gt;w&lt;/i&gt; `: <code>&lt;/script&gt;&lt;b&gt;bad</code>'],
  ['a flag', '@tag &amp; co: <code>a|b`c</code>'],
])('%s are read as they are', (_title, expected) => {
  expect(html).toContain(expected)
})
