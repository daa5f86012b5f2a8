import { expect, test } from 'vitest'
import { runPage } from '../../../src/report/html/page.ts'
import { load } from './chromium.ts'
import { factsOf, outputOf, pastRuns, runOf, runs } from './runs.ts'

/** Tags in the order in which a browser has them. */
function tagsOf(dom: string): readonly string[] {
  return [...dom.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, tag = '']) => tag.toLowerCase())
}

test('a browser reads the page as it was written, and complains of nothing', async () => {
  const page = runPage(factsOf(runs.OK, { outputs: [outputOf('send', 'sent')], before: pastRuns('send', 3, 4) }))
  const { dom, said } = await load(page)
  expect(tagsOf(dom)).toEqual(tagsOf(page))
  expect(dom).toContain('<pre>sent</pre>')
  expect(said).not.toMatch(/CONSOLE|Refused|Content Security Policy/)
})

test('hostile output is text in a browser, and a script that got in would not run', async () => {
  const hostile = '</pre><script>document.title="owned"</script><img src=x onerror="document.title=1"><b>bold</b>'
  const report = runOf({
    steps: ['migrate remote'],
    journal: [[0, `begin 1 1 migrate remote ${hostile.replaceAll(' ', '_')}`]],
    command: hostile,
    look: 'bundle there',
  })
  const page = runPage(factsOf(report, { node: hostile, outputs: [outputOf('migrate', hostile)] }))
  const safe = await load(page)
  expect(tagsOf(safe.dom)).toEqual(tagsOf(page))
  expect(tagsOf(safe.dom)).not.toContain('script')
  const broken = await load(page.replace('</main>', '<script>document.body.id="owned"</script></main>'))
  expect(broken.dom).toContain('<script>')
  expect(broken.dom).not.toContain('<body id="owned"')
  expect(broken.said).toMatch(/Content Security Policy/)
})
