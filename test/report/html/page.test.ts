import { describe, expect, test } from 'vitest'
import { runPage } from '../../../src/report/html/page.ts'
import { factsOf, outputOf, pastRuns, runOf, runs } from './runs.ts'

describe('a page of a run', () => {
  test.each(Object.entries(runs))('that is %s says so, and has a row and a section for each step', (state, report) => {
    const page = runPage(factsOf(report))
    const expected = [
      `<title>release on web1: ${state}</title>`,
      `<strong>${state}</strong>`,
      ...report.steps.flatMap(({ n, name }) => [`<a href="#step-${n}">${name}</a>`, `<article id="step-${n}"`]),
    ]
    expect(report.steps).toHaveLength(6)
    expect(expected.filter((text) => !page.includes(text))).toEqual([])
  })

  test.each([
    [
      'OK',
      [
        'In all</dt><dd>25 h',
        'H1</strong>, halted for 19 min 39 s',
        'H2</strong>, halted for 24 h',
        'by hand: bob@desk',
      ],
    ],
    ['RUNNING', ['As of', '59 min 47 s so far', '▶']],
    ['STOPPED', ['at 4 look: Check the numbers', '‖', 'and still is: <strong>H2']],
    ['FAILED', ['at 3 migrate: exit 3', 'migrate was FAILED']],
    ['LOST', ['the node was restarted while the run was on it; how migrate ended is not known', '>?</span> UNKNOWN']],
    ['GIVEN UP', ['at 3 migrate, FAILED: node is rebuilt', 'bob@desk gives up run r1: node is rebuilt']],
    ['UNKNOWN', ['its journal does not tell how it ended']],
  ] as const)('that is %s tells what there is to tell: %j', (state, texts) => {
    const page = runPage(factsOf(runs[state]))
    expect(texts.filter((text) => !page.includes(text))).toEqual([])
  })

  test('has every time as ISO 8601 with its zone', () => {
    const times = runPage(factsOf(runs.OK)).matchAll(/<time datetime="([^"]*)">([^<]*)<\/time>/g)
    const shown = [...times].map(([, attribute, text]) => [attribute, text])
    expect(shown.length).toBeGreaterThan(20)
    expect(shown.filter(([a, b]) => a !== b || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(b ?? ''))).toEqual([])
  })

  test('allows no script and nothing from elsewhere', () => {
    const page = runPage(factsOf(runs.OK))
    expect(page).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    )
    expect(page).not.toMatch(/<script|<img|<link|\bsrc=|https?:|@import|url\((?!#)/)
  })

  test('has one of each heading and landmark, and a scope for each header of a table', () => {
    const page = runPage(factsOf(runs.OK))
    for (const tag of ['h1', 'header', 'main', 'nav', 'footer', 'caption'])
      expect(page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length, tag).toBe(1)
    expect(page.match(/<th(?![a-z])(?! scope="(col|row)")/g)).toBeNull()
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, id] of page.matchAll(/(?:href="#|aria-labelledby=")([^"]*)"/g)) expect(ids).toContain(id)
    expect([...page.matchAll(/<svg(?![^>]*(role="img" aria-label="[^"]{10,}"|class="mark"))/g)]).toEqual([])
  })

  test('shows how long a step took before, this run last', () => {
    const page = runPage(factsOf(runs.OK, { before: pastRuns('send', 10, 20, 30) }))
    expect(page).toContain('in past runs, oldest first: 30 s, 20 s, 10 s; median 20 s; in this one 12 s')
    expect(page.match(/class="chart"/g)?.length).toBe(1)
  })

  test('says of a step after the close that it is not recorded', () => {
    const report = runOf({
      steps: ['open remote', 'tidy local'],
      journal: [
        [0, 'open r1'],
        [1, 'close r1'],
      ],
    })
    expect(runPage(factsOf(report))).toContain('not recorded: the bundle was closed before it')
  })

  test('of a run whose plan and holder are gone says that, and shows the journal', () => {
    const { holder: _, plan: __, ...rest } = runs.FAILED
    const page = runPage(factsOf({ ...rest, steps: [] }))
    expect(page).toContain('The plan of this run can&#39;t be read'.replace('&#39;', "'"))
    expect(page).toContain('3 migrate FAILED, exit 3')
  })
})

describe('what a step printed', () => {
  test('is folded, but for the try that decides', () => {
    const outputs = [outputOf('send', 'sent'), outputOf('migrate', 'no table')]
    const page = runPage(factsOf(runs.FAILED, { outputs }))
    expect(page).toMatch(/<details><summary>Output, 4 B<\/summary><pre>sent<\/pre>/)
    expect(page).toMatch(/<details open><summary>Output, 8 B<\/summary><pre>no table<\/pre>/)
  })

  test('is cut with a note where it is long', () => {
    const long = outputOf('send', 'first', { size: 1_048_576, tail: Buffer.from('last') })
    const page = runPage(factsOf(runs.FAILED, { outputs: [long] }))
    expect(page).toMatch(/<pre>first<\/pre><p class="cut">1.0 MB are left out here.*<\/p><pre>last<\/pre>/)
  })

  test('stands under the try that printed it', () => {
    const outputs = [outputOf('migrate', 'one'), outputOf('migrate', 'two', { attempt: 2, stream: 'stderr' })]
    const journal = [
      [0, 'begin 1 1 migrate remote'],
      [1, 'end 1 1 migrate FAILED exit=1 signal=-'],
      [2, 'retry 1 migrate bob@desk'],
      [2, 'begin 1 2 migrate remote'],
      [3, 'end 1 2 migrate OK exit=0 signal=-'],
    ] as const
    const page = runPage(factsOf(runOf({ steps: ['migrate remote'], journal }), { outputs }))
    expect(page).toMatch(
      /Attempt 1:.*\n?.*<pre>one<\/pre>.*Attempt 2:.*Errors \(stderr\), 3 B<\/summary><pre>two<\/pre>/s,
    )
  })
})

const hostile = `</pre></title></style><script>alert(1)</script><img src=x onerror=alert(1)>"'><svg/onload=alert(1)>&lt;\x1b[2J\u202e`

test('nothing hostile becomes markup, wherever it stands', () => {
  const by = 'a"><script>x</script>@desk'
  const report = runOf({
    id: hostile.replaceAll('\n', ''),
    steps: ['open remote', 'migrate remote'],
    journal: [
      [0, `begin 1 1 migrate remote ${by}`],
      [1, `end 1 1 migrate FAILED exit=1 signal=- ${hostile}`],
      [2, `mark 1 migrate done ${by} ${hostile}`],
      [3, `halt ${by} ${hostile}`],
      [4, hostile],
    ],
    look: 'bundle there',
    command: hostile,
    by: hostile,
  })
  const plain = runPage(factsOf(runs.STOPPED, { outputs: [outputOf('migrate', 'x')], before: pastRuns('send', 1) }))
  const outputs = [outputOf('migrate', hostile), outputOf('migrate', Buffer.from([0xff, 0x3c, 0x62, 0x3e]))]
  const facts = { outputs, app: hostile, node: hostile, version: hostile, before: [report] }
  const page = runPage(factsOf(report, facts))
  const tags = (text: string) => new Set(text.match(/<[a-z!/][^\s>]*/gi))
  const known = tags(plain)
  expect([...tags(page)].filter((tag) => !known.has(tag))).toEqual([])
  expect(page).not.toMatch(/<script|<img|onload=alert\(1\)>|\x1b|\u202e/)
  expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;')
  expect(page).toContain('\\xff&#60;b&#62;')
})

test('hundreds of steps with long outputs make a page of bounded size', () => {
  const names = Array.from({ length: 500 }, (_, index) => `s${index}`)
  const report = runOf({
    steps: names.map((name) => `${name} remote`),
    journal: names.flatMap((name, index) => [
      [index, `begin ${index + 1} 1 ${name} remote`] as const,
      [index + 1, `end ${index + 1} 1 ${name} OK exit=0 signal=-`] as const,
    ]),
  })
  const half = Buffer.alloc(8_192, '<')
  const outputs = names.map((name) => outputOf(name, half, { size: 1_048_576, tail: half }))
  const page = runPage(factsOf(report, { outputs, before: Array.from({ length: 20 }, () => report) }))
  expect(page.length).toBeLessThan(60_000_000)
})
