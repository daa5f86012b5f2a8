import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { report } from '../../src/bundle/read.ts'
import { evaluateAttributes } from '../../src/deployfile/evaluate.ts'
import type { Problem } from '../../src/deployfile/types.ts'
import { parseEvidence } from '../../src/journal/evidence.ts'
import { writeHolder } from '../../src/journal/holder.ts'
import { parseJournal } from '../../src/journal/records.ts'
import { buildPlan } from '../../src/plan/build.ts'
import { comparePlans } from '../../src/plan/compare.ts'
import { toRecord } from '../../src/plan/record.ts'
import { attributeLines, attributesJson } from '../../src/report/attributes.ts'
import { differenceLines } from '../../src/report/difference.ts'
import { logLines } from '../../src/report/log.ts'
import { planJson, planLines } from '../../src/report/plan.ts'
import { problemLines } from '../../src/report/problems.ts'
import { statusJson, statusLines } from '../../src/report/status.ts'
import { deployFileOf, known } from '../plan/files.ts'

const zone = process.env.TZ
beforeAll(() => {
  process.env.TZ = 'UTC'
})
afterAll(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

const block = (lines: readonly string[]) => `\n${lines.join('\n')}\n`
const head = '[deploy]\napp = shop\nrelease = 1.4.2\n[node:web1]\nadmin = ops\nsshd.ip = 192.0.2.11\n'

function planOf(steps: string) {
  const { plan } = buildPlan({
    deployFile: deployFileOf(`${head}[secrets]\npw = ask\n[job:release]\n${steps}`),
    job: 'release',
    node: 'web1',
    ...known,
    files: () => undefined,
  })
  if (!plan) throw new Error('no plan')
  return plan
}

const steps = [
  'open = remote open-bundle',
  'send = local deliver x',
  'migrate = remote timeout=10m secrets=pw run make "a b"',
]

describe('check', () => {
  const error: Problem = { severity: 'error', place: { file: 'deploy.ini', line: 3 }, message: 'wrong\x1b. Mend it.' }
  const warning: Problem = { severity: 'warning', message: 'odd.' }
  const deployFile = deployFileOf(`${head}[job:a]\ns = remote look\n`)

  test.each<[readonly Problem[], boolean, readonly string[]]>([
    [[], true, ['d: nothing is wrong: 1 node, 1 job, 1 step']],
    [[warning], true, ['warning: odd.', 'd: nothing is wrong but 1 warning: 1 node, 1 job, 1 step']],
    [
      [error, error, warning],
      true,
      [
        'deploy.ini:3: wrong\\x1b. Mend it.',
        'deploy.ini:3: wrong\\x1b. Mend it.',
        'warning: odd.',
        '2 errors and 1 warning',
      ],
    ],
    [[error], false, ['deploy.ini:3: wrong\\x1b. Mend it.', '1 error']],
  ])('%j', (problems, isRead, lines) => {
    expect(problemLines(problems, isRead ? deployFile : undefined)).toEqual(lines)
  })
})

describe('plan', () => {
  test('each step has its command on lines of its own', () => {
    expect(block(planLines(planOf(steps.join('\n'))))).toMatchInlineSnapshot(`
      "
      release on web1: shop 1.4.2, 3 steps
        remote steps start in the home of the login user, the bundle is .conc/shop
        local steps start in /home/ana

      1. open  (remote)
         by hand

      2. send  (local)
         by hand

      3. migrate  (remote, up to 10 min, with pw)
         make 'a b'
      "
    `)
  })

  test('a command of several lines keeps them, and steers no terminal', () => {
    const plan = planOf('a = remote look')
    const [step] = plan.steps
    if (!step) throw new Error('no step')
    const lines = planLines({ ...plan, steps: [{ ...step, command: "sh -euc 'a\n\x1b[2Jb'" }] })
    expect(lines.slice(-2)).toEqual(["   sh -euc 'a", "   \\x1b[2Jb'"])
  })

  test('as JSON it has the words after substitution', () => {
    const { job, node, steps: written } = planJson(planOf('s = remote run echo ${app} "a b"'))
    expect([job, node]).toEqual(['release', 'web1'])
    expect(written).toEqual([
      { n: 1, name: 's', side: 'remote', op: 'run', args: ['echo', 'shop', 'a b'], command: "echo shop 'a b'" },
    ])
  })

  test('what has changed since the run began is shown step by step', () => {
    const old = toRecord(planOf('a = remote run ls\nb = remote look\nc = remote look\nd = remote run x'), '1')
    const now = toRecord(planOf('a = remote run ls -l\nc = remote look\nb = remote look\ne = local run y'), '1')
    expect(block(differenceLines(comparePlans(old, now)))).toMatchInlineSnapshot(`
      "
        a changed
          - (remote, run)
          - ls
          + (remote, run)
          + ls -l
        b moved from 2 to 3
        e inserted
          + (local, run)
          + y
        d removed
          - (remote, run)
          - x
      "
    `)
  })
})

describe('show', () => {
  const { attributes } = evaluateAttributes(
    deployFileOf(`${head}long = ${'x'.repeat(50)}\n`),
    'web1',
    new Map([['who', 'me']]),
  )

  test('each attribute has its value and where it is from', () => {
    expect(block(attributeLines('web1', attributes))).toMatchInlineSnapshot(`
      "
      web1
        sshd.port = 22                                        ; default
        bundle    = .conc/shop                                ; default
        sudo      = ask                                       ; default
        embedded  = no                                        ; default
        reattach  = 6                                         ; default
        durable   = yes                                       ; default
        nodetests = nodetests                                 ; default
        app       = shop                                      ; d:2
        release   = 1.4.2                                     ; d:3
        admin     = ops                                       ; d:5
        sshd.ip   = 192.0.2.11                                ; d:6
        long      = xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx  ; d:7
        who       = me                                        ; --set
        name      = web1                                      ; built in
      "
    `)
  })

  test('as JSON too, `__proto__` being just a name', () => {
    const json = attributesJson('web1', new Map([['__proto__', { value: 'x', from: 'd:1' }], ...attributes]))
    expect(JSON.parse(JSON.stringify(json))).toMatchObject({
      node: 'web1',
      attributes: { 'sshd.ip': { value: '192.0.2.11', from: 'd:6' }, who: { value: 'me', from: '--set' } },
    })
    expect(JSON.stringify(json)).toContain('"__proto__":{"value":"x","from":"d:1"}')
  })
})

const holder = writeHolder({
  run: 'r1',
  job: 'release',
  node: 'web1',
  app: 'shop',
  release: '1.4.2',
  by: 'ana@desk',
  since: '2026-11-20T12:00:00.000Z',
  conc: '0.1.0',
  format: '1',
})
const journal = [
  'open r1',
  'begin 1 1 open remote ana@desk',
  'end 1 1 open OK exit=0 signal=-',
  'begin 2 1 send local ana@desk',
  'end 2 1 send STOPPED exit=- signal=- Look \x9b2J',
  'mark 2 send done bob@desk sent by scp',
  'begin 3 1 migrate remote ana@desk',
  'void 3 1 migrate',
  'retry 3 migrate bob@desk',
  'begin 3 2 migrate remote bob@desk',
  'end 3 2 migrate FAILED exit=3 signal=- exit 3',
  'skip 4 look --from migrate',
  'take 2 bob@desk',
  'halt bob@desk before migrate',
  'shell entered bob@desk',
  'unlock r1 bob@desk no use',
  'close r1',
]
  .map((line) => `2026-11-20T12:00:01Z ${line}\n`)
  .join('')

describe('status', () => {
  const plan = JSON.stringify(
    toRecord(planOf([...steps, 'look = remote look', 'last = remote look'].join('\n')), '0.1.0'),
  )
  const of = (look: string, text = journal, held = holder) => report(parseEvidence(look), held, plan, text)
  const about = { node: 'web1', bundle: '.conc/shop', now: new Date('2026-11-20T14:05:00Z') }

  test('who, since when, which state, and each step', () => {
    expect(block(statusLines(of('bundle there\nhalt asked'), about))).toMatchInlineSnapshot(`
      "
      web1: FAILED
        release of shop 1.4.2, run r1
        by ana@desk since 2026-11-20 12:00:00, 2 h 5 min ago
        bundle .conc/shop
        a halt is asked for: it comes after the current step

        ✓ 1 open     remote  OK         under 1 s
        ✓ 2 send     local   OK         by hand: bob@desk: sent by scp
        ✗ 3 migrate  remote  FAILED     attempt 2, exit 3, under 1 s
        ↷ 4 look     remote  SKIPPED    --from migrate
        · 5 last     remote  PENDING
      "
    `)
  })

  test('a step that runs, one whose end is unknown', () => {
    const begun = '2026-11-20T12:00:01Z begin 1 1 open remote ana@desk\n'
    const first = (look: string) => statusLines(of(look, begun), about).find((line) => line.includes('1 open'))
    expect(first('bundle there\nepoch 1\nagent 1\nworker 1')).toBe(
      '  ▶ 1 open     remote  RUNNING    since 2026-11-20 12:00:01',
    )
    expect(first('bundle there')).toBe('  ? 1 open     remote  UNKNOWN')
  })

  test('a free node is only that', () => {
    expect(statusLines(report(parseEvidence('bundle none'), '', '', ''), about)).toEqual(['web1: FREE'])
  })

  test.each([
    [
      'a bundle that names no run',
      'bundle there',
      'is there and names no run: it was made by hand, died while it was opened, or is being opened just now',
      ['', '  give up  conc unlock web1 --id unnamed -m WHY'],
    ],
    ['what is no bundle', 'bundle foreign', 'is no bundle of this user: look at it with ls -ld', []],
  ])('%s is told as that', (_what, seen, why, ways) => {
    const nobody = report(parseEvidence(seen), '', '', '')
    expect(statusLines(nobody, { ...about, conc: 'conc' })).toEqual(['web1: LOST', `  .conc/shop ${why}`, ...ways])
    expect(statusJson('web1', nobody)).toMatchObject({ state: 'LOST', run: null, why: `the bundle ${why}` })
  })

  test('a journal that is torn or strange is told of, and a holder can steer nothing', () => {
    const lines = statusLines(
      of('bundle there', 'what\n2026', holder.replace('ana@desk', 'a\x1b[2J').replace('2026', '')),
      about,
    )
    expect(lines).toContain('  by a\\x1b[2J since -11-20T12:00:00.000Z')
    expect(lines).toContain('  the last line of the journal is cut short: it counts as never written')
    expect(lines).toContain("  the journal has 1 line that can't be read")
  })

  test('as JSON', () => {
    expect(statusJson('web1', of('bundle there'))).toEqual({
      node: 'web1',
      state: 'FAILED',
      run: 'r1',
      job: 'release',
      by: 'ana@desk',
      since: '2026-11-20T12:00:00.000Z',
      steps: [
        { name: 'open', side: 'remote', status: 'OK' },
        { name: 'send', side: 'local', status: 'OK', byHand: true },
        { name: 'migrate', side: 'remote', status: 'FAILED' },
        { name: 'look', side: 'remote', status: 'SKIPPED' },
        { name: 'last', side: 'remote', status: 'PENDING' },
      ],
    })
    expect(statusJson('web1', report(parseEvidence('bundle none'), '', '', ''))).toEqual({
      node: 'web1',
      ...{ state: 'FREE', run: null, job: null, by: null, since: null, steps: [] },
    })
  })
})

test('a journal reads line by line', () => {
  expect(block(logLines(parseJournal(`${journal}what\n2026`)))).toMatchInlineSnapshot(`
    "
    2026-11-20 12:00:01  run r1 opens the bundle
    2026-11-20 12:00:01  1 open begins (remote), by ana@desk
    2026-11-20 12:00:01  1 open OK
    2026-11-20 12:00:01  2 send begins (local), by ana@desk
    2026-11-20 12:00:01  2 send STOPPED, Look \\x9b2J
    2026-11-20 12:00:01  2 send done by hand, by bob@desk: sent by scp
    2026-11-20 12:00:01  3 migrate begins (remote), by ana@desk
    2026-11-20 12:00:01  3 migrate did not begin after all
    2026-11-20 12:00:01  3 migrate may be tried again, by bob@desk
    2026-11-20 12:00:01  3 migrate begins (remote, attempt 2), by bob@desk
    2026-11-20 12:00:01  3 migrate FAILED, exit 3
    2026-11-20 12:00:01  4 look skipped: --from migrate
    2026-11-20 12:00:01  bob@desk takes the run over, epoch 2
    2026-11-20 12:00:01  bob@desk halts: before migrate
    2026-11-20 12:00:01  bob@desk entered the shell
    2026-11-20 12:00:01  bob@desk gives up run r1: no use
    2026-11-20 12:00:01  run r1 closes the bundle
    line 18 can't be read: what
    the last line is cut short: it counts as never written
    "
  `)
})
