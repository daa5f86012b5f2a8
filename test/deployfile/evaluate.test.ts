import { describe, expect, test } from 'vitest'
import { evaluateAttributes } from '../../src/deployfile/evaluate.ts'
import { parseDeployFile } from '../../src/deployfile/parse.ts'
import type { DeployFile } from '../../src/deployfile/types.ts'
import { fileOf, formatted, parsed, problemsOf } from './samples.ts'

function valuesOf(deployFile: DeployFile, node: string, overrides?: ReadonlyMap<string, string>) {
  const { attributes, problems } = evaluateAttributes(deployFile, node, overrides)
  expect(formatted(problems)).toEqual([])
  return Object.fromEntries([...attributes].map(([key, { value }]) => [key, value]))
}

const node = ['[node:web1]', 'sshd.ip = x']

describe('precedence', () => {
  const layers = [
    'v = default',
    '[group:outer]',
    'groups = inner',
    'v = outer',
    'o = outer',
    '[group:inner]',
    'v = inner',
    'o = inner',
    'i = inner',
    '[group:late]',
    'i = late',
    '[node:none]',
    'sshd.ip = x',
    '[node:grouped]',
    'sshd.ip = x',
    'groups = outer, late',
    '[node:own]',
    'sshd.ip = x',
    'groups = late outer',
    'v = own',
  ]
  test.each([
    ['none', { v: 'default' }],
    ['grouped', { v: 'outer', o: 'outer', i: 'late' }],
    ['own', { v: 'own', o: 'outer', i: 'inner' }],
  ])('of the node %s', (name, values) => {
    expect(valuesOf(parsed(...layers), name)).toMatchObject(values)
  })

  test('--set comes last, and may use other attributes', () => {
    expect(valuesOf(parsed(...layers), 'own', new Map([['v', '${app}!']]))).toMatchObject({ v: 'shop!' })
  })

  test('each value says where it is from', () => {
    const { attributes } = evaluateAttributes(parsed(...node), 'web1', new Map([['v', '1']]))
    const from = Object.fromEntries([...attributes].map(([key, attribute]) => [key, attribute.from]))
    expect(from).toMatchObject({ app: 'deploy.ini:2', 'sshd.ip': 'deploy.ini:5', 'sshd.port': 'default' })
    expect(from).toMatchObject({ bundle: 'default', name: 'built in', v: '--set' })
  })
})

describe('a value', () => {
  test.each([
    ['${app}-${release}', 'shop-1'],
    ['${name}', 'web1'],
    ['${bundle}', '.conc/shop'],
    ['${sshd.port}', '22'],
    ['$${app}', '${app}'],
    ['$$${app}', '$${app}'],
    ['$app $ {app} $', '$app $ {app} $'],
    ['${w}', '${app}'],
    ['x${empty}y', 'xy'],
  ])('%s becomes %s', (text, value) => {
    const deployFile = parsed(`v = ${text}`, 'w = $${app}', 'empty =', ...node)
    expect(valuesOf(deployFile, 'web1').v).toBe(value)
  })

  test('is the same in whatever order the lines stand', () => {
    expect(valuesOf(parsed('a = ${b}', 'b = ${c}', 'c = 1', ...node), 'web1')).toMatchObject({ a: '1', b: '1' })
  })

  const advice = 'Set it, or write $${ for a plain ${.'
  test.each([
    [['v = ${relase}'], [`4: there is no attribute \`relase\`. ${advice} Did you mean release?`]],
    [['v = ${x}${y}'], [`4: there is no attribute \`x\`. ${advice}`, `4: there is no attribute \`y\`. ${advice}`]],
    [['v = ${}'], [`4: \${} names no attribute. ${advice}`]],
    [['v = ${app'], ['4: `${app` is never closed. Write } after the key, or $${ for a plain ${.']],
    [['v = ${x}', 'w = ${v}'], [`4: there is no attribute \`x\`. ${advice}`]],
    [['v = ${v}'], ['4: the value needs itself: v -> v. Write one of them without ${…}.']],
    [['z = ${a}', 'a = ${b}', 'b = ${a}'], ['6: the value needs itself: a -> b -> a. Write one of them without ${…}.']],
    [['sshd.port = 2${app}'], ["4: sshd.port can't be `2shop`. It must be a number from 1 to 65535."]],
  ])('%j is refused', (lines, problems) => {
    const text = fileOf(...lines, ...node, '[node:web2]', 'sshd.ip = y')
    expect(problemsOf(text)).toEqual(problems.map((problem) => `deploy.ini:${problem}`))
  })

  test('is refused when it grows beyond any argument', () => {
    const doubling = Array.from({ length: 60 }, (_, n) => `a${n} = \${a${n + 1}}\${a${n + 1}}`)
    const [problem, ...others] = problemsOf(fileOf(...doubling, 'a60 = 12345678', ...node))
    expect(problem).toMatch(/^deploy\.ini:\d+: `\$\{a\d+\}\$\{a\d+\}` becomes longer than 65536 characters\./)
    expect(others).toEqual([])
  })

  test('is refused when it is reached through too many others', () => {
    const chain = Array.from({ length: 5000 }, (_, n) => `a${n} = \${a${n + 1}}`)
    const [problem] = problemsOf(fileOf(...chain, 'a5000 = 1', ...node))
    expect(problem).toMatch(/^deploy\.ini:\d+: the value is reached through more than 100 others\. Refer to fewer\.$/)
  })

  test('of two sections may not be the same shell variable', () => {
    expect(problemsOf(fileOf('sshd_ip = y', ...node))).toEqual([
      'deploy.ini:4: warning: conc reads no attribute `sshd_ip`. Did you mean sshd.ip?',
      'deploy.ini:6: `sshd.ip` and `sshd_ip` are both the shell variable $sshd_ip. Rename one.',
    ])
  })
})

describe('a problem of --set', () => {
  test.each([
    ['sshd.port', 'x', "--set sshd.port: sshd.port can't be `x`. It must be a number from 1 to 65535."],
    ['v', '${zzzz}', '--set v: there is no attribute `zzzz`. Set it, or write $${ for a plain ${.'],
    ['v', 'a\nb', '--set v: the value holds the control character `\\u{a}`. Remove it.'],
    ['groups', 'web', '--set groups: groups can be set in the deploy file only. Leave it out.'],
    ['PATH', 'x', '--set PATH: `PATH` would set PATH, which steers the shell itself. Use another key.'],
  ])('%s=%j', (key, value, message) => {
    expect(formatted(evaluateAttributes(parsed(...node), 'web1', new Map([[key, value]])).problems)).toEqual([message])
  })

  test('name=x leaves the name as it is', () => {
    const { attributes, problems } = evaluateAttributes(parsed(...node), 'web1', new Map([['name', 'x']]))
    expect(attributes.get('name')?.value).toBe('web1')
    expect(formatted(problems)).toEqual(["--set name: `name` is built in: it is the node's name. Use another key."])
  })
})

test('a node that is not there is a problem', () => {
  expect(formatted(evaluateAttributes(parsed(...node), 'web2').problems)).toEqual([
    'there is no node `web2`. Add [node:NAME] or correct the name. Did you mean web1?',
  ])
})

describe('the work of evaluating', () => {
  test('one node is the same however many nodes there are', () => {
    expect(lookUps(2000)).toBe(lookUps(20))
  })

  test('all nodes grows with their number and no faster', () => {
    const { deployFile } = parseDeployFile(fleet(2000), 'deploy.ini', '/app')
    const counted = counting(deployFile)
    for (const name of deployFile?.nodes.keys() ?? []) evaluateAttributes(counted.deployFile, name)
    expect(counted.count()).toBeLessThan(2000 * 40)
  })
})

function fleet(nodes: number): string {
  const keys = Array.from({ length: 20 }, (_, n) => `k${n} = \${k${n + 1}}x`)
  const group = ['[group:web]', ...keys, 'k20 = ${app}']
  return fileOf(
    ...group,
    ...Array.from({ length: nodes }, (_, n) => [`[node:n${n}]`, 'groups = web', 'sshd.ip = x']).flat(),
  )
}

function lookUps(nodes: number): number {
  const counted = counting(parseDeployFile(fleet(nodes), 'deploy.ini', '/app').deployFile)
  evaluateAttributes(counted.deployFile, 'n7')
  return counted.count()
}

/** The same deploy file, in maps that count each entry they give. */
function counting(deployFile: DeployFile | undefined) {
  if (deployFile === undefined) throw new Error('the deploy file has errors')
  let count = 0
  class Counting<Value> extends Map<string, Value> {
    override get(key: string): Value | undefined {
      count++
      return super.get(key)
    }
    override *[Symbol.iterator]() {
      for (const entry of super.entries()) {
        count++
        yield entry
      }
      return undefined
    }
  }
  const sections = (map: DeployFile['nodes']) =>
    new Counting([...map].map(([key, section]) => [key, { ...section, attributes: new Counting(section.attributes) }]))
  const copy = { ...deployFile, defaults: new Counting(deployFile.defaults) }
  const whole = { ...copy, nodes: sections(deployFile.nodes), groups: sections(deployFile.groups) }
  count = 0
  return { deployFile: whole, count: () => count }
}
