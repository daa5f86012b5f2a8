import { PassThrough } from 'node:stream'
import { ReadStream } from 'node:tty'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Key, listenToKeys } from '../../src/cli/keys.ts'
import { LiveQuestion } from '../../src/cli/livequestion.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { LiveTerminal } from './liveterminal.ts'

const key = (text: string, pasted = false): Key => ({ text, name: text, ctrl: false, pasted })

describe('keys', () => {
  const heard = (...reads: readonly string[]) => {
    const keys: string[] = []
    const stdin = Object.assign(Object.create(ReadStream.prototype), new PassThrough())
    stdin.setRawMode = () => stdin
    const deaf = listenToKeys(stdin, ({ text, name, pasted }) => keys.push(`${text || name}${pasted ? ' pasted' : ''}`))
    for (const read of reads) stdin.emit('data', Buffer.from(read))
    deaf()
    return keys
  }

  test.each([
    ['one after the other are keys', ['e', 'y'], ['e', 'y']],
    ['of one read are text', ['ey'], ['e pasted', 'y pasted']],
    ['of several bytes are one', ['漢', '\x1b[A'], ['漢', 'up']],
  ])('%s', (_, reads, keys) => {
    expect(heard(...reads)).toEqual(keys)
  })
})

describe('the question whether to end a step', () => {
  const ask = () => {
    const question = new LiveQuestion(() => {})
    let answer: string | undefined | null = null
    const choices = ['y', 'n'].map((each) => ({ key: each, label: each }))
    void question.choose({ question: 'End it?', choices }, true).then((chosen) => {
      answer = chosen
    })
    return { question, answer: async () => Promise.resolve().then(() => answer) }
  }

  test.each<[string, readonly (readonly [Key, number])[], string | null]>([
    ['is answered by who has read it', [[key('y'), 600]], 'y'],
    [
      'is not answered by a word that goes on',
      [...'every day'].map((each, at) => [key(each), at * 150] as const),
      null,
    ],
    ['is not answered by what is pasted', [[key('y', true), 600]], null],
    ['hears a no at once', [[key('n'), 10]], 'n'],
    [
      'is answered when the keys have come to rest',
      [
        [key('y'), 400],
        [key('y'), 1000],
      ],
      'y',
    ],
  ])('%s', async (_, keys, answer) => {
    const asked = ask()
    asked.question.shown(0)
    for (const [pressed, now] of keys) asked.question.press(pressed, now)
    expect(await asked.answer()).toBe(answer)
  })

  test('drops what was typed before it stood there', async () => {
    const asked = ask()
    asked.question.press(key('y'), 5_000)
    asked.question.press(key('n'), 5_000)
    expect(await asked.answer()).toBe(null)
  })
})

describe('text that is typed blindly into a live view', () => {
  let station: Workstation
  let terminal: LiveTerminal
  beforeAll(() => {
    station = makeWorkstation('')
    const steps = { open: 'remote open-bundle', a: 'remote sh "sleep 25"' }
    const job = { ...steps, close: 'remote close-bundle' }
    const all = { deploy: { app: 'shop', release: '1' }, 'node:demo': { embedded: 'yes' }, 'job:release': job }
    station.write('deploy.ini', deployFile(all))
  })
  afterAll(() => station.remove())
  beforeEach(async () => {
    terminal = await LiveTerminal.open(station)
  })
  afterEach(() => terminal.close())

  test('ends and halts nothing: a paste is no command, and a word has not read the question', async () => {
    await terminal.run('conc run release demo; echo exit $?')
    await terminal.shows(/▶ 2 a/)
    terminal.type('hello, every day')
    terminal.type('o')
    await terminal.shows(/o less output/)
    expect(terminal.screen()).not.toMatch(/halting|End what/)
    for (const each of 'every') terminal.type(each)
    await terminal.shows(/End what runs now/)
    await terminal.calm()
    terminal.type('n')
    await terminal.shows(/h halt after this step/)
    terminal.press('C-c')
    await terminal.shows(/halting after this step/)
    terminal.type('e')
    await terminal.shows(/End what runs now/)
    await terminal.calm()
    terminal.type('y')
    await terminal.shows(/exit 5$/m)
  })
})
