import { describe, expect, test } from 'vitest'
import { environment, parseEnvironment } from '../../src/questions/environment.ts'
import { Absent } from '../../src/questions/types.ts'
import { shells } from '../fixtures/agent.ts'
import { askUnder } from '../fixtures/asking.ts'

test('variables are read with their newlines and equals signs, and whatever they are called', () => {
  expect(parseEnvironment('A=b=c\nd\0E=\0__proto__=x\0')).toEqual(
    Object.fromEntries([
      ['A', 'b=c\nd'],
      ['E', ''],
      ['__proto__', 'x'],
    ]),
  )
})

describe('what a login gives', () => {
  // As /proc/PID/environ has it, a NUL after each, of what `env` printed; some are left out.
  test.each([
    [
      'a command of sshd of Debian 12, 2026-11-21',
      'SHELL=/bin/bash\0PWD=/root\0LOGNAME=root\0SSH_CONNECTION=127.0.0.1 33340 127.0.0.1 28904\0USER=root\0SHLVL=1\0SSH_CLIENT=127.0.0.1 33340 28904\0PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\0MAIL=/var/mail/root\0_=/usr/bin/cat\0',
      'SSH_CLIENT',
      '127.0.0.1 33340 28904',
    ],
    [
      'Ubuntu 18.04, October 2019: jc 1.22.5 (2023-01-11), tests/fixtures/ubuntu-18.04/env.out',
      'SSH_CONNECTION=192.168.71.1 65159 192.168.71.131 22\0LESSCLOSE=/usr/bin/lesspipe %s %s\0LANG=en_US.UTF-8\0LESSOPEN=| /usr/bin/lesspipe %s\0_=/usr/bin/env\0',
      'LESSOPEN',
      '| /usr/bin/lesspipe %s',
    ],
    [
      'a container of Alpine, spring of 2020 by the MySQL 8.0.20 beside it: a public page',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\0HOSTNAME=96d2b4d69edb\0HOME=/root\0',
      'HOSTNAME',
      '96d2b4d69edb',
    ],
  ])('%s', (_where, text, name, expected) => {
    expect(parseEnvironment(text)[name]).toBe(expected)
    expect(Object.keys(parseEnvironment(text))).toHaveLength(text.split('\0').length - 1)
  })
})

describe.each(shells)('under $name', (shell) => {
  const it = environment(askUnder(shell, { SHOP: 'a\n=b', LC_ALL: 'de_DE.UTF-8', EMPTY: '' }), 'web1')

  test('it is what the login gave, not what conc asks in', async () => {
    expect(await it.all()).toMatchObject({ SHOP: 'a\n=b', LC_ALL: 'de_DE.UTF-8', PATH: shell.path })
  })

  test('a variable is set, empty or not', async () => {
    expect(await it.has('EMPTY')).toBe(true)
    expect(await it.has('toString')).toBe(false)
    expect(await it.value('SHOP')).toBe('a\n=b')
    await expect(it.value('NOSUCH')).rejects.toThrow(Absent)
  })
})
