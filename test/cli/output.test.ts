import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deployFile, type Workstation } from '../fixtures/deploy.ts'
import { embedded, inShell, objectsOf, stationWith } from './sample.ts'

let station: Workstation

beforeEach(() => {
  station = stationWith(
    embedded({
      say: 'remote sh "echo out; echo err >&2"',
      here: 'local run echo here',
      fail: 'remote sh "exit 3"',
    }),
  )
})

afterEach(() => station.remove())

const line = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (INFO {3}|WARNING|ERROR {2}) demo {7}(\S+) +(\S.*)$/

/** A line as `LEVEL STEP MESSAGE`, without what changes from run to run. */
function short(text: string): string {
  const [, level = '', step, message = text] = line.exec(text) ?? []
  const stable = message.replaceAll(/\d+(\.\d)? m?s\b/g, 'TIME').replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{8}/g, 'RUN')
  return step === undefined ? stable : `${level.trim()} ${step} ${stable}`
}

/** The bundle of the run that was left on the embedded node. */
function bundleOf({ home }: Workstation): string {
  const nodes = join(home, '.local/state/conc/embedded')
  return join(nodes, readdirSync(nodes)[0] ?? '', 'home/.conc/shop')
}

function journalOf(of: Workstation): readonly string[] {
  const text = readFileSync(join(bundleOf(of), 'journal'), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((record) => record.replace(/^\S+ /, ''))
}

describe('a run without a terminal', () => {
  test('writes a plain log to stdout, and how to go on', async () => {
    const { exit, stdout, stderr } = await station.conc('run', 'release', 'demo')
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: '' })
    expect(stdout.trimEnd().split('\n').map(short)).toEqual([
      'INFO - release begins: 5 steps, run RUN',
      'INFO open 1/5 remote: mkdir -p .conc && mkdir -m 700 .conc/shop && mkdir .conc/shop/payload',
      'INFO open OK in TIME',
      "INFO say 2/5 remote: sh -euc 'echo out; echo err >&2'",
      expect.stringMatching(/^INFO say ([|] out|! err)$/),
      expect.stringMatching(/^INFO say ([|] out|! err)$/),
      'INFO say OK in TIME',
      'INFO here 3/5 local: echo here',
      'INFO here | here',
      'INFO here OK in TIME',
      "INFO fail 4/5 remote: sh -euc 'exit 3'",
      'ERROR fail FAILED, exit 3, in TIME',
      'ERROR - release ended FAILED on demo at step 4, fail: exit 3. The bundle is kept. It took TIME.',
      "  what ran   sh -euc 'exit 3'",
      "  exit 3     a number of the command's own: what it printed says more",
      '  all of it  conc log demo fail',
      '  try again  conc resume demo --retry',
      '  by hand    conc mark demo fail --done -m WHY',
      '  give up    conc unlock demo --id RUN -m WHY',
    ])
  })

  test('writes events with --json, the end of the run last', async () => {
    const { exit, stdout, stderr } = await station.conc('run', 'release', 'demo', '--json')
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: '' })
    const events = objectsOf(stdout)
    expect(new Set(events.map(({ run }) => run)).size).toBe(1)
    for (const { event, time, node, run } of events) {
      expect({ event, node, run }).toEqual({
        event: expect.any(String),
        node: 'demo',
        run: expect.stringMatching(/^\d{8}T/),
      })
      expect(new Date(String(time)).toISOString()).toBe(time)
    }
    expect(events.filter(({ event }) => event === 'step-end').at(-1)).toMatchObject({
      step: 'fail',
      side: 'remote',
      status: 'FAILED',
      exit: 3,
      ms: expect.any(Number),
    })
    expect(events.at(-1)).toMatchObject({ event: 'run-end', status: 'FAILED', exitCode: 1 })
  })

  test('with -q says only what went wrong and how it ended', async () => {
    const { stdout } = await station.conc('run', 'release', 'demo', '-q')
    expect(stdout.trimEnd().split('\n').map(short).slice(0, 2)).toEqual([
      'ERROR fail FAILED, exit 3, in TIME',
      'ERROR - release ended FAILED on demo at step 4, fail: exit 3. The bundle is kept. It took TIME.',
    ])
  })

  test.each([[[]], [['--json']]])('keeps its log in a file too, with %j', async (options) => {
    station.write('run.log', 'before\n')
    await station.conc('run', 'release', 'demo', '--log', 'run.log', ...options)
    const lines = readFileSync(join(station.folder, 'run.log'), 'utf8').trimEnd().split('\n')
    expect(lines[0]).toBe('before')
    expect(short(lines[1] ?? '')).toBe('INFO - release begins: 5 steps, run RUN')
    expect(lines.slice(1, -6).filter((text) => !line.test(text))).toEqual([])
  })

  test('names the deploy file in the commands that lead on, quoted for the shell', async () => {
    station.write('my shop.ini', readFileSync(join(station.folder, 'deploy.ini'), 'utf8'))
    const { stdout } = await station.conc('-f', 'my shop.ini', 'run', 'release', 'demo')
    expect(stdout).toContain("\n  try again  conc -f 'my shop.ini' resume demo --retry\n")
  })

  test('warns on stderr, and not with -q', async () => {
    station.write(
      'deploy.ini',
      '[deploy]\napp = shop\nrelease = 1\n[node:demo]\nembedded = yes\n[job:say]\ns = remote run true\n',
    )
    const warning =
      "deploy.ini:7: warning: s changes the node before the bundle is open: such a run can't be resumed. Begin with `open = remote open-bundle`.\n"
    expect(await station.conc('run', 'say', 'demo')).toMatchObject({ exit: 0, stderr: warning })
    expect(await station.conc('run', 'say', 'demo', '-q')).toMatchObject({ exit: 0, stderr: '' })
  })
})

describe('a reader that goes away', () => {
  beforeEach(() => {
    const many = 'i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done'
    station.write('deploy.ini', embedded({ many: `remote sh '${many}'`, last: `local sh 'echo done >last'` }))
  })

  test.each(['', ' --json', ' -v --log run.log'])('does not end the run%s', async (options) => {
    const { stdout } = await inShell(station, `$conc run release demo${options} | head -n 1; echo "\${PIPESTATUS[0]}"`)
    expect(String(stdout).split('\n')[1]).toBe('0')
    expect(readFileSync(join(station.folder, 'last'), 'utf8')).toBe('done\n')
  })

  const some = '| { head -c 200 >/dev/null; sleep 0.2; head -c 100000 >/dev/null; }; echo "${PIPESTATUS[0]}"'

  test('in the middle of a flood neither ends the run nor holds it up', async () => {
    station.write('deploy.ini', embedded({ flood: `remote sh 'head -c 9000000 /dev/zero | tr "\\\\0" x | fold'` }))
    expect((await inShell(station, `timeout 20 $conc run release demo --json ${some}`)).stdout).toBe('0')
  })

  test('ends the command of exec, as a pipe does, and those that were to come', async () => {
    station.write(
      'deploy.ini',
      deployFile({
        deploy: { app: 'shop', release: '1' },
        'node:one': { embedded: 'yes' },
        'node:two': { embedded: 'yes' },
      }),
    )
    const { stdout, stderr } = await inShell(station, `timeout 20 $conc exec one two -- yes ${some}`)
    expect(stdout).toBe('5')
    expect(stderr).toBe('conc: one: STOPPED\nconc: the command was not run on two')
  })

  test('leaves the journal whole and the exit code right', async () => {
    const { stdout } = await inShell(
      station,
      '$conc run release demo --until close | head -n 1; echo "${PIPESTATUS[0]}"',
    )
    expect(String(stdout).split('\n')[1]).toBe('5')
    const ends = journalOf(station).filter((record) => /^(end|halt)/.test(record))
    expect(ends).toEqual([
      expect.stringMatching(/^end 1 1 open OK/),
      expect.stringMatching(/^end 2 1 many OK/),
      expect.stringMatching(/^end 3 1 last OK/),
      expect.stringMatching(/^halt /),
    ])
  })

  test.each(['>&-', '>/dev/full', '>/dev/null 2>&-'])('may be %s', async (redirection) => {
    const { stdout } = await inShell(station, `{ $conc run release demo ${redirection}; } ; echo "$?" >exit`)
    expect(stdout).toBe('')
    expect(readFileSync(join(station.folder, 'exit'), 'utf8')).toBe('0\n')
    expect(readFileSync(join(station.folder, 'last'), 'utf8')).toBe('done\n')
  })

  test('that is slow holds the step back, and not in memory', async () => {
    station.write('deploy.ini', embedded({ flood: 'remote sh \'head -c 150000000 /dev/zero | tr "\\\\0" "\\\\n"\'' }))
    const run = 'echo $BASHPID >pid; exec $conc run release demo --json'
    const read = 'sleep 1; grep VmHWM "/proc/$(cat pid)/status"; tail -n 1'
    const { stdout } = await inShell(station, `{ ${run}; } | { ${read}; }`)
    const [memory = '', last = ''] = String(stdout).split('\n')
    expect(Number(memory.replace(/\D/g, ''))).toBeLessThan(150_000)
    expect(JSON.parse(last)).toMatchObject({ event: 'run-end', status: 'OK' })
  })
})

/** All that steers a terminal or hides, but newlines. */
const unseen = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]/

describe('what a step prints', () => {
  const steering = Buffer.from('a\x1b[31mred\x1b[0m\x1b]0;title\x07\x9b2J\u202e\u200b\x7f\b\0\r\n')
  const bytes = Buffer.concat([steering, Buffer.from([0xc3, 0x28, 0xff, 0xfe]), Buffer.from(' end\n')])

  beforeEach(() => {
    station.write('deploy.ini', embedded({ print: `remote sh 'printf %s ${bytes.toString('base64')} | base64 -d'` }))
  })

  test('can not steer the terminal', async () => {
    const { stdout } = await inShell(station, '$conc run release demo --log run.log')
    for (const text of [String(stdout), readFileSync(join(station.folder, 'run.log'), 'utf8')]) {
      expect(text).not.toMatch(unseen)
      expect(text).toContain('| a\\x1b[31mred\\x1b[0m\\x1b]0;title\\x07\\x9b2J')
    }
  })

  test('is shown where it is no UTF-8, byte by byte', async () => {
    const { stdout } = await inShell(station, '$conc run release demo')
    expect(stdout).toContain('\\xc3(\\xff\\xfe end\n')
  })

  test('is exact in events', async () => {
    const { stdout } = await inShell(station, '$conc run release demo --json')
    expect(stdout).not.toMatch(unseen)
    const output = objectsOf(String(stdout)).filter(({ event }) => event === 'output')
    const parts = output.map(({ text, base64 }) =>
      text === undefined ? Buffer.from(String(base64), 'base64') : Buffer.from(String(text)),
    )
    expect(Buffer.concat(parts)).toEqual(bytes)
  })

  test('is exact from exec, whose exit code is one of conc', async () => {
    const script = "printf '\\377\\0\\033'; printf err >&2; exit 9"
    const { stdout, stderr } = await inShell(
      station,
      `$conc exec demo -- sh -c '${script.replaceAll("'", `'"'"'`)}' | od -An -tx1; echo "\${PIPESTATUS[0]}"`,
    )
    expect(String(stdout).trim().split('\n')).toEqual(['ff 00 1b', '1'])
    expect(stderr).toBe('errconc: demo: FAILED, exit 9')
  })
})

describe('an own op', () => {
  test.each([
    ["throw new Error('boom')", 7, 'ERROR', 'boom'],
    ["throw new OpFailed('no')", 1, 'FAILED', 'no'],
    ["throw 'text'", 7, 'ERROR', 'text'],
  ])('that does %s ends the run with %i', async (body, exit, status, why) => {
    station.write(
      'jobs/ours.ts',
      `import { defineOp, OpFailed } from 'conc-deploy'\nexport default defineOp({ summary: 'x', byHand: () => 'x', run: async () => { if (OpFailed) ${body} } })\n`,
    )
    station.write('deploy.ini', embedded({ ours: 'remote ours' }))
    const ended = await station.conc('run', 'release', 'demo', '--json')
    expect(ended).toMatchObject({ exit, stderr: '', end: { status, exitCode: exit } })
    expect(ended.events).toContainEqual(expect.objectContaining({ event: 'step-end', step: 'ours', status, why }))
    expect(journalOf(station)).toContainEqual(expect.stringMatching(new RegExp(`^end 2 1 ours ${status} .*${why}$`)))
  })
})
