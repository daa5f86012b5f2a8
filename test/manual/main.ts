import { writeFileSync } from 'node:fs'
import { regenerated } from './generated/parts.ts'
import { pages, root } from './pages.ts'
import { buildSite } from './typedoc/build.ts'

/** Makes the pages of the manual; with --write its generated parts anew, and nothing else. */
const [word] = process.argv.slice(2)

if (word === '--write') {
  for (const { path, text } of pages) {
    const now = await regenerated(text)
    if (now !== text) writeFileSync(root + path, now)
  }
} else {
  await buildSite(`${root}site`)
  process.stdout.write('site/index.html\n')
}
