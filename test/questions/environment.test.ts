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
