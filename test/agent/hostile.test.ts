import { expect, test } from 'vitest'
import type { Behaviour, Reply } from '../fixtures/hostile.ts'
import { meet } from '../run/hostilescene.ts'

const run = ['run', 'release', 'web1', '--json'] as const

/** Replies to the batch of steps; all else is answered honestly. */
const atSteps =
  (reply: (...args: Parameters<Reply>) => void): Reply =>
  (asked, voice) => {
    if (asked.name !== 'launch') return false
    reply(asked, voice)
    return true
  }

test('a node that is honest in this disguise is deployed to', { timeout: 60_000 }, async () => {
  await meet({}, run, ({ exit, stdout, stderr }) => expect([exit, stdout + stderr]).toEqual([0, expect.any(String)]))
})

/** What the node does, what conc exits with, and what it says. */
const garbage: readonly (readonly [what: string, behaviour: Behaviour, exit: number, said: RegExp])[] = [
  ['closes at once', { begin: ({ channel }) => channel.end() }, 4, /did not run conc's agent/],
  [
    'has another nonce',
    {
      begin: ({ out, channel }) => {
        out(`${'0'.repeat(32)} R /tmp /home\n`)
        channel.end()
      },
    },
    4,
    /did not run conc's agent/,
  ],
  [
    'never ends its first answer',
    { begin: ({ out, nonce }) => out(`${nonce} R ${'x'.repeat(100_000)}`) },
    4,
    /did not run/,
  ],
  ['refuses with words of its own', { begin: ({ out, nonce }) => out(`${nonce} X pwned \x1b[2J\n`) }, 4, /no room/],
  [
    'floods before its first answer',
    { begin: (voice) => void voice.flood('stderr', Buffer.alloc(65_536, 'x'), 300e6).then(() => voice.channel.end()) },
    4,
    /did not run conc's agent\. It said: x+… Check/,
  ],
  [
    'never ends an answer',
    { reply: atSteps((_, { out, nonce }) => out(`${nonce} E 2 ${'x'.repeat(100_000)}`)) },
    7,
    /answer without an end/,
  ],
  [
    'gives 10,000 answers to what nobody asked, and then goes on',
    {
      reply: atSteps(({ id, steps }, voice) => {
        voice.out(`${voice.nonce} E q99999 OK 0 -\n`.repeat(5_000))
        voice.err(`${voice.nonce} I q99999 hello\n`.repeat(5_000))
        for (const { n } of steps) voice.tell(n, 'OK 0 -')
        voice.out(`${voice.nonce} Z ${id} done\n`)
        voice.err(`${voice.nonce} Z ${id}\n`)
      }),
    },
    0,
    /"status":"OK"/,
  ],
  [
    'ends a step before its begin',
    { reply: atSteps(({ steps: [a] }, { end }) => end(a?.n ?? '', 'OK 0 -')) },
    7,
    /out of turn: it ended 2 before its begin/,
  ],
  [
    'ends a step twice',
    {
      reply: atSteps(({ steps: [a] }, voice) => {
        voice.tell(a?.n ?? '', 'FAILED 1 -')
        voice.end(a?.n ?? '', 'OK 0 -')
      }),
    },
    7,
    /out of turn/,
  ],
  [
    'begins a step without end',
    { reply: atSteps(({ steps: [a] }, voice) => voice.out(`${voice.nonce} B ${a?.n}\n`.repeat(100_000))) },
    7,
    /out of turn: it began 2 twice/,
  ],
  [
    'says that the worker is done before the steps are',
    {
      reply: atSteps(({ id }, { out, err, nonce }) => {
        out(`${nonce} Z ${id} done\n`)
        err(`${nonce} Z ${id}\n`)
      }),
    },
    7,
    /"status":"ERROR"/,
  ],
  [
    'says that the worker is done in the middle of a step',
    {
      reply: atSteps(({ id, steps: [a] }, { begin, out, err, nonce }) => {
        begin(a?.n ?? '')
        out(`${nonce} Z ${id} done\n`)
        err(`${nonce} Z ${id}\n`)
      }),
    },
    7,
    /its end is not known/,
  ],
  [
    'ends a step with a word that is none',
    {
      reply: atSteps(({ id, steps: [a] }, voice) => {
        voice.tell(a?.n ?? '', 'GREAT 0 -')
        voice.out(`${voice.nonce} Z ${id} done\n`)
        voice.err(`${voice.nonce} Z ${id}\n`)
      }),
    },
    7,
    /its end could not be verified on the node/,
  ],
  [
    'tells the second step and not the first',
    {
      reply: atSteps(({ id, steps: [, b] }, voice) => {
        voice.tell(b?.n ?? '', 'OK 0 -')
        voice.out(`${voice.nonce} Z ${id} done\n`)
        voice.err(`${voice.nonce} Z ${id}\n`)
      }),
    },
    7,
    /"status":"ERROR"/,
  ],
  [
    'has no end of notes',
    {
      reply: atSteps(({ steps: [a] }, voice) => {
        voice.begin(a?.n ?? '')
        void voice.flood('stdout', `${voice.nonce} I ${a?.n} note\n`.repeat(1_000), 300e6)
      }),
    },
    7,
    /no end of notes/,
  ],
  [
    'floods stderr with the output of a step that never begins on stdout',
    {
      reply: atSteps(({ steps: [a] }, voice) => {
        voice.err(`${voice.nonce} B ${a?.n}\n`)
        void voice.flood('stderr', Buffer.alloc(65_536, 'x'), 600e6)
      }),
    },
    7,
    /two streams have parted/,
  ],
]

test.each(garbage)('a node that %s', { timeout: 60_000 }, async (_what, behaviour, code, said) => {
  await meet(behaviour, run, ({ exit, stdout, stderr, peak }) => {
    expect(exit, stdout + stderr).toBe(code)
    expect(stdout + stderr).toMatch(said)
    expect(stdout + stderr).not.toMatch(/conc broke|TypeError|RangeError/)
    expect(peak).toBeLessThan(200e6)
  })
})

test('a step that prints 200 MB of NUL is told in little memory', { timeout: 60_000 }, async () => {
  const reply = atSteps(({ id, steps }, voice) => {
    const [{ n } = { n: '' }, ...rest] = steps
    voice.begin(n)
    void voice.flood('stdout', Buffer.alloc(65_536), 200e6).then(() => {
      voice.end(n, 'OK 0 -')
      for (const step of rest) voice.tell(step.n, 'OK 0 -')
      voice.out(`${voice.nonce} Z ${id} done\n`)
      voice.err(`${voice.nonce} Z ${id}\n`)
    })
  })
  await meet({ reply }, ['run', 'release', 'web1', '-q'], ({ exit, stdout, stderr, peak }) => {
    expect(exit, stdout + stderr).toBe(0)
    expect(peak).toBeGreaterThan(0)
    expect(peak).toBeLessThan(200e6)
  })
})

test.each<[string, string, number, RegExp]>([
  ['without end', 'x'.repeat(65_536), 7, /the node's answer is over 32 MiB/],
  ['of 7 MB of lines of one letter', 'x\n'.repeat(32_768), 0, /LOST|can't be read/],
  ['of 7 MB of records', '2026-11-20T12:00:00Z halt\n'.repeat(2_000), 0, /STOPPED|LOST/],
])('a journal %s is read in little memory', { timeout: 60_000 }, async (_, piece, code, said) => {
  const plan = JSON.stringify({ format: 1, conc: '1', job: 'j', node: 'n', app: 'a', release: '1', steps: [] })
  const reply: Reply = ({ id, words: [what, file = ''] }, voice) => {
    if (what === 'look') voice.tell(id, '0', 'bundle there\nepoch 1\n')
    else if (what !== 'cat') return false
    else if (file.endsWith('/holder')) voice.tell(id, '0', 'run: r1\nformat: 1\n')
    else if (file.endsWith('/plan.json')) voice.tell(id, '0', plan)
    else {
      voice.begin(id)
      voice.out('2026-11-20T12:00:00Z open r1\n')
      void voice.flood('stdout', piece, code === 0 ? 7e6 : 300e6).then(() => voice.end(id))
    }
    return true
  }
  await meet({ reply }, ['status', 'web1'], ({ exit, stdout, stderr, peak }) => {
    expect([0, code], stdout + stderr).toContain(exit)
    expect(stdout + stderr).toMatch(said)
    expect(peak).toBeLessThan(200e6)
  })
})
