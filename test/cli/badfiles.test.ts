import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Workstation } from '../fixtures/deploy.ts'
import { start, stationWith, treeOf } from './sample.ts'

let station: Workstation

beforeAll(() => {
  station = stationWith('')
})

afterAll(() => station.remove())

const node = `${start}[node:demo]\nembedded = yes\n`

describe('a file that is none', () => {
  test.each<[string, string | Buffer | undefined, string]>([
    ['is not there', undefined, 'bad.ini: there is no such file. Write one, or name yours with -f.'],
    ['is empty', '', 'bad.ini: is empty. It needs at least [deploy], a [node:NAME] and a [job:NAME].'],
    [
      'holds blank lines only',
      ' \n\n',
      'bad.ini: is empty. It needs at least [deploy], a [node:NAME] and a [job:NAME].',
    ],
    [
      'holds NUL bytes',
      Buffer.from('[deploy]\0'),
      'bad.ini: holds NUL bytes, so it is no text in UTF-8. Save it as UTF-8.',
    ],
    [
      'is in Latin-1',
      Buffer.from('[deploy]\napp = caf\xe9\n', 'latin1'),
      'bad.ini:2: is not UTF-8. Save the file as UTF-8.',
    ],
    [
      'has 10 MB',
      `; ${'x'.repeat(10_000_000)}`,
      'bad.ini: is larger than 8 MiB. A deploy file is data: keep files beside it.',
    ],
  ])('%s', async (_title, content, message) => {
    station.remove()
    station = stationWith('')
    if (content !== undefined) writeFileSync(join(station.folder, 'bad.ini'), content)
    await expectRefused(['-f', 'bad.ini', 'check'], `${message}\n`)
    await expectRefused(['-f', 'bad.ini', 'run', 'release', 'demo'], `${message}\n`)
  })

  test('is a directory', async () => {
    mkdirSync(join(station.folder, 'folder'))
    await expectRefused(['-f', 'folder', 'check'], 'folder: is a directory. Name the file in it with -f.\n')
  })

  test('is not there, and was not named', async () => {
    const empty = stationWith('')
    const { exit, stderr } = await empty.conc('check', '-f', 'deploy.ini/x')
    expect({ exit, stderr }).toEqual({
      exit: 2,
      stderr: "deploy.ini/x: can't be read: one of its folders is a file. Name another file with -f.\n",
    })
    empty.remove()
  })
})

describe('a file as other editors write it', () => {
  const good = `${node}[job:release]\nsay = remote run echo "a ; b" # said\n`
  test.each([
    ['with a byte order mark', `\ufeff${good}`],
    ['with CRLF', good.replaceAll('\n', '\r\n')],
    ['without a newline at its end', good.trimEnd()],
  ])('works %s', async (_title, content) => {
    station.write('deploy.ini', content)
    const { exit, stdout } = await station.conc('plan', 'release', 'demo', '-q')
    expect({ exit, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({ exit: 0, last: "   echo 'a ; b'" })
  })
})

/** What stands after `start` and the node `demo`, from line 6 on, and everything that is wrong with it. */
type Row = readonly [title: string, text: string, problems: readonly string[]]

const step = (line: string) => `[job:release]\n${line}\n`
const form = 'Write NAME = local|remote [OPTION=VALUE …] OP [ARG …].'

const inTheFile: readonly Row[] = [
  ['a section twice', '[node:demo]\n', ['6: the section [node:demo] stands already in line 4. Make them one.']],
  ['a key twice', 'a = 1\na = 2\n', ['7: `a` is already set in line 6. Keep one of the two.']],
  [
    'a step twice',
    step('s = remote run x\ns = remote run y'),
    ['8: the step `s` stands already in line 7. Rename one or remove it.'],
  ],
  [
    'an unknown section',
    '[nodes:web1]\n',
    [
      '6: [nodes:web1] is no section conc knows. Write [deploy], [group:NAME], [node:NAME], [job:NAME], [probe:JOB] or [secrets]. Did you mean node?',
    ],
  ],
  [
    'an unknown group',
    '[group:web]\n[node:web1]\nsshd.ip = x\ngroups = wbe\n',
    ['9: there is no group `wbe`. Add [group:NAME] or correct the name. Did you mean web?'],
  ],
  [
    'an unknown option',
    step('s = remote tiemout=1s run x'),
    ['7: the step has an unknown option `tiemout=`. Options are timeout=, as=, cd=, secrets=. Did you mean timeout?'],
  ],
  ['an unknown side', step('s = remot run x'), [`7: \`remot\` is no side. ${form} Did you mean remote?`]],
  [
    'a job without steps',
    '[job:release]\n',
    ['6: the job release has no steps. Add one: NAME = local|remote OP [ARG …].'],
  ],
  [
    'a step that is a number',
    step('7 = remote run x'),
    ["7: a step can't be called `7`: a number means a position. Give it a name with a letter in it."],
  ],
  [
    'a quote that is not closed',
    step("s = remote sh 'echo ; x"),
    ['7: a quote is never closed, or a backslash stands at the end. Close it.'],
  ],
  [
    'a port out of range',
    'sshd.port = 99999\n',
    ["6: sshd.port can't be `99999`. It must be a number from 1 to 65535."],
  ],
  [
    'an attribute that needs itself',
    'a = ${b}\nb = ${a}\n',
    ['7: the value needs itself: a -> b -> a. Write one of them without ${…}.'],
  ],
  [
    'many things at once, in the order of the lines',
    'sshd.port = x\na = 1\na = 2\n[nod:x]\n[job:release]\ns = nowhere run x\n9 = remote run x\n',
    [
      "6: sshd.port can't be `x`. It must be a number from 1 to 65535.",
      '8: `a` is already set in line 7. Keep one of the two.',
      '9: [nod:x] is no section conc knows. Write [deploy], [group:NAME], [node:NAME], [job:NAME], [probe:JOB] or [secrets]. Did you mean node?',
      `11: \`nowhere\` is no side. ${form}`,
      "12: a step can't be called `9`: a number means a position. Give it a name with a letter in it.",
    ],
  ],
]

const inTheSteps: readonly Row[] = [
  [
    'an unknown op',
    step('s = remote utnar x.tgz'),
    ['7: there is no op `utnar`. Write jobs/utnar.ts or name another. Did you mean untar?'],
  ],
  [
    'an unknown flag',
    step('s = remote untar x.tgz --inot y'),
    [
      '7: untar: there is no flag `--inot`. A word that begins with a dash stands after `--`. Did you mean --into? Write untar GLOB [--into DIR] [--strip N].',
    ],
  ],
  [
    'a word too few and one too many',
    step('s = remote link a\nt = remote link a b c'),
    [
      '7: link: NAME is missing. Write link TARGET NAME.',
      '8: link: `c` is a word too many. Quote what belongs together. Write link TARGET NAME.',
    ],
  ],
  ['an op on the wrong side', step('s = remote deliver x'), ["7: deliver can't be remote. Write local before it."]],
  [
    'an unknown key in a step',
    step('s = remote run echo ${relase}'),
    ['7: there is no attribute `relase`. Set it, or write $${ for a plain ${. Did you mean release?'],
  ],
  [
    'an op that is not there',
    step('s = remote ours'),
    ['7: there is no op `ours`. Write jobs/ours.ts or name another.'],
  ],
  [
    'an op with a syntax error, by file and line',
    step('s = remote torn'),
    ['7: jobs/torn.ts:2: Unexpected token. Correct the file.'],
  ],
  [
    'an op that exports nothing',
    step('s = remote nothing'),
    [
      '7: jobs/nothing.ts: its default export is no op. Write `export default defineOp({ summary, command })`, or with `run` and `byHand`.',
    ],
  ],
  ['an op that throws while it is loaded', step('s = remote early'), ['7: jobs/early.ts:3: boom. Correct the file.']],
]

const ops: Readonly<Record<string, string>> = {
  torn: 'export default {\n  summary: = 1,\n}\n',
  nothing: 'export const a = 1\n',
  shapeless: "export default { summary: 's', command: () => ({ args: ['x'] }) }\n",
  thrower: "export default {\n  summary: 's',\n  command: () => {\n    throw new Error('no queue')\n  },\n}\n",
  early: "import { defineOp } from 'conc-deploy'\n\nthrow new Error('boom')\n",
}

describe.each([
  ['the deploy file', inTheFile],
  ['the steps', inTheSteps],
])('in %s', (_where, rows) => {
  beforeAll(() => {
    for (const [name, text] of Object.entries(ops)) station.write(`jobs/${name}.ts`, text)
  })

  test.each(rows)('%s', async (_title, text, problems) => {
    station.write('deploy.ini', node + text)
    const lines = problems.map((problem) => `deploy.ini:${problem}\n`).join('')
    const { exit, stdout, stderr } = await station.conc('check')
    const errors = `${problems.length} error${problems.length === 1 ? '' : 's'}\n`
    expect({ exit, stdout: withoutWarnings(stdout), stderr }).toEqual({ exit: 2, stdout: lines + errors, stderr: '' })
    await expectRefused(['run', 'release', 'demo'], lines)
  })
})

/** The command ends with 2, says so on stderr alone, and leaves nothing behind on the machine. */
async function expectRefused(args: readonly string[], message: string): Promise<void> {
  const before = treeOf(station.home)
  const { exit, stdout, stderr } = await station.conc(...args)
  expect({ exit, stdout, stderr: withoutWarnings(stderr) }).toEqual({ exit: 2, stdout: '', stderr: message })
  expect(treeOf(station.home)).toEqual(before)
}

function withoutWarnings(text: string): string {
  return text.replaceAll(/^.*: warning: .*\n/gm, '').replace(/ and \d+ warnings?$/m, '')
}

describe('an op of the user that goes wrong', () => {
  test.each([
    [
      'gives no command',
      'shapeless',
      '7: shapeless: its command gives neither { argv } nor { script }. Correct the op.\n',
    ],
    ['throws in its command', 'thrower', '7: thrower: no queue (thrower.ts:4).\n'],
  ])('and %s is told by the plan, with its place', async (_, op, problem) => {
    station.write('deploy.ini', node + step(`s = remote ${op}`))
    const { exit, stderr } = await station.conc('plan', 'release', 'demo')
    expect({ exit, stderr: withoutWarnings(stderr) }).toEqual({ exit: 2, stderr: `deploy.ini:${problem}` })
  })

  test.each([
    ['ends the process', 'process.exit(0)'],
    ['never comes to its end', 'await new Promise(() => {})'],
  ])('and %s while it is loaded does not end conc in silence', async (_, line) => {
    station.write('jobs/ender.ts', `${line}\nexport default { summary: 's', command: () => ({ argv: ['true'] }) }\n`)
    station.write('deploy.ini', node + step('s = remote ender'))
    const { exit, stderr } = await station.start('check').ended
    expect(exit).toBe(7)
    expect(stderr).toBe('conc broke: an op ended the process, or waits for what can never come.\n')
  })
})
