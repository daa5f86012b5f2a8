// What holds for any node that serves an application. The attributes `test.…` of the node say what is expected of it.

import { describe, expect, type TestedNode, test, Unknown } from 'conc-deploy/test'
import { type Listening, sockets } from '../../questions/listening.ts'
import { milliseconds } from '../../words/duration.ts'

const compilers = 'cc c89 c99 gcc g++ c++ clang clang++ tcc rustc go ghc gfortran javac'

/** Prints the compilers of $PATH, those with a version in their name too, such as gcc-14. */
const findCompilers = `IFS=:; set -f; dirs="$PATH:/usr/bin:/usr/local/bin"
for d in $dirs; do
  IFS=' '
  for p in ${compilers}; do
    set +f
    for f in "$d/$p" "$d/$p"-[0-9]*; do [ -f "$f" ] && [ -x "$f" ] && printf '%s\\n' "$f"; done
    set -f
  done
done | sort -u`

function listOf({ attributes }: TestedNode, name: string, absent = ''): readonly string[] {
  return (attributes[name] ?? absent).split(/[,\s]+/).filter((word) => word !== '')
}

/** `tcp/443` for 443. */
function portName(word: string): string {
  return word.includes('/') ? word : `tcp/${word}`
}

/** Whether others than the node itself reach it. */
function isOutward({ address, interface: only }: Listening): boolean {
  return only !== 'lo' && !/^127\.|^::1$/.test(address)
}

/** Says all that is wrong. */
function expectNone(wrong: readonly string[]): void {
  if (wrong.length > 0) expect.fail(wrong.join('\n'))
}

describe('webapp', () => {
  test('listens only where declared', async ({ node, skip }) => {
    const declared = listOf(node, 'test.ports').map(portName)
    if (declared.length === 0) return skip('the attribute test.ports is not set')
    const open = (await sockets(node.ask, node.name)).filter(isOutward)
    const others = open.filter(({ protocol, port }) => !declared.includes(`${protocol}/${port}`))
    const wrong = others.map(
      ({ protocol, address, port, process = '?' }) =>
        `${process} listens on ${protocol}/${port} of ${address}, which test.ports does not declare`,
    )
    expectNone([...new Set(wrong)].sort())
  })

  test('listens where declared', async ({ node, skip }) => {
    const declared = listOf(node, 'test.ports').map(portName)
    if (declared.length === 0) return skip('the attribute test.ports is not set')
    const open = (await sockets(node.ask, node.name)).map(({ protocol, port }) => `${protocol}/${port}`)
    const missing = declared.filter((name) => !open.includes(name))
    expectNone(missing.map((name) => `nothing listens on ${name}, which test.ports declares`))
  })

  test('has nothing world-writable in its folders', async ({ node, skip }) => {
    const folders = listOf(node, 'test.folders').map((path) => (path.startsWith('-') ? `./${path}` : path))
    if (folders.length === 0) return skip('the attribute test.folders is not set')
    const there = await Promise.all(folders.map((path) => node.file(path).exists()))
    expectNone(folders.filter((_, at) => !there[at]).map((path) => `${path} is not there, and test.folders names it`))
    const kinds = ['(', '-type', 'f', '-o', '-type', 'd', ')']
    const found = await node.run(['find', '-H', ...folders, '-xdev', ...kinds, '-perm', '-0002'], { timeout: '25s' })
    expectNone(linesIn(found.stdout).map((path) => `${path} can be written by everybody`))
    if (!found.succeeded) throw new Unknown(`not all could be looked at: ${linesIn(found.stderr).at(-1)}`)
  })

  test('has no compiler', async ({ node }) => {
    const found = await node.run(findCompilers)
    if (!found.succeeded) throw new Unknown(`not all could be looked at: ${found.stderr.trim()}`)
    expectNone(linesIn(found.stdout).map((path) => `${path} is a compiler`))
  })

  test('has certificates that last', async ({ node, skip }) => {
    const certificates = listOf(node, 'test.certificates')
    if (certificates.length === 0) return skip('the attribute test.certificates is not set')
    const days = Number(node.attributes['test.certificate.days'] ?? 21)
    const left = await Promise.all(certificates.map((source) => node.cert(source).daysLeft()))
    const short = certificates.flatMap((source, at) => {
      const more = left[at] ?? 0
      return more < days ? [`${source}: ${more} days left, wanted ${days}`] : []
    })
    expectNone(short)
  })

  test('has room on its disks', async ({ node }) => {
    const most = Number(node.attributes['test.disk.max'] ?? 90)
    const full = listOf(node, 'test.disk.paths', '/').map(async (path) => {
      const disk = node.disk(path)
      const used = { space: await disk.usedPercent(), inodes: await inodesOf(disk) }
      return Object.entries(used).flatMap(([what, percent]) =>
        percent > most ? [`${path}: ${percent} % of its ${what} used, wanted at most ${most} %`] : [],
      )
    })
    expectNone((await Promise.all(full)).flat())
  })

  test('has the right time', async ({ node }) => {
    const most = milliseconds(node.attributes['test.clock.max'] ?? '5s') ?? 5_000
    const before = Date.now()
    const clock = (await node.systemInfo().clock()).getTime()
    const after = Date.now()
    // It told a whole second, at some moment between the two.
    const [ahead, behind] = [clock - after, before - (clock + 999)]
    if (ahead > most) expect.fail(`the node's clock is ${Math.round(ahead / 1000)} s ahead of the workstation's`)
    if (behind > most) expect.fail(`the node's clock is ${Math.round(behind / 1000)} s behind the workstation's`)
  })
})

function linesIn(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

/** Where a file system counts no inodes they can't run out. */
async function inodesOf(disk: { inodesUsedPercent(): Promise<number> }): Promise<number> {
  try {
    return await disk.inodesUsedPercent()
  } catch (error) {
    if (error instanceof Unknown) return 0
    throw error
  }
}
