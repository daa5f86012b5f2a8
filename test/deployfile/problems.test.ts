import { describe, expect, test } from 'vitest'
import { fileOf, problemsOf, start } from './samples.ts'

/** Lines after the three of the start, and what is said of them. */
type Row = [lines: string[], problems: string[]]

const forms = '[deploy], [group:NAME], [node:NAME], [job:NAME], [probe:JOB] or [secrets]'

describe('a line', () => {
  test.each<Row>([
    [['foo'], ['4: `foo` has no value. Write `foo = VALUE`, or begin the line with ; to make it a comment.']],
    [['foo ; a = b'], ['4: `foo` has no value. Write `foo = VALUE`, or begin the line with ; to make it a comment.']],
    [['= value'], ['4: there is no key before =. Write KEY = VALUE.']],
    [['a = x\u0000y'], ['4: the line holds the control character `\\u{0}`. Remove it.']],
    [['a = x\u001b[31m'], ['4: the line holds the control character `\\u{1b}`. Remove it.']],
    [['; a\r[node:x]'], ['4: the line holds the control character `\\u{d}`. Remove it.']],
    [['a = \u202eevil'], ['4: the line holds the control character `\\u{202e}`. Remove it.']],
    [[`a = ${'x'.repeat(65_536)}`], ['4: the line is longer than 65536 characters. Put the text in a file.']],
    [['a = "x'], ['4: a quote in the value of `a` is never closed. Close it.']],
    [["a = it's ; x"], ['4: a quote in the value of `a` is never closed. Close it.']],
  ])('%j', expectProblems)

  test('before the first section belongs nowhere', () => {
    expect(problemsOf(['a = 1', 'text', ...start].join('\n'))).toEqual([
      'deploy.ini:1: `a` belongs to no section. Put it below [deploy], [node:NAME] or another section.',
      'deploy.ini:2: `text` has no value. Write `text = VALUE`, or begin the line with ; to make it a comment.',
    ])
  })
})

describe('a section', () => {
  test.each<Row>([
    [['[node:a'], ['4: the section `[node:a` is not closed. End it with ].']],
    [['[node:a] x'], ['4: `x` stands after the section [node:a]. Put it on a line of its own.']],
    [['[node:a];x'], ['4: `;x` stands after the section [node:a]. Put it on a line of its own.']],
    [['[node:a] = 1'], ['4: `= 1` stands after the section [node:a]. Put it on a line of its own.']],
    [['[nodes:a]'], [`4: [nodes:a] is no section conc knows. Write ${forms}. Did you mean node?`]],
    [['[web1]', 'a = 1'], [`4: [web1] is no section conc knows. Write ${forms}.`]],
    [['[__proto__]', 'a = 1'], [`4: [__proto__] is no section conc knows. Write ${forms}.`]],
    [['[]'], [`4: [] is no section conc knows. Write ${forms}.`]],
    [['[node]'], ['4: [node] needs a name. Write [node:NAME].']],
    [['[job: ]'], ['4: [job] needs a name. Write [job:NAME].']],
    [['[deploy:x]'], ['4: [deploy] takes no name. Write [deploy].']],
    [['[secrets:x]'], ['4: [secrets] takes no name. Write [secrets].']],
    [
      ['[node:-x]'],
      ["4: `-x` can't be the name of a node. Use letters, digits and _ . - and begin with none of . and -."],
    ],
    [
      ['[probe:a b]'],
      ["4: `a b` can't be the name of a job. Use letters, digits and _ . - and begin with none of . and -."],
    ],
    [
      [`[group:${'x'.repeat(101)}]`],
      [`4: the group name \`${'x'.repeat(60)}…\` is too long. Use at most 100 characters.`],
    ],
    [['[node:all]'], ["4: a node can't be called all: the word means every node. Give it another name."]],
    [['[group:all]'], ["4: a group can't be called all: the word means every node. Give it another name."]],
    [['[secrets]', '[secrets]'], ['5: the section [secrets] stands already in line 4. Make them one.']],
    [
      ['[group:a]', 'x = 1', '[group:a]', 'x = 2'],
      [
        '6: the section [group:a] stands already in line 4. Make them one.',
        '7: `x` is already set in line 5. Keep one of the two.',
      ],
    ],
    [['[deploy]'], ['4: the section [deploy] stands already in line 1. Make them one.']],
    [['[job:release]'], ['4: the job release has no steps. Add one: NAME = local|remote OP [ARG …].']],
    [['[group:a]', '[node:a]', 'sshd.ip = x'], ['5: a is the name of a group too, in line 4. Rename one of them.']],
  ])('%j', expectProblems)

  test('[deploy] is required, and app and release in it', () => {
    expect(problemsOf('')).toEqual([
      'deploy.ini:1: there is no section [deploy]. Add one with app = NAME and release = VERSION.',
    ])
    expect(problemsOf('; x\n[deploy]')).toEqual([
      'deploy.ini:2: [deploy] says nothing of app. Add app = VALUE.',
      'deploy.ini:2: [deploy] says nothing of release. Add release = VALUE.',
    ])
    const expects = 'not empty, without a slash, and not beginning with a dash or a dot'
    expect(problemsOf('[deploy]\napp =\nrelease = a/b')).toEqual([
      `deploy.ini:2: app can't be empty. It must be ${expects}.`,
      `deploy.ini:3: release can't be \`a/b\`. It must be ${expects}.`,
    ])
  })
})

describe('an attribute', () => {
  const shape = 'Use letters, digits and _ . - and begin with a letter or _.'
  test.each<Row>([
    [['a = 1', 'a = 2'], ['5: `a` is already set in line 4. Keep one of the two.']],
    [['a.b = 1', 'a_b = 2'], ['5: `a_b` and `a.b` of line 4 are both the shell variable $a_b. Rename one.']],
    [['1a = 1'], [`4: \`1a\` can't be the key of an attribute. ${shape}`]],
    [['a[] = 1'], [`4: \`a[]\` can't be the key of an attribute. ${shape}`]],
    [['"a" = 1'], [`4: \`"a"\` can't be the key of an attribute. ${shape}`]],
    [['a b = 1'], [`4: \`a b\` can't be the key of an attribute. ${shape}`]],
    [['PATH = x'], ['4: `PATH` would set PATH, which steers the shell itself. Use another key.']],
    [['LD.PRELOAD = x'], ['4: `LD.PRELOAD` would set LD_PRELOAD, which steers the shell itself. Use another key.']],
    [['name = x'], ["4: `name` is built in: it is the node's name. Use another key."]],
    [
      ['password = x', 'db_password = x', 'db.password = x'],
      ['password', 'db_password', 'db.password'].map(
        (key, index) =>
          `${index + 4}: \`${key}\` looks like a password: passwords are asked for, never stored. Put it in [secrets].`,
      ),
    ],
    [['sshd.port = 0'], ["4: sshd.port can't be `0`. It must be a number from 1 to 65535."]],
    [['sshd.prot = 22'], ['4: warning: conc reads no attribute `sshd.prot`. Did you mean sshd.port?']],
    [['groups = web'], ['4: [deploy] is in no group. Put groups = … into [node:NAME] or [group:NAME].']],
  ])('%j', expectProblems)
})

describe('a step', () => {
  const form = 'Write NAME = local|remote [OPTION=VALUE …] OP [ARG …].'
  const options = 'Options are timeout=, as=, cd=, secrets=.'
  const timeout = 'Write a number above 0 with a unit (ms s m h d), as 90s, 10m or 1h30m.'
  test.each<[string, string[]]>([
    ['s =', [`5: the step has no side. ${form}`]],
    ['s = run x', [`5: \`run\` is no side. ${form}`]],
    ['s = remot run', [`5: \`remot\` is no side. ${form} Did you mean remote?`]],
    ['s = remote', [`5: the step names no op. ${form}`]],
    ['s = remote as=root', [`5: the step names no op. ${form}`]],
    ["s = remote ''", [`5: the step names no op. ${form}`]],
    [
      's = remote tiemout=1s run x',
      [`5: the step has an unknown option \`tiemout=\`. ${options} Did you mean timeout?`],
    ],
    ['s = remote env=1 run x', [`5: the step has an unknown option \`env=\`. ${options}`]],
    ['s = remote as=a as=b run x', ['5: the option as= stands twice. Keep one of the two.']],
    ['s = remote timeout=90 run x', [`5: \`90\` is no timeout. ${timeout}`]],
    ['s = remote timeout=0s run x', [`5: \`0s\` is no timeout. ${timeout}`]],
    ['s = remote timeout=-1s run x', [`5: \`-1s\` is no timeout. ${timeout}`]],
    ['s = remote timeout=1x run x', [`5: \`1x\` is no timeout. ${timeout}`]],
    ['s = remote timeout= run x', [`5: \`\` is no timeout. ${timeout}`]],
    ['s = remote timeout=25d run x', ['5: the timeout `25d` is too long. Write at most 24d.']],
    ['s = remote as= run x', ['5: `` is no user name. Write as=USER.']],
    ['s = remote as=-x run x', ['5: `-x` is no user name. Write as=USER.']],
    ['s = remote cd= run x', ['5: the option cd= is empty. Write cd=DIR.']],
    ['s = remote secrets= run x', ['5: the option secrets= is empty. Write secrets=NAME[,NAME].']],
    ['s = remote secrets=a, run x', ['5: the option secrets=a, holds an empty name. Write secrets=NAME[,NAME].']],
    [
      's = remote secrets=pas run x',
      ['5: there is no secret `pas`. Add it to [secrets] or correct the name. Did you mean pass?'],
    ],
    ["s = remote sh 'x ; y", ['5: a quote is never closed, or a backslash stands at the end. Close it.']],
    ['s = remote run x\\', ['5: a quote is never closed, or a backslash stands at the end. Close it.']],
    [
      '7 = remote run x',
      ["5: a step can't be called `7`: a number means a position. Give it a name with a letter in it."],
    ],
    [
      'a/b = remote run x',
      ["5: `a/b` can't be the name of a step. Use letters, digits and _ . - and begin with none of . and -."],
    ],
    [
      'both = fast as=-x tiemout=1 run x',
      [
        `5: \`fast\` is no side. ${form}`,
        '5: `-x` is no user name. Write as=USER.',
        `5: the step has an unknown option \`tiemout=\`. ${options} Did you mean timeout?`,
      ],
    ],
  ])('%j', (step, problems) => expectProblems(['[job:release]', step, '[secrets]', 'pass = ask'], problems))

  test('stands once in a job', () => {
    expectProblems(
      ['[job:a]', 's = local test', 's = local test', '[job:b]', 's = local test'],
      ['6: the step `s` stands already in line 5. Rename one or remove it.'],
    )
  })
})

describe('a secret', () => {
  const forms = 'Write one of: ask, env VARIABLE, command CMD [ARG …], file PATH.'
  test.each<[string, string[]]>([
    ['p =', [`5: the secret has no source. ${forms}`]],
    ['p = aks', [`5: the secret comes from nowhere conc knows. ${forms} Did you mean ask?`]],
    ['p = hunter2', [`5: the secret comes from nowhere conc knows. ${forms}`]],
    ['p = ask me', ['5: the source of the secret is not whole or too long. Write ask.']],
    ['p = env', ['5: the source of the secret is not whole or too long. Write env VARIABLE.']],
    ['p = env A-B', ['5: the source of the secret is not whole or too long. Write env VARIABLE.']],
    ['p = file', ['5: the source of the secret is not whole or too long. Write file PATH.']],
    ['p = file a b', ['5: the source of the secret is not whole or too long. Write file PATH.']],
    ['p = command', ['5: the source of the secret is not whole or too long. Write command CMD [ARG …].']],
    ['p = command "x', ['5: a quote is never closed, or a backslash stands at the end. Close it.']],
    [
      'a-b = ask',
      [
        "5: `a-b` can't be the name of a secret, which becomes an environment variable. Use letters, digits and _ only, and no digit first.",
      ],
    ],
    ['PATH = ask', ['5: PATH steers the shell itself. Give the secret another name.']],
    ['app = ask', ['5: an attribute becomes the variable $app too. Rename the secret.']],
  ])('%j', (secret, problems) => expectProblems(['[secrets]', secret], problems))

  test('stands once', () => {
    expectProblems(
      ['[secrets]', 'p = ask', 'p = ask'],
      ['6: the secret `p` stands already in line 5. Rename one or remove it.'],
    )
  })

  test('is never shown when it was written into the file', () => {
    const secret = 'hunter2-and-a-long-tail'
    const lines = [`db_password = ${secret}`, '[secrets]', `a = ${secret}`, `b = ask ${secret}`]
    const problems = problemsOf(fileOf(...lines))
    expect(problems).toHaveLength(3)
    expect(problems.join()).not.toContain('hunter2')
  })
})

describe('a probe', () => {
  const job = ['[job:release]', 'migrate = local test']
  test.each<Row>([
    [
      [...job, '[probe:relase]', 'migrate = x', 'b = x'],
      ['7: there is no job `relase` to probe. Correct [probe:JOB]. Did you mean release?'],
    ],
    [
      [...job, '[probe:release]', 'migrat = x'],
      ['7: the job release has no step `migrat` to probe. Correct the name. Did you mean migrate?'],
    ],
    [[...job, '[probe:release]', 'migrate ='], ['7: the probe is empty. Write STEP = CMD [ARG …].']],
    [
      [...job, '[probe:release]', 'migrate = "x'],
      ['7: a quote is never closed, or a backslash stands at the end. Close it.'],
    ],
  ])('%j', expectProblems)
})

describe('groups', () => {
  test.each<Row>([
    [
      ['[group:web]', '[node:a]', 'sshd.ip = x', 'groups = wbe, db'],
      [
        '7: there is no group `wbe`. Add [group:NAME] or correct the name. Did you mean web?',
        '7: there is no group `db`. Add [group:NAME] or correct the name.',
      ],
    ],
    [['[group:a]', 'groups = a'], ['4: the group a is in itself: a -> a. Take one of them out of the other.']],
    [
      ['[group:a]', 'groups = b', '[group:b]', 'groups = c', '[group:c]', 'groups = b'],
      ['6: the group b is in itself: b -> c -> b. Take one of them out of the other.'],
    ],
    [['[group:a]', 'groups =', 'groups ='], ['6: the key `groups` stands already in line 5. Rename one or remove it.']],
  ])('%j', expectProblems)

  test.each(['outermost', 'innermost'])('nested more than 50 deep are refused, the %s first', (order) => {
    const sections = Array.from({ length: 60 }, (_, n) => [`[group:g${n}]`, `groups = ${n < 59 ? `g${n + 1}` : ''}`])
    const lines = order === 'outermost' ? sections : sections.reverse()
    const problems = problemsOf(fileOf(...lines.flat()))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^deploy\.ini:\d+: groups are nested more than 50 deep at g\d+\. Nest fewer\.$/)
  })
})

test('all problems come at once, in line order', () => {
  const lines = [
    'sshd.port = x',
    '[nodes:a]',
    '[node:a]',
    'v = ${nope}',
    'groups = g',
    '[job:r]',
    's = remot x',
    '[zone]',
  ]
  const numbers = problemsOf(fileOf(...lines)).map((problem) => Number(problem.split(':')[1]))
  expect(numbers).toEqual([4, 5, 7, 8, 10, 11])
})

function expectProblems(lines: string[], problems: string[]): void {
  expect(problemsOf(fileOf(...lines))).toEqual(problems.map((problem) => `deploy.ini:${problem}`))
}
