import { expect, test } from 'vitest'
import { checkNodes } from '../../src/deployfile/check.ts'
import { fileOf, formatted, parsed, problemsOf } from './samples.ts'

test.each([
  [
    ['[node:a]'],
    ["a has no sshd.ip: ssh's own configuration will be asked for a. Add sshd.ip = ADDRESS to say it here."],
  ],
  [
    ['[node:a]', 'embedded = no'],
    ["a has no sshd.ip: ssh's own configuration will be asked for a. Add sshd.ip = ADDRESS to say it here."],
  ],
  [['[node:a]', 'embedded = yes'], []],
  [['[node:a]', 'sshd.ip = x'], []],
  [['[group:g]', 'sshd.ip = x', '[node:a]', 'groups = g'], []],
])('the address of %j', (lines, warnings) => {
  expect(problemsOf(fileOf(...lines))).toEqual(warnings.map((warning) => `deploy.ini:4: warning: ${warning}`))
})

test('a line that is wrong for many nodes is reported once', () => {
  const nodes = Array.from({ length: 50 }, (_, n) => [`[node:n${n}]`, 'sshd.ip = x']).flat()
  expect(problemsOf(fileOf('sshd.port = ${name}', ...nodes))).toEqual([
    "deploy.ini:4: sshd.port can't be `n0`. It must be a number from 1 to 65535.",
  ])
})

test('a line that is wrong for one node only is reported', () => {
  const lines = ['v = ${x}', '[node:a]', 'sshd.ip = x', 'x = 1', '[node:b]', 'sshd.ip = x']
  expect(problemsOf(fileOf(...lines))).toEqual([
    'deploy.ini:4: there is no attribute `x`. Set it, or write $${ for a plain ${.',
  ])
})

test('the default bundle of an app called history is refused at the node', () => {
  const [problem] = problemsOf(['[deploy]', 'app = history', 'release = 1', '[node:a]', 'sshd.ip = x'].join('\n'))
  expect(problem).toMatch(/^deploy\.ini:4: bundle can't be `\.conc\/history`\./)
})

test('a wrong --set is reported once for all nodes', () => {
  const deployFile = parsed('[node:a]', 'sshd.ip = x', '[node:b]', 'sshd.ip = x')
  expect(formatted(checkNodes(deployFile, new Map([['sshd.port', 'x']])))).toEqual([
    "--set sshd.port: sshd.port can't be `x`. It must be a number from 1 to 65535.",
  ])
})
