import { beforeEach, expect, test } from 'vitest'
import { type Scenery, Stage } from '../../src/cli/stage.ts'

let happened: string[]
let stage: Stage
beforeEach(() => {
  happened = []
  stage = new Stage((text) => happened.push(text))
})

function view(name: string): Scenery {
  const unasked = () => Promise.reject(new Error('nobody is asked'))
  return {
    show: () => happened.push(`${name} shown`),
    hide: () => happened.push(`${name} hidden`),
    operator: { pause: unasked, before: unasked },
  }
}

test('talk stands above what is shown', () => {
  stage.say('before')
  stage.enter(view('a'))
  stage.say('talk')
  expect(happened).toEqual(['before', 'a shown', 'a hidden', 'talk', 'a shown'])
  stage.clear()
  stage.clear()
  expect([happened.at(-1), stage.isShown]).toEqual(['a hidden', false])
})

test('while a person is asked nothing else is drawn, and talk goes through', async () => {
  const a = view('a')
  stage.enter(a)
  await stage.aside(async () => {
    expect(stage.isShown).toBe(false)
    stage.say('talk')
    stage.leave(a)
    stage.enter(view('b'))
  })
  expect(happened).toEqual(['a shown', 'a hidden', 'talk', 'b shown'])
})

test('one that leaves after another has come takes nothing from it', () => {
  const a = view('a')
  stage.enter(a)
  stage.enter(view('b'))
  stage.leave(a)
  expect(stage.isShown).toBe(true)
})

test('a person is asked one thing after the other, also after one that failed', async () => {
  const answers = [
    stage.turn(async () => {
      happened.push('first')
      throw new Error('no answer')
    }),
    stage.aside(async () => happened.push('second')),
  ]
  expect((await Promise.allSettled(answers)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  expect(happened).toEqual(['first', 'second'])
})
