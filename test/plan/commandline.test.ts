import { expect, test } from 'vitest'
import type { Command } from '../../src/ops/types.ts'
import { argvOf, commandLine, scriptText } from '../../src/plan/commandline.ts'

const script = { script: 'echo "$app"\nls', variables: { app: 'shop', note: 'a b' } }

test.each<[Command, { as?: string; cd?: string }, string]>([
  [{ argv: ['ls', '-l', 'a b'] }, {}, "ls -l 'a b'"],
  [{ argv: ['ls'] }, { cd: 'apps/shop' }, 'cd apps/shop && ls'],
  [{ argv: ['ls'] }, { cd: '-x y' }, "cd './-x y' && ls"],
  [{ argv: ['systemctl', 'restart', 'shop'] }, { as: 'root' }, 'sudo -u root -- systemctl restart shop'],
  [{ argv: ['A=b'] }, {}, "'A=b'"],
  [{ script: 'make && ls' }, {}, "sh -euc 'make && ls'"],
  [{ script: 'mkdir -p a && ls a', typed: true }, {}, 'mkdir -p a && ls a'],
  [{ script: 'mkdir -p a && ls a', typed: true }, { cd: '/srv' }, 'cd /srv && mkdir -p a && ls a'],
  [{ script: 'mkdir a && ls a', typed: true }, { as: 'www' }, "sudo -u www -- sh -euc 'mkdir a && ls a'"],
  [{ script: 'make' }, { as: 'www', cd: '/srv' }, 'cd /srv && sudo -u www -- sh -euc make'],
])('%j with %j is typed as %s', (command, options, line) => {
  expect(commandLine(command, options)).toBe(line)
})

test('a script that is shown as it is typed still runs under sh -eu', () => {
  expect(argvOf({ script: 'mkdir a && ls a', typed: true })).toEqual(['sh', '-euc', 'mkdir a && ls a'])
})

test('the variables of a script stand on its first line, so that the others keep their numbers', () => {
  expect(scriptText(script)).toBe(`app=shop; note="a b"; echo "$app"\nls`)
  expect(argvOf(script)).toEqual(['sh', '-euc', scriptText(script)])
})
