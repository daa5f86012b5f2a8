import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { conc } from '../fixtures/conc.ts'
import { makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { inShell, objectsOf, sample, start, stationWith } from './sample.ts'

let station: Workstation

beforeAll(() => {
  station = stationWith(sample)
})

afterAll(() => station.remove())

describe('the sample deploy file', () => {
  test('has nothing wrong', async () => {
    const { exit, stdout, stderr } = await station.conc('check')
    expect({ exit, stdout, stderr }).toEqual({
      exit: 0,
      stdout: 'deploy.ini: nothing is wrong: 1 node, 1 job, 9 steps\n',
      stderr: '',
    })
  })

  test('shows each attribute of a node with the line that set it', async () => {
    const lines = (await station.conc('show', 'web1')).stdout.trimEnd().split('\n')
    expect(lines).toContain('  embedded  = no               ; default')
    expect(lines.filter((line) => !line.endsWith('; default'))).toEqual([
      'web1',
      '  sshd.port = 22               ; deploy.ini:9',
      '  bundle    = .conc/shop       ; deploy.ini:5',
      '  app       = shop             ; deploy.ini:3',
      '  release   = 1.4.2            ; deploy.ini:4',
      '  admin     = ops              ; deploy.ini:8',
      '  op_key    = shop             ; deploy.ini:10',
      '  venv      = apps/shop-1.4.2  ; deploy.ini:11',
      '  sshd.ip   = 192.0.2.11       ; deploy.ini:15',
      '  name      = web1             ; built in',
    ])
  })

  test('shows the command of each step', async () => {
    const { exit, stdout } = await station.conc('plan', 'release', 'web1')
    expect(exit).toBe(0)
    // What these two do is the ops' own matter.
    const text = stdout.replace(/(?<=\n\d\. (unpack|switch) .*\n)( .*\n)+/g, '   …\n')
    expect(text.trimEnd().split('\n')).toEqual([
      'release on web1: shop 1.4.2, 9 steps',
      '  remote steps start in the home of the login user, the bundle is .conc/shop',
      `  local steps start in ${station.folder}`,
      '',
      '1. open  (remote)',
      '   mkdir -p .conc && mkdir -m 700 .conc/shop && mkdir .conc/shop/payload',
      '',
      '2. deliver  (local)',
      '   scp -p dist/*.tgz ops@192.0.2.11:.conc/shop/payload/',
      '',
      '3. unpack  (remote)',
      '   …',
      '',
      '4. migrate  (remote, up to 10 min)',
      '   ./releases/1.4.2/bin/migrate',
      '',
      '5. look  (local)',
      '   # Check the numbers, then resume',
      '',
      '6. switch  (remote)',
      '   …',
      '',
      '7. restart  (remote)',
      '   sudo -u root -- systemctl restart shop',
      '',
      '8. healthy  (local)',
      '   curl -fsS http://192.0.2.11/',
      '',
      '9. close  (remote)',
      '   mkdir -p .conc/history/shop && mkdir .conc/shop/closing && mv .conc/shop .conc/history/shop/RUN',
    ])
  })
})

describe('--json', () => {
  test('shows a node as one object', async () => {
    const [shown, more] = objectsOf((await station.conc('show', 'web1', '--json')).stdout)
    expect(more).toBeUndefined()
    expect(shown).toMatchObject({
      node: 'web1',
      attributes: {
        release: { value: '1.4.2', from: 'deploy.ini:4' },
        'sshd.ip': { value: '192.0.2.11', from: 'deploy.ini:15' },
        embedded: { value: 'no', from: 'default' },
      },
    })
  })

  test('shows a plan as one object, its steps with the fixed fields', async () => {
    const [plan, more] = objectsOf((await station.conc('plan', 'release', 'web1', '--json')).stdout)
    expect(more).toBeUndefined()
    expect(Object.keys(plan ?? {})).toEqual(['job', 'node', 'steps'])
    const steps = plan?.steps as Record<string, unknown>[]
    expect(steps.map((step) => Object.keys(step).join())).toEqual(Array(9).fill('n,name,side,op,args,command'))
    expect(steps[6]).toEqual({
      n: 7,
      name: 'restart',
      side: 'remote',
      op: 'run',
      args: ['systemctl', 'restart', 'shop'],
      command: 'sudo -u root -- systemctl restart shop',
    })
  })

  test('checks with an object for each problem, and none when nothing is wrong', async () => {
    expect((await station.conc('check', '--json')).stdout).toBe('')
    station.write('wrong.ini', `${start}a = 1\na = 2\n`)
    const { exit, stdout } = await station.conc('-f', 'wrong.ini', 'check', '--json')
    expect(exit).toBe(2)
    expect(objectsOf(stdout)).toEqual([
      {
        severity: 'error',
        file: 'wrong.ini',
        line: 5,
        message: '`a` is already set in line 4. Keep one of the two.',
      },
    ])
  })
})

describe('the words of the command line', () => {
  const shown = async (...args: readonly string[]) =>
    objectsOf((await station.conc(...args, '--json')).stdout).map((object) => object.attributes as Values)
  type Values = Readonly<Record<string, { readonly value: string; readonly from: string }>>

  test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ['an override wins over the file', ['show', '-e', 'release=2'], { release: '2', venv: 'apps/shop-2' }],
    [
      'overrides before and after the command count',
      ['-e', 'app=x', 'show', '--set', 'release=2'],
      { venv: 'apps/x-2' },
    ],
    ['of two overrides of a key the later wins', ['-e', 'app=x', 'show', '-e', 'app=y'], { app: 'y' }],
    ['a value may hold = and may be empty', ['show', '-e', 'a=b=c', '-e', 'empty='], { a: 'b=c', empty: '' }],
    ['an override may refer to attributes', ['show', '-e', 'a=${app}-${name}'], { a: 'shop-web1' }],
  ])('%s', async (_title, args, expected) => {
    const [values] = await shown(...args)
    for (const [key, value] of Object.entries(expected)) expect(values?.[key]?.value).toBe(value)
  })

  test('an override is named as the source', async () => {
    const [values] = await shown('show', 'web1', '--set', 'release=2')
    expect(values?.release).toEqual({ value: '2', from: '--set' })
  })

  test.each([
    [['web1'], ['web1']],
    [
      ['db', 'web1'],
      ['db1', 'web1'],
    ],
    [['web*'], ['web1', 'web2']],
    [['?b1'], ['db1']],
    [['all'], ['web1', 'web2', 'db1']],
    [
      ['web2', 'all'],
      ['web2', 'web1', 'db1'],
    ],
    [[], ['web1', 'web2', 'db1']],
  ])('%j are the nodes %j', async (patterns, nodes) => {
    const nodeSections =
      '[group:db]\n[node:web1]\nsshd.ip=a\n[node:web2]\nsshd.ip=a\n[node:db1]\ngroups=db\nsshd.ip=a\n'
    station.write('nodes.ini', `${start}${nodeSections}`)
    const { stdout } = await station.conc('-f', 'nodes.ini', 'show', ...patterns, '--json')
    expect(objectsOf(stdout).map(({ node }) => node)).toEqual(nodes)
  })
})

test('the deploy file may be in another folder, which is then where local steps start', async () => {
  const other = join(station.home, 'elsewhere')
  mkdirSync(other, { recursive: true })
  const file = join(station.folder, 'deploy.ini')
  const { exit, stdout } = await conc({ home: station.home, cwd: other }, '-f', file, 'plan', 'release', 'web1')
  expect(exit).toBe(0)
  expect(stdout).toContain(`local steps start in ${station.folder}\n`)
})

test('check, show and plan open no connection', async () => {
  let calls = 0
  const server = createServer((socket) => {
    calls++
    socket.destroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const set = ['-e', 'sshd.ip=127.0.0.1', '-e', `sshd.port=${port}`]
  const exits = await Promise.all(
    [['check'], ['show'], ['plan', 'release', 'web1']].map(async (args) => (await station.conc(...args, ...set)).exit),
  )
  expect({ exits, calls }).toEqual({ exits: [0, 0, 0], calls: 0 })
  server.close()
})

describe('a large fleet', () => {
  let fleet: Workstation

  beforeAll(() => {
    const nodes = Array.from({ length: 1000 }, (_, n) => `[node:n${n}]\nid = x${n}\nsshd.ip = 192.0.2.1\n`)
    const steps = Array.from({ length: 200 }, (_, n) => `s${n} = remote run /opt/step --number ${n} --node \${id}\n`)
    fleet = makeWorkstation('')
    fleet.write('deploy.ini', `${start}${nodes.join('')}[job:release]\n${steps.join('')}`)
  })

  afterAll(() => fleet.remove())

  test('of 1,000 nodes with 200 steps is planned, its warning said once', async () => {
    const { exit, stdout, stderr } = await fleet.conc('plan', 'release', 'all', '--json')
    expect(exit).toBe(0)
    const plans = objectsOf(stdout)
    expect(plans).toHaveLength(1000)
    expect(plans.at(-1)?.steps).toHaveLength(200)
    expect(stderr.match(/bundle is open/g)).toHaveLength(1)
  })

  test('is written whole to a reader that is slow', async () => {
    const { stdout } = await inShell(fleet, "$conc plan release 'n1??' --json -q | { sleep 1; wc -l; }")
    expect(stdout).toBe('100')
  })
})
