import { describe, expect, test } from 'vitest'
import { type Evidence, parseEvidence } from '../../src/journal/evidence.ts'
import { resumption } from '../../src/journal/resume.ts'
import type { StepState } from '../../src/journal/state.ts'
import { attended, dead, read } from './reading.ts'

const working = 'bundle there\nepoch 1\nworker 1\nlost 1\n'

const short = ({ status, attempt }: StepState) => (attempt === 0 ? status : `${status} ${attempt}`)
const a = {
  begin: 'begin 1 1 a remote',
  ok: 'end 1 1 a OK exit=0 signal=-',
  failed: 'end 1 1 a FAILED exit=1 signal=-',
}
const b = { begin: 'begin 2 1 b local ana', ok: 'end 2 1 b OK exit=- signal=-' }
const again = { begin: 'begin 1 2 a remote', ok: 'end 1 2 a OK exit=0 signal=-' }

describe('where the steps and the node stand', () => {
  test.each<[string, string[], string, string, string]>([
    ['nothing began', ['open r1'], attended, 'PENDING, PENDING, PENDING', 'RUNNING'],
    ['nothing began and nobody is there', ['open r1'], dead, 'PENDING, PENDING, PENDING', 'LOST'],
    ['a remote step began, its worker lives', [a.begin], working, 'RUNNING 1, PENDING, PENDING', 'RUNNING'],
    ['a remote step began, only the agent lives', [a.begin], attended, 'UNKNOWN 1, PENDING, PENDING', 'RUNNING'],
    ['a remote step began, nobody lives', [a.begin], dead, 'UNKNOWN 1, PENDING, PENDING', 'LOST'],
    [
      'a local step began, its runner is there',
      [a.begin, a.ok, b.begin],
      attended,
      'OK 1, RUNNING 1, PENDING',
      'RUNNING',
    ],
    [
      'a local step began, its runner is lost',
      [a.begin, a.ok, b.begin],
      working,
      'OK 1, UNKNOWN 1, PENDING',
      'RUNNING',
    ],
    [
      'a local step began, somebody else took over',
      [b.begin, 'take 2 bob'],
      attended,
      'PENDING, UNKNOWN 1, PENDING',
      'RUNNING',
    ],
    ['one failed', [a.begin, a.failed], dead, 'FAILED 1, PENDING, PENDING', 'FAILED'],
    [
      'one is over its time',
      [a.begin, 'end 1 1 a TIMED_OUT exit=143 signal=TERM'],
      dead,
      'TIMED OUT 1, PENDING, PENDING',
      'FAILED',
    ],
    [
      'one could not be judged',
      [a.begin, 'end 1 1 a ERROR exit=- signal=-'],
      dead,
      'ERROR 1, PENDING, PENDING',
      'FAILED',
    ],
    [
      'one was stopped',
      [a.begin, 'end 1 1 a STOPPED exit=143 signal=TERM'],
      dead,
      'STOPPED 1, PENDING, PENDING',
      'STOPPED',
    ],
    ['halted between two', [a.begin, a.ok, 'halt ana before b'], dead, 'OK 1, PENDING, PENDING', 'STOPPED'],
    ['died between two', [a.begin, a.ok], dead, 'OK 1, PENDING, PENDING', 'LOST'],
    [
      'taken over after a halt and died',
      [a.begin, a.ok, 'halt ana', 'take 2 bob'],
      dead,
      'OK 1, PENDING, PENDING',
      'LOST',
    ],
    ['a begin was void', [a.begin, 'void 1 1 a'], dead, 'PENDING 1, PENDING, PENDING', 'LOST'],
    [
      'tried again',
      [a.begin, a.failed, 'retry 1 a ana', again.begin, again.ok],
      dead,
      'OK 2, PENDING, PENDING',
      'LOST',
    ],
    [
      'a second try that was void',
      [a.begin, a.failed, again.begin, 'void 1 2 a'],
      dead,
      'FAILED 2, PENDING, PENDING',
      'FAILED',
    ],
    ['marked as done', [a.begin, a.failed, 'mark 1 a done ana why'], dead, 'OK 1, PENDING, PENDING', 'LOST'],
    ['marked as skipped', ['mark 1 a skip ana why'], dead, 'SKIPPED, PENDING, PENDING', 'LOST'],
    ['skipped by selection', ['skip 1 a --from b', b.begin, b.ok], attended, 'SKIPPED, OK 1, PENDING', 'RUNNING'],
    ['a step that the plan has not', ['begin 9 1 z remote'], dead, 'PENDING, PENDING, PENDING', 'LOST'],
  ])('%s', (_, lines, evidence, steps, state) => {
    const seen = read(lines, evidence)
    expect([seen.steps.map(short).join(', '), seen.state]).toEqual([steps, state])
  })

  test.each<[string, string[], string]>([
    ['began after the end', [a.begin, a.ok, a.begin, 'void 1 1 a'], 'OK 1'],
    ['began before the new one', [a.begin, a.begin, 'void 1 1 a', a.ok], 'OK 1'],
    ['began before, the new one has no end', [a.begin, a.begin, 'void 1 1 a'], 'UNKNOWN 1'],
    ['was void before the new one began', [a.begin, 'void 1 1 a', a.begin], 'UNKNOWN 1'],
    ['ended an attempt that is past', [a.begin, again.begin, a.ok], 'UNKNOWN 2'],
    ['began what is marked as done', ['mark 1 a done ana why', a.begin, 'void 1 1 a'], 'OK 1'],
  ])('a fenced runner that %s takes nothing back', (_, lines, status) => {
    expect(short(read(lines, dead).steps[0] as StepState)).toBe(status)
  })

  test('an end that stands in a file name counts for its own attempt alone', () => {
    const named = (name: string) => short(read([a.begin], `${dead}ended ${name}\n`).steps[0] as StepState)
    expect(named('1-a.1.out.OK.0')).toBe('OK 1')
    expect(named('1-a.1.out.TIMED_OUT.143')).toBe('TIMED OUT 1')
    expect(named('1-a.1.out.ERROR.-')).toBe('ERROR 1')
    expect(named('1-a.2.out.OK.0')).toBe('UNKNOWN 1')
    expect(named('1-a.1.out.FINE.0')).toBe('UNKNOWN 1')
    expect(named('nonsense')).toBe('UNKNOWN 1')
  })

  test('a node without a bundle is FREE', () => {
    expect(read([], 'bundle none\n').state).toBe('FREE')
  })

  test('exit code, signal, reason and hand come through', () => {
    const [one] = read(['begin 1 1 a remote', 'end 1 1 a FAILED exit=137 signal=KILL'], dead).steps
    expect(one).toMatchObject({ status: 'FAILED', exit: 137, signal: 'SIGKILL' })
    const [two] = read(['mark 1 a done ana@desk did it'], dead).steps
    expect(two).toMatchObject({ status: 'OK', byHand: true, by: 'ana@desk', why: 'did it' })
  })
})

test('evidence is read from the agent, and what is not understood is foreign', () => {
  const none: Evidence = {
    bundle: 'none',
    epoch: 0,
    attended: false,
    alive: false,
    working: false,
    restarted: false,
    haltAsked: false,
    closing: false,
    endedByName: [],
  }
  expect(parseEvidence('bundle none\n')).toEqual(none)
  expect(parseEvidence('')).toEqual({ ...none, bundle: 'foreign' })
  expect(
    parseEvidence(
      'bundle there\nepoch 2\nagent 1\nworker 1\nlost 1\nrestarted yes\nhalt asked\nclosing begun\nended x\n',
    ),
  ).toEqual({
    bundle: 'there',
    epoch: 2,
    attended: false,
    alive: true,
    working: true,
    restarted: true,
    haltAsked: true,
    closing: true,
    endedByName: ['x'],
  })
  expect(parseEvidence('bundle there\nepoch 2\nagent 2\n').attended).toBe(true)
  expect(parseEvidence('bundle there\nepoch 2\nagent 2\nlost 2\n').attended).toBe(false)
})

describe('resuming', () => {
  const none = new Set<string>()
  const pauses = new Set(['b'])
  test.each<[string, string[], boolean, ReadonlySet<string>, string]>([
    ['nothing began', ['PENDING 0'], false, none, 'go a 1'],
    ['one is done', ['OK 1', 'PENDING 0'], false, none, 'go b 1'],
    ['one is skipped', ['SKIPPED 0', 'PENDING 0'], false, none, 'go b 1'],
    ['one was void', ['PENDING 1'], false, none, 'go a 2'],
    ['one runs', ['OK 1', 'RUNNING 2', 'PENDING 0'], true, none, 'follow b 2'],
    ['one is unknown', ['UNKNOWN 1', 'PENDING 0'], false, none, 'ask a'],
    ['one is unknown, with the word', ['UNKNOWN 1', 'PENDING 0'], true, none, 'go a 2 again'],
    ['one failed', ['OK 1', 'FAILED 1'], false, none, 'ask b'],
    ['one failed, with the word', ['OK 1', 'FAILED 3'], true, none, 'go b 4 again'],
    ['one is over its time', ['TIMED OUT 1'], false, none, 'ask a'],
    ['one is an error', ['ERROR 1'], false, none, 'ask a'],
    ['one was stopped', ['OK 1', 'STOPPED 1'], false, none, 'ask b'],
    ['a pause was stopped at', ['OK 1', 'STOPPED 1', 'PENDING 0'], false, pauses, 'go c 1'],
    ['a pause is unknown', ['OK 1', 'UNKNOWN 1', 'PENDING 0'], false, pauses, 'ask b'],
    ['all is done', ['OK 1', 'SKIPPED 0'], true, none, 'done'],
    ['of an empty plan', [], false, none, 'done'],
  ])('when %s', (_, states, retry, paused, expected) => {
    const steps = states.map((text, index): StepState => {
      const [, status = '', attempt = ''] = text.match(/^(.*) (\d+)$/) ?? []
      return {
        n: index + 1,
        name: 'abc'[index] ?? '',
        side: 'remote',
        status: status as StepState['status'],
        attempt: Number(attempt),
      }
    })
    const next = resumption(steps, retry, paused)
    const told = {
      go: () => (next.kind === 'go' ? `go ${next.step} ${next.attempt}${next.retry ? ' again' : ''}` : ''),
      follow: () => (next.kind === 'follow' ? `follow ${next.step} ${next.attempt}` : ''),
      ask: () => (next.kind === 'ask' ? `ask ${next.step.name}` : ''),
      done: () => 'done',
    }
    expect(told[next.kind]()).toBe(expected)
  })
})
