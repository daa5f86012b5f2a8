import { expect, test } from 'vitest'
import { limitNodes, selectNodes } from '../../src/deployfile/select.ts'
import { formatted, parsed } from './samples.ts'

const deployFile = parsed(
  ...['[group:web]', '[group:front]', 'groups = web', '[group:spare]', '[group:outer]', 'groups = front'],
  ...['[node:web2]', 'sshd.ip = x', 'groups = web', '[node:db1]', 'sshd.ip = x'],
  ...['[node:web1]', 'sshd.ip = x', 'groups = front', '[node:web1.example.com]', 'sshd.ip = x', 'groups = outer'],
)

test.each([
  [[], []],
  [['db1'], ['db1']],
  [['web'], ['web2', 'web1', 'web1.example.com']],
  [['front'], ['web1', 'web1.example.com']],
  [['outer'], ['web1.example.com']],
  [['all'], ['web2', 'db1', 'web1', 'web1.example.com']],
  [
    ['web1', 'web2'],
    ['web1', 'web2'],
  ],
  [
    ['web1', 'all'],
    ['web1', 'web2', 'db1', 'web1.example.com'],
  ],
  [
    ['web1', 'web1', 'front'],
    ['web1', 'web1.example.com'],
  ],
  [['db*'], ['db1']],
  [['???1'], ['web1']],
  [['*'], ['web2', 'db1', 'web1', 'web1.example.com']],
  [['fr*t'], ['web1', 'web1.example.com']],
  [['*.example.com'], ['web1.example.com']],
  [['d?1'], ['db1']],
  [['db1,web2'], ['db1', 'web2']],
  [['db1:web2'], ['db1', 'web2']],
  [
    ['db1', 'web'],
    ['db1', 'web2', 'web1', 'web1.example.com'],
  ],
  [['web:&front'], ['web1', 'web1.example.com']],
  [['web,&front'], ['web1', 'web1.example.com']],
  [['web:!front'], ['web2']],
  [['web', '!front'], ['web2']],
  [['web:&front:!outer'], ['web1']],
  [['!front:web'], ['web2']],
  [['web:!web1:db1'], ['web2', 'web1.example.com', 'db1']],
  [['all:!web'], ['db1']],
  [['!web'], ['db1']],
  [['&front'], ['web1', 'web1.example.com']],
  [['*:!*.example.com:!db*'], ['web2', 'web1']],
  [['w*:&*1'], ['web1']],
])('%j are the nodes %j', (patterns, names) => {
  expect(selectNodes(deployFile, patterns)).toEqual({ names, problems: [] })
})

test.each([
  [['db2'], 'no node or group matches `db2`. Write the name of a node or group, or a glob. Did you mean db1?'],
  [['x*'], 'no node or group matches `x*`. Write the name of a node or group, or a glob.'],
  [['w.b1'], 'no node or group matches `w.b1`. Write the name of a node or group, or a glob. Did you mean web1?'],
  [['a?l'], 'no node or group matches `a?l`. Write the name of a node or group, or a glob. Did you mean all?'],
  [[''], 'no node or group matches ``. Write the name of a node or group, or a glob.'],
  [['db1,'], 'no node or group matches ``. Write the name of a node or group, or a glob.'],
  [['!db2'], 'no node or group matches `db2`. Write the name of a node or group, or a glob. Did you mean db1?'],
  [['spare'], 'no node is in the group spare. Add groups = spare to a node.'],
])('%j is refused', (patterns, message) => {
  const { names, problems } = selectNodes(deployFile, [...patterns, 'db1'])
  expect(formatted(problems)).toEqual([message])
  expect(names).toEqual(['db1'])
})

test('all of no nodes is refused', () => {
  expect(formatted(selectNodes(parsed(), ['all']).problems)).toEqual([
    'the deploy file names no node. Add [node:NAME].',
  ])
})

test.each([
  [['web:!web'], 'no node is left of `web:!web`. What follows & and ! takes all of them away.'],
  [['db1:&web'], 'no node is left of `db1:&web`. What follows & and ! takes all of them away.'],
  [['web', '!all'], 'no node is left of `web,!all`. What follows & and ! takes all of them away.'],
  [['2001:db8::1'], '`2001:db8::1` is an address. Write the name that the deploy file gives the node.'],
  [['[2001:db8::1]'], '`[2001:db8::1]` is an address. Write the name that the deploy file gives the node.'],
  [['web:&spare'], 'no node is in the group spare. Add groups = spare to a node.'],
])('%j names no node', (patterns, message) => {
  const { names, problems } = selectNodes(deployFile, patterns)
  expect([names, formatted(problems)]).toEqual([[], [message]])
})

test.each([
  [['all'], 'web', ['web2', 'web1', 'web1.example.com'], []],
  [['web1', 'db1'], '*1', ['web1', 'db1'], []],
  [['web'], '!front', ['web2'], []],
  [['web'], 'front:!outer', ['web1'], []],
  [['db1'], 'web', [], ['--limit `web` leaves none of db1.']],
  [
    ['db1'],
    'wbe',
    [],
    ['no node or group matches `wbe`. Write the name of a node or group, or a glob. Did you mean web?'],
  ],
])('%j limited to %s are the nodes %j', (patterns, limit, names, problems) => {
  const limited = limitNodes(deployFile, patterns, limit)
  expect([limited.names, formatted(limited.problems)]).toEqual([names, problems])
})
