import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Sshd } from '../fixtures/sshd.ts'
import { close, expectOneStory, makeScene, open, type Scene, startNode, step } from './scene.ts'

/** Tests of a file that a step before them makes. */
const tests = (mode: string) => `import { expect, test } from 'conc-deploy/test'
test('is there', async ({ node }) => { await expect(node.file(\`\${node.attributes.dir}/made\`)).toBeFile() })
test('has its mode', async ({ node }) => { await expect(node.file(\`\${node.attributes.dir}/made\`)).toHaveMode(${mode}) })
`

describe('a step with node tests', () => {
  let sshd: Sshd
  let scene: Scene
  beforeAll(async () => {
    sshd = await startNode()
  })
  afterAll(() => sshd.stop())
  beforeEach(() => {
    scene = makeScene(sshd)
    scene.station.write('nodetests/made.nodetest.ts', tests('0o640'))
  })
  afterEach(() => scene.remove())
  const make = step('make', 'remote', 'umask 027; echo x >$dir/made')
  const run = () => scene.station.conc('run', 'release', 'web1', '--json')

  test('is OK when all pass, and the run has one login for it all', async () => {
    scene.steps(open, make, 'tested = local test', close)
    const ended = await run()
    expect(ended.exit, ended.stdout + ended.stderr).toBe(0)
    await expectOneStory(scene, ended)
    const said = ended.events.flatMap((event) => (event.event === 'output' ? [event.text] : [])).join('')
    expect(said).toContain('2 passed')
  })

  test('is FAILED with the names of those that fail, keeps its report, and is OK once it is mended and tried again', async () => {
    scene.station.write('nodetests/made.nodetest.ts', tests('0o600'))
    scene.steps(open, make, 'tested = local test', close)
    const ended = await run()
    expect(ended.exit, ended.stdout + ended.stderr).toBe(1)
    expect(ended.end?.message).toContain('1 of 2 did not pass: has its mode')
    await expectOneStory(scene, ended)
    const report = readFileSync(join(scene.bundle, 'output', '3-tested.1.junit.xml'), 'utf8')
    expect(report).toContain('expected to have the mode 0600; it is 0640')
    scene.station.write('nodetests/made.nodetest.ts', tests('0o640'))
    const again = await scene.station.conc('resume', 'web1', '--retry')
    expect(again.exit, again.stdout + again.stderr).toBe(0)
  })

  test.each([
    [
      'a file that is broken',
      'nodetests/broken.nodetest.ts',
      'export const a =',
      'tested = local test',
      /can't be loaded/,
    ],
    [
      'a forgotten .only',
      'nodetests/only.nodetest.ts',
      "import { test } from 'conc-deploy/test'\ntest.only('one', () => {})\ntest('two', () => {})",
      'tested = local test only',
      /1 of 3 did not pass: \.only/,
    ],
    [
      'no such file',
      'nodetests/x.txt',
      '',
      'tested = local test gone',
      /gone: it names no node|in the path of no test file/,
    ],
    [
      'a test that can not tell',
      'nodetests/z.nodetest.ts',
      unknown(),
      'tested = local test z',
      /cannot tell \(unknown\)/,
    ],
  ])('is FAILED for %s', async (_, file, text, line, why) => {
    scene.station.write(file, text)
    scene.steps(open, make, line, close)
    const ended = await run()
    expect(ended.exit, ended.stdout + ended.stderr).toBe(1)
    expect(ended.end?.message).toMatch(why)
  })

  test('is ended by its time, with what it runs on the node', async () => {
    const hangs = `import { test } from 'conc-deploy/test'\ntest('hangs', async ({ node }) => { await node.run(['sleep', '600']) })\n`
    scene.station.write('nodetests/hang.nodetest.ts', hangs)
    scene.steps(open, make, 'tested = local timeout=3s test hang', close)
    const ended = await run()
    expect(ended.exit, ended.stdout + ended.stderr).toBe(6)
  })
})

function unknown(): string {
  return `import { test, Unknown } from 'conc-deploy/test'\ntest('cannot tell', async () => { throw new Unknown('no tool') })\n`
}
