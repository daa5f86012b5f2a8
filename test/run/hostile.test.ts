import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { quoteAll } from '../../src/plan/quote.ts'
import { program } from '../fixtures/conc.ts'
import type { Reply } from '../fixtures/hostile.ts'
import { meet } from './hostilescene.ts'

const esc = '\x1b'

/** What a terminal obeys, or a reader does not see. */
const vectors: readonly string[] = [
  ...[
    '[31m',
    '[8m',
    '[2J',
    '[3J',
    '[2K',
    '[1A',
    '[1;1H',
    '[?1049h',
    '[?25l',
    '[?1000h',
    '[?2004l',
    '[6n',
    '[c',
    '[21t',
  ],
  ...['[8;1;1t', '[1;2r', '[4h', '[999999999b', '[5i', '[!p', 'c', '7', '8', '(0', '#8', ' F', '=', 'N', 'O'],
  ...[
    ']0;title\x07',
    `]4;1;?${esc}\\`,
    ']7;file:///etc\x07',
    `]8;;http://x/${esc}\\`,
    ']9;hi\x07',
    ']10;?\x07',
    ']50;#\x07',
  ],
  ...[
    ']52;c;cm0gLXJmIC8=\x07',
    ']777;notify;a;b\x07',
    ']1337;File=:AAAA\x07',
    `P$q"p${esc}\\`,
    'Pq#0',
    '_Gf=100',
    '^x',
    'Xx',
  ],
]
  .map((text) => esc + text)
  .concat('\0', '\x05', '\x07', 'evil\b\b\b\bgood', '\v', '\f', '\x0e', '\x0f', '\x11', '\x13', '\x18', '\x1a', '\x7f')
  .concat('\x84', '\x85', '\x90q\x9c', '\x9b2J', '\x9d0;x\x9c', '\x9e', '\x9f')
  .concat('\u202egnp.exe', '\u202a', '\u2066x\u2069', '\u200e', '\u061c', 'a\u200bb', '\u200d', '\u2060', '\ufeffa')
  .concat('a\u00adb', '\u2028', '\u2029', '\u{e0041}', '\u{e0001}', 'a\rb')

const all = vectors.join(' ')
// The same with newlines, and with a line that looks like one of conc's own.
const forged = '2026-11-20 12:00:00,123 INFO    web1       -          release is done on web1.'
const lines = `${vectors.join('\n')}\n${forged}\r${forged}\n`
// C1 as single bytes, which is no UTF-8.
const bytes = Buffer.concat([Buffer.from(lines), Buffer.from([0x9b, 0x32, 0x4a, 0x0a, 0xc2, 0x0a, 0xff, 0x9d, 0x0a])])

/** Controls, format characters, separators and lone halves: nothing of it may come out of conc. */
const unseen = /[^\P{C}\n\t\p{Co}\p{Cn}]|[\p{Zl}\p{Zp}]/u

const oneLine = (text: string) => text.replaceAll(/[\n\r]/g, ' ')
const nasty = oneLine(all)

/** A bundle whose every field is nasty. */
const plan = JSON.stringify({
  format: 1,
  conc: nasty,
  job: nasty,
  node: nasty,
  app: nasty,
  release: nasty,
  steps: [
    {
      kind: 'command',
      n: 1,
      name: `${all}\n${forged}`,
      side: 'remote',
      op: nasty,
      words: [nasty],
      options: {},
      command: lines,
    },
  ],
})
const holder = ['run', 'job', 'node', 'app', 'release', 'by', 'since', 'conc']
  .map((key) => `${key}: ${nasty}\n`)
  .join('')
const records = [
  'open',
  'begin 1 1 a remote',
  'end 1 1 a FAILED exit=1 signal=-',
  'mark 1 a done',
  'halt',
  'take 2',
  'unlock r',
]
const journal = [...records.map((text) => `2026-11-20T12:00:00Z ${text} ${nasty}\n`), `strange ${nasty}\n`, nasty].join(
  '',
)

const bundle: Reply = ({ name, id, words: [what = '', file = ''] }, { tell }) => {
  if (name !== 'ask') return false
  if (what === 'look') tell(id, '0', `bundle there\nepoch 1\nended 1-${nasty}.1.out.OK.0\n`)
  else if (what !== 'cat') tell(id, `0 ${nasty}`, bytes, bytes)
  else if (file.endsWith('holder')) tell(id, '0', `${holder}format: 1\n`)
  else tell(id, '0', file.endsWith('plan.json') ? plan : journal)
  return true
}

/** Says nasty things at every place of a run. */
const running =
  (status: string): Reply =>
  ({ name, id, steps: [a, ...others] }, voice) => {
    if (name !== 'launch' || a === undefined) return false
    const { nonce, begin, out, err, end } = voice
    begin(a.n)
    out(bytes)
    err(bytes)
    out(`${nonce} I ${a.n} ${nasty}\n`)
    end(a.n, status)
    if (status === 'OK 0 -') for (const other of others) voice.tell(other.n, 'OK 0 -')
    out(`${nonce} Z ${id} ended\n`)
    err(`${nonce} Z ${id}\n`)
    return true
  }

const release = ['run', 'release', 'web1'] as const

describe('nothing that steers a terminal comes out of conc', () => {
  test.each<[string, Parameters<typeof meet>[0], readonly string[]]>([
    [
      'a banner, on the way to a refusal',
      { banner: bytes.toString('latin1'), begin: ({ channel }) => channel.end() },
      release,
    ],
    [
      'what comes before the agent',
      {
        begin: ({ out, channel }) => {
          out(bytes)
          channel.end()
        },
      },
      release,
    ],
    ['the same, in doctor', { begin: ({ err, channel }) => void [err(bytes), channel.end()] }, ['doctor', 'web1']],
    ['the tools that the agent lacks', { begin: ({ out, nonce }) => out(`${nonce} X lacks ${nasty}\n`) }, release],
    [
      'the home that the agent lacks',
      { begin: ({ out, nonce }) => out(`${nonce} X home ${nasty}\n`) },
      ['status', 'web1'],
    ],
    [
      'the folder and home of the agent',
      { begin: ({ out, nonce }) => out(`${nonce} R /tmp/x /${nasty}\n`) },
      ['doctor', 'web1'],
    ],
    ['the output and notes of a step', { reply: running('OK 0 -') }, release],
    ['the same in a log', { reply: running('OK 0 -') }, [...release, '-q', '--log', 'run.log']],
    ['the same as events', { reply: running('OK 0 -') }, [...release, '--json']],
    ['the signal of a step', { reply: running(`FAILED - ${nasty}`) }, release],
    ['the signal of a step as an event', { reply: running(`FAILED - ${nasty}`) }, [...release, '--json']],
    ['the exit code of a step', { reply: running(`FAILED ${nasty} -`) }, release],
    [
      'why the bundle can not be made',
      { reply: ({ name, id }, { tell }) => name === 'open' && (tell(id, 'unfit', '', bytes) ?? true) },
      release,
    ],
    [
      'who blocks the bundle',
      {
        reply: (asked, voice) =>
          bundle(asked, voice) || (asked.name === 'open' && (voice.tell(asked.id, 'blocked') ?? true)),
      },
      release,
    ],
    ['a status', { reply: bundle }, ['status', 'web1']],
    ['a status as an object', { reply: bundle }, ['status', 'web1', '--json']],
    ['a journal', { reply: bundle }, ['log', 'web1']],
    ['a journal as objects', { reply: bundle }, ['log', 'web1', '--json']],
    ['the names of past runs', { reply: bundle }, ['log', 'web1', '--id', 'none']],
    ['what doctor finds', { reply: bundle }, ['doctor', 'web1']],
    ['what doctor finds as objects', { reply: bundle }, ['doctor', 'web1', '--json']],
    ['a resume', { reply: bundle }, ['resume', 'web1', '-y']],
    ['a halt', { reply: bundle }, ['halt', 'web1']],
    ['a mark', { reply: bundle }, ['mark', 'web1', '1', '--done', '-m', 'why']],
    ['giving up', { reply: bundle }, ['unlock', 'web1', '--id', 'none', '-m', 'why']],
  ])('from %s', { timeout: 60_000 }, async (_, behaviour, words) => {
    await meet(behaviour, words, ({ exit, stdout, stderr, station }) => {
      const log = words.includes('--log') ? readFileSync(join(station.folder, 'run.log'), 'utf8') : ''
      for (const text of [stdout, stderr, log]) expect(unseen.exec(text)?.[0] ?? '', text.slice(0, 2_000)).toBe('')
      expect(exit).not.toBeNull()
      expect(stdout + stderr).not.toMatch(/conc broke/)
      // No line is conc's own that is not: what the node says stands behind a mark, or in a line of conc's.
      expect((stdout + stderr + log).split('\n').filter((line) => line.startsWith(forged.slice(0, 40)))).toEqual([])
    })
  })

  test('from any of them alone, and each is seen', { timeout: 60_000 }, async () => {
    await meet({ reply: running('OK 0 -') }, release, ({ stdout }) => {
      const shown = stdout.split('\n').filter((line) => line.includes(' a          | '))
      expect(shown.filter((line) => line.endsWith(`| ${forged}`))).toHaveLength(2)
      // One with a carriage return is two lines.
      expect(shown.length).toBeGreaterThanOrEqual(vectors.length)
      for (const vector of vectors.filter((text) => text.startsWith(esc)))
        expect(stdout).toContain(
          `| \\x1b${vector.slice(1).replaceAll(/[\x07\x1b]/g, (one) => (one === esc ? '\\x1b' : '\\x07'))}`,
        )
    })
  })

  test.each([
    ['exec', ['exec', 'web1', '--', 'true']],
    ['the kept output of a step', ['log', 'web1', 'a']],
  ])('at a terminal, from %s', { timeout: 60_000 }, async (_, words) => {
    const reply: Reply = (asked, voice) => {
      if (asked.name !== 'launch') return bundle(asked, voice)
      voice.tell('c', 'OK 0 -', bytes, bytes)
      voice.out(`${voice.nonce} Z ${asked.id} done\n`)
      voice.err(`${voice.nonce} Z ${asked.id}\n`)
      return true
    }
    await meet({ reply }, ['check'], async ({ station: { home, folder } }) => {
      const command = quoteAll([process.execPath, program, ...words])
      const env = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', TERM: 'dumb', SHELL: '/bin/sh' }
      const shown = await new Promise<string>((resolve) => {
        execFile('script', ['-qec', command, '/dev/null'], { cwd: folder, env }, (_error, stdout) => resolve(stdout))
      })
      // The terminal itself ends lines with a carriage return.
      expect(unseen.exec(shown.replaceAll(/\r+\n/g, '\n'))?.[0] ?? '').toBe('')
      expect(shown).toContain('\\x1b]52;c;cm0gLXJmIC8=\\x07')
    })
  })
})

describe('a file that is fetched', () => {
  const fetching = { get: 'local fetch logs/app.log in/' }
  const sized =
    (size: number, content: (voice: Parameters<Reply>[1]) => void): Reply =>
    ({ name, id, words }, voice) => {
      if (name === 'ask') {
        voice.tell(id, '0', words.includes('../../evil') ? '' : `${size} 644\n`)
        return true
      }
      if (name !== 'launch') return false
      voice.begin('c')
      content(voice)
      voice.end('c', 'OK 0 -')
      voice.out(`${voice.nonce} Z ${id} done\n`)
      voice.err(`${voice.nonce} Z ${id}\n`)
      return true
    }

  test.each<[string, number, string]>([
    ['is longer than it was said to be', 5, 'x'.repeat(1_000_000)],
    ['is shorter', 500, 'x'],
    ['has another sum', 5, '\\../../evil'],
    ['brings a name of its own', 5, `${'a'.repeat(64)}  ../../evil\n`],
  ])('that %s is not there, and nothing else is', { timeout: 60_000 }, async (_, size, content) => {
    const reply = sized(size, ({ out }) => out(content))
    await meet(
      { reply },
      [...release, '--json'],
      ({ exit, stdout, stderr, station }) => {
        expect([1, 7], stdout + stderr).toContain(exit)
        // DEST itself is the deploy file's word.
        const folder = existsSync(join(station.folder, 'in')) ? ['in'] : []
        expect(readdirSync(station.folder, { recursive: true }).sort()).toEqual(['deploy.ini', ...folder])
        expect(readdirSync(station.home).sort()).toEqual(['.ssh', 'key'])
      },
      fetching,
    )
  })
})
