import { describe, expect, test } from 'vitest'
import { parseDeployFile } from '../../src/deployfile/parse.ts'
import type { StepLine } from '../../src/deployfile/types.ts'
import { fileOf, parsed, problemsOf, start } from './samples.ts'

describe('the value of an attribute', () => {
  test.each([
    ['a = x', 'x'],
    ['a=x', 'x'],
    ['  a\t=\t x \t', 'x'],
    ['a =', ''],
    ['a = ""', ''],
    ['a = " x "', ' x '],
    ["a = ' x '", ' x '],
    ['a = "x ; y" ; z', 'x ; y'],
    ["a = 'x # y'", 'x # y'],
    ['a = "say \\"hi\\""', 'say "hi"'],
    ['a = "C:\\\\dir\\new"', 'C:\\dir\\new'],
    ['a = "x" and "y"', '"x" and "y"'],
    ["a = 'x' && echo 'y'", "'x' && echo 'y'"],
    ["a = it's", "it's"],
    ['a = x ; y', 'x'],
    ['a = x # y', 'x'],
    ['a = http://h/#f;g', 'http://h/#f;g'],
    ['a = x = y', 'x = y'],
    ['a = [x]', '[x]'],
    ['a = true', 'true'],
    ['a = "true"', 'true'],
    ["a = 'null'", 'null'],
    ['a = 007', '007'],
    ["a = '123'", '123'],
    ["a = '1e3'", '1e3'],
    ['a = \'{"x":1}\'', '{"x":1}'],
    ['a = "a\\nb"', 'a\\nb'],
    ['a = C:\\x\\', 'C:\\x\\'],
    ['a = ${app} $${x}', '${app} $${x}'],
    ['a = ü 💡', 'ü 💡'],
  ])('%s is %j', (line, value) => {
    expect(parsed(line).defaults.get('a')).toEqual({ value, place: { file: 'deploy.ini', line: 4 } })
  })
})

describe('a step line', () => {
  test.each<[string, Partial<StepLine>]>([
    ['local test', { side: 'local', op: 'test', args: [], options: {} }],
    ['remote run echo hi ; note', { args: ['echo', 'hi'] }],
    ["remote sh 'a ; b # c' # d", { op: 'sh', args: ['a ; b # c'] }],
    ['remote run find . -exec ls {} \\; ; note', { args: ['find', '.', '-exec', 'ls', '{}', ';'] }],
    ['remote run "${app} x" ${release}', { args: ['${app} x', '${release}'] }],
    ['remote run curl http://h/#f', { args: ['curl', 'http://h/#f'] }],
    ['remote timeout=10m run x', { options: { timeout: 600_000 } }],
    ['remote timeout=1h30m run x', { options: { timeout: 5_400_000 } }],
    ['remote timeout=500ms run x', { options: { timeout: 500 } }],
    ['remote timeout=1.5s run x', { options: { timeout: 1500 } }],
    ['remote timeout=24d run x', { options: { timeout: 2_073_600_000 } }],
    ['remote as=root "cd=/srv/a b" run x', { options: { as: 'root', cd: '/srv/a b' } }],
    ['remote as=${user} cd=${app} run x', { options: { as: '${user}', cd: '${app}' } }],
    ['remote secrets=p,q,p run x', { options: { secrets: ['p', 'q'] } }],
    ['remote run env a=1 timeout=x', { args: ['env', 'a=1', 'timeout=x'], options: {} }],
    ['remote run "" x', { args: ['', 'x'] }],
    ["remote run 'true' 123", { args: ['true', '123'] }],
  ])('%s', (text, step) => {
    const { jobs } = parsed('[job:release]', `s = ${text}`, '[secrets]', 'p = ask', 'q = ask')
    const expected = { name: 's', place: { file: 'deploy.ini', line: 5 }, ...step }
    expect(jobs.get('release')?.steps).toEqual([expect.objectContaining(expected)])
  })
})

describe('a deploy file', () => {
  test('holds its sections by name, in order, each with its line', () => {
    const deployFile = parsed(
      '[group:web] ; note',
      'groups = base base,',
      '[ group : base ]',
      '  [node:web1.example.com]',
      'groups = "web, base"',
      'sshd.ip = 192.0.2.1',
      '[node:10]',
      'sshd.ip = 192.0.2.2',
      '[job:b]',
      '2b = local test',
      '1a = local test',
      '[job:a]',
      's = local test',
      '[secrets]',
      'A = ask',
      'B = env SHOP_DB',
      'C = command op read "op://a b/c" ; note',
      'D = file /x',
      '[probe:b]',
      '1a = test -e "a b"',
    )
    expect(deployFile).toMatchObject({ path: 'deploy.ini', folder: '/app' })
    expect([...deployFile.nodes.keys()]).toEqual(['web1.example.com', '10'])
    expect(deployFile.nodes.get('web1.example.com')).toMatchObject({
      groups: ['web', 'base'],
      place: { file: 'deploy.ini', line: 7 },
    })
    expect(deployFile.groups.get('web')).toMatchObject({ groups: ['base'] })
    expect([...deployFile.jobs.keys()]).toEqual(['b', 'a'])
    expect(deployFile.jobs.get('b')?.steps.map(({ name }) => name)).toEqual(['2b', '1a'])
    expect([...deployFile.secrets.values()].map(({ from, args }) => [from, ...args])).toEqual([
      ['ask'],
      ['env', 'SHOP_DB'],
      ['command', 'op', 'read', 'op://a b/c'],
      ['file', '/x'],
    ])
    expect(deployFile.probes.get('b')?.get('1a')).toEqual({
      step: '1a',
      argv: ['test', '-e', 'a b'],
      place: { file: 'deploy.ini', line: 23 },
    })
  })

  test.each([
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['no newline at the end', (text: string) => text.trimEnd()],
    ['comments and blank lines', (text: string) => text.replaceAll('\n', ' \n; x = [y\n\t# z\n\n')],
  ])('may have %s', (_, change) => {
    const text = fileOf('[node:a]', 'sshd.ip = x', '[job:r]', 's = remote run x')
    const { deployFile, problems } = parseDeployFile(change(text), 'deploy.ini', '/app')
    expect(problems).toEqual([])
    expect(deployFile.defaults.get('app')?.value).toBe('shop')
    expect(deployFile.nodes.get('a')?.attributes.get('sshd.ip')?.value).toBe('x')
    expect(deployFile.jobs.get('r')?.steps[0]?.args).toEqual(['x'])
  })

  test('has ordinary names for what is special in JavaScript', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
    const deployFile = parsed(
      ...names.map((name) => `${name} = ${name}!`),
      ...names.flatMap((name) => [`[node:${name}]`, 'sshd.ip = x', `[job:${name}]`, `${name} = local test`]),
    )
    expect(names.map((name) => deployFile.defaults.get(name)?.value)).toEqual(names.map((name) => `${name}!`))
    expect([...deployFile.nodes.keys()]).toEqual(names)
    expect([...deployFile.jobs.values()].map((job) => job.steps[0]?.name)).toEqual(names)
  })

  test('does not nest the dots of its names', () => {
    const deployFile = parsed('a = 1', 'a.b = 2', '[node:a.b]', 'sshd.ip = x', '[node:a]', 'sshd.ip = y')
    expect([...deployFile.defaults.keys()]).toEqual(['app', 'release', 'a', 'a.b'])
    expect([...deployFile.nodes.keys()]).toEqual(['a.b', 'a'])
  })

  test('is sound with warnings, and with errors is there as far as it could be read', () => {
    const warned = parseDeployFile(fileOf('[node:a]'), 'deploy.ini', '/app')
    expect(warned.problems.map(({ severity }) => severity)).toEqual(['warning'])
    expect(warned).toMatchObject({ sound: true })
    const wrong = parseDeployFile(fileOf('x', '[node:a]', 'sshd.ip = y'), 'deploy.ini', '/app')
    expect(wrong.sound).toBe(false)
    expect([...wrong.deployFile.nodes.keys()]).toEqual(['a'])
  })

  test('may leave an attribute to --set', () => {
    const text = fileOf('v = ${build}', '[node:a]', 'sshd.ip = x')
    expect(problemsOf(text)).toEqual([
      'deploy.ini:4: there is no attribute `build`. Set it, or write $${ for a plain ${.',
    ])
    expect(problemsOf(text, new Map([['build', '7']]))).toEqual([])
  })

  test('of 20,000 sections that all stand twice is read in one go', () => {
    const text = [...start, ...Array.from({ length: 40_000 }, (_, n) => `[group:g${n % 20_000}]\na${n} = 1`)].join('\n')
    expect(problemsOf(text)).toHaveLength(20_000)
  })
})
