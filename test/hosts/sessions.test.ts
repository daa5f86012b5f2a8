import { EventEmitter, once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { Sessions } from '../../src/hosts/sessions.ts'
import { dash, startAgent } from '../fixtures/agent.ts'

/** The sessions of a node that lets in a second one only to refuse it, once the test says so. */
async function narrow(says: EventEmitter): Promise<Sessions> {
  const agent = await startAgent(dash)
  onTestFinished(() => agent.end())
  return new Sessions(agent.session, async () => {
    says.emit('asked')
    await once(says, 'refused')
    throw new Error('no more sessions')
  })
}

test('what takes long goes on where all else has ended while it waited for a session that it did not get', async () => {
  const says = new EventEmitter()
  const sessions = await narrow(says)
  const first = sessions.use(() => once(says, 'over'), { isLong: true })
  const asked = once(says, 'asked')
  const second = sessions.use(async () => 'done', { isLong: true })
  await asked
  says.emit('over')
  await first
  says.emit('refused')
  expect(await second).toBe('done')
})

test('what takes long waits for its turn where no more sessions are had', async () => {
  const says = new EventEmitter()
  const sessions = await narrow(says)
  const order: string[] = []
  const long = (name: string, until: Promise<unknown>) =>
    sessions.use(
      async () => {
        await until
        order.push(name)
      },
      { isLong: true },
    )
  const first = long('first', once(says, 'over'))
  const asked = once(says, 'asked')
  const second = long('second', Promise.resolve())
  await asked
  says.emit('refused')
  await new Promise(setImmediate)
  expect(order).toEqual([])
  says.emit('over')
  await Promise.all([first, second])
  expect(order).toEqual(['first', 'second'])
})
