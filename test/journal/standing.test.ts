import { expect, test } from 'vitest'
import { attended, dead, read, time } from './reading.ts'

const taken = 'bundle there\nepoch 2\nagent 2\nworker 1\n'
const [began, ok, failed] = ['begin 1 1 a remote', 'end 1 1 a OK exit=0 signal=-', 'end 1 1 a FAILED exit=1 signal=-']

test.each<[string, string[], string, string]>([
  ['a step is unknown, and the run was halted', [began, 'halt ana'], 'UNKNOWN PENDING PENDING', 'LOST'],
  ['a step is unknown beside one that failed', [began, failed, 'begin 2 1 b local'], 'FAILED UNKNOWN PENDING', 'LOST'],
  ['a begin after the halt was void', ['halt ana', began, 'void 1 1 a'], 'PENDING PENDING PENDING', 'LOST'],
  ['a step ended after the halt', [began, 'halt ana', ok], 'OK PENDING PENDING', 'LOST'],
  ['somebody looked around after the halt', ['halt ana', 'shell entered ana'], 'PENDING PENDING PENDING', 'STOPPED'],
  ['somebody began again what is done', [began, ok, began], 'OK PENDING PENDING', 'LOST'],
  ['two began it, and one ended it', [began, began, ok], 'OK PENDING PENDING', 'LOST'],
  [
    'the void of one step is not that of another',
    [began, began, 'begin 3 1 c remote', 'void 3 1 c'],
    'UNKNOWN PENDING PENDING',
    'LOST',
  ],
])('%s', (_, lines, statuses, state) => {
  const seen = read(lines, dead)
  expect([seen.steps.map(({ status }) => status).join(' '), seen.state]).toEqual([statuses, state])
})

test('a remote step goes on while the run is taken over', () => {
  expect(read([began, 'take 2 bob'], taken).steps[0]?.status).toBe('RUNNING')
})

test('a local step goes on when somebody asks for a halt', () => {
  expect(read(['begin 2 1 b local ana', 'halt bob'], attended).steps[1]?.status).toBe('RUNNING')
})

test('a void whose begin is lost leaves a step that can begin', () => {
  expect(read(['void 1 1 a'], dead).steps[0]).toEqual({
    n: 1,
    name: 'a',
    side: 'remote',
    status: 'PENDING',
    attempt: 1,
  })
})

test('a step that is skipped by the program was not skipped by hand', () => {
  const skipped = { n: 1, name: 'a', side: 'remote', status: 'SKIPPED', attempt: 0, why: '--from b', ended: time }
  expect(read(['skip 1 a --from b'], dead).steps[0]).toEqual(skipped)
})
