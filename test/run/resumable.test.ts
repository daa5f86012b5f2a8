import { expect, test } from 'vitest'
import { report } from '../../src/bundle/read.ts'
import { parseEvidence } from '../../src/journal/evidence.ts'
import { byHand, type Holder, writeHolder } from '../../src/journal/holder.ts'
import { whyNotResumable } from '../../src/run/resumable.ts'
import { BlockedError, UsageError } from '../../src/words/errors.ts'

const now = new Date('2026-11-20T13:00:00Z')
const held: Holder = {
  run: 'r1',
  job: 'release',
  node: 'web1',
  app: 'shop',
  release: '1.4.2',
  by: 'ana@desk',
  since: '2026-11-20T12:00:00Z',
  conc: '0.1.0',
  format: '1',
}

const plan = JSON.stringify({
  format: 1,
  conc: '0.1.0',
  job: 'release',
  node: 'web1',
  app: 'shop',
  release: '1',
  steps: [],
})
const dead = 'bundle there\nepoch 1\n'
const attended = `${dead}agent 1\n`
const time = '2026-11-20T12:00:00Z'
const opened = `${time} open r1\n`
const damaged = `${time} nonsense\n`

interface Files {
  readonly seen?: string
  readonly holder?: string
  readonly plan?: string
  readonly journal?: string
}

function why(files: Files) {
  const texts = { seen: dead, holder: writeHolder(held), plan, journal: opened, ...files }
  return whyNotResumable(
    report(parseEvidence(texts.seen), texts.holder, texts.plan, texts.journal),
    '.conc/shop',
    'web1',
    now,
  )
}

test.each<[string, Files]>([
  ['its runner is gone', {}],
  ['a worker still runs a step', { seen: `${dead}worker 1\n` }],
  ['its runner has not been heard of', { seen: `${attended}lost 1\n` }],
  ['a crash cut a line of its journal short', { journal: `${opened}${time} beg\t(cut short)\n` }],
])('a run can be resumed when %s', (_, files) => {
  expect(why(files)).toBeUndefined()
})

test.each<[string, Files, RegExp]>([
  ['there is no bundle', { seen: 'bundle none\n' }, /^nothing to resume on web1: no run holds \.conc\/shop\.$/],
  [
    'another version wrote it',
    { holder: writeHolder({ ...held, format: '2' }) },
    /^web1: run r1 .* its format is 2\. Use conc 0\.1\.0;/,
  ],
  ['its format is not told', { holder: 'run: r1\n' }, /and it names no format\. Use an unknown version of conc;/],
  [
    'a person took the bundle',
    { holder: writeHolder({ ...held, conc: byHand }), plan: '' },
    /^web1: run r1 .* It was taken by hand: who took it knows what is done/,
  ],
  ['its plan is damaged', { plan: '{' }, /^web1: the plan of run r1, \.conc\/shop\/plan\.json, can't be read/],
  [
    'a line of its journal is damaged',
    { journal: opened + damaged },
    /^web1: line 2 of the journal of run r1 can't be read/,
  ],
  ['its journal is empty', { journal: '' }, /^web1: the journal of run r1 has lost its beginning/],
  [
    'its journal is of another run',
    { journal: `${time} open r0\n` },
    /^web1: the journal of run r1 has lost its beginning/,
  ],
  [
    'its journal has the end of it alone',
    { journal: `${time} close r1\n` },
    /^web1: the journal of run r1 has lost its beginning/,
  ],
])('a run can not be resumed when %s', (_, files, message) => {
  expect(why(files)).toEqual(expect.objectContaining({ message: expect.stringMatching(message) }))
  expect(why(files)).toBeInstanceOf(UsageError)
})

test.each<[string, Files, RegExp]>([
  ["the bundle is another user's", { seen: 'bundle foreign\n' }, /^\.conc\/shop is no bundle of this user/],
  ['the bundle names no run', { holder: '' }, /^\.conc\/shop is there but names no run/],
  [
    'its runner is connected',
    { seen: attended },
    /^run r1 .*, 1 h ago and is \w+\. Its runner is connected; to stop it: conc halt web1\.$/,
  ],
  [
    'a person is in its shell',
    { seen: attended, journal: `${opened}${time} shell entered bob@desk\n` },
    /bob@desk is in its shell: that is to be left first\.$/,
  ],
])('a run is blocked when %s', (_, files, message) => {
  expect(why(files)).toEqual(expect.objectContaining({ message: expect.stringMatching(message) }))
  expect(why(files)).toBeInstanceOf(BlockedError)
})
