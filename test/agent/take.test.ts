import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type Agent,
  bash,
  busyboxAlone,
  contentOf,
  dash,
  endProcess,
  isAlive,
  journalOf,
  open,
  pidIn,
  runSteps,
  script,
  startAgent,
} from '../fixtures/agent.ts'

const bundle = '.conc/shop'

describe.each([dash, bash, busyboxAlone])('under $name', (shell) => {
  let home: string
  let agents: Agent[]
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'conc-home-'))
    agents = []
  })
  afterEach(async () => {
    await Promise.all(agents.map((agent) => agent.end()))
    rmSync(home, { recursive: true })
  })

  const start = async () => {
    const agent = await startAgent(shell, { home })
    agents.push(agent)
    return agent
  }
  const opened = async (order = 's1 s2 s3') => {
    const agent = await start()
    expect(await open(agent, { order })).toBe('opened')
    return agent
  }
  /** Leaves a bundle whose agent is dead. */
  const orphaned = async () => {
    const agent = await opened()
    endProcess(agent.pid)
    await expect.poll(() => isAlive(agent.pid)).toBe(false)
    return agent
  }
  const take = async ({ session }: Agent, epoch = 1, run = 'r1') =>
    (await session.call('take', bundle, 'no', run, String(epoch), 'bob@desk')).words.join(' ')
  const at = (name: string) => join(home, bundle, name)

  test('nobody takes over from a runner who is there', async () => {
    await opened()
    expect(await take(await start())).toBe('attended')
  })

  test('of two who take at once one wins; who names another run or epoch does not', async () => {
    await orphaned()
    const [one, two] = [await start(), await start()]
    expect(await take(one, 1, 'r2')).toBe('changed')
    expect(await take(one, 2)).toBe('changed')
    const words = await Promise.all([take(one), take(two)])
    expect(['attended', 'changed']).toContain(words.find((word) => word !== 'taken'))
    expect(words).toContain('taken')
    expect(journalOf({ home })).toEqual(['open r1', 'take 2 bob@desk'])
  })

  test('a last line that a crash cut short counts as never written, and the next stands on its own', async () => {
    await orphaned()
    appendFileSync(at('journal'), '2026-11-20T12:00:00Z void 12 1 deploy')
    expect(await take(await start())).toBe('taken')
    expect(journalOf({ home })).toEqual(['open r1', 'void 12 1 deploy\t(cut short)', 'take 2 bob@desk'])
  })

  test('a former runner whose link only stalled starts nothing any more', async () => {
    const former = await opened()
    const work = runSteps(former, [
      script('echo $$ >begun; while [ ! -e go ]; do sleep 0.05; done; echo done >>ran'),
      script('echo second >>ran'),
    ])
    await pidIn(join(home, 'begun'))
    // What its watch does after 45 silent seconds, but that it does not end.
    writeFileSync(at('epoch.1/lost'), '')
    const next = await start()
    expect(await take(next)).toBe('taken')
    rmSync(at('epoch.1/lost'))
    writeFileSync(join(home, 'go'), '')
    const { reason, heard } = await work
    expect([reason, heard.map(({ end }) => end)]).toEqual(['fenced', ['OK 0 -', undefined]])
    expect(readFileSync(join(home, 'ran'), 'utf8')).toBe('done\n')
    expect(journalOf({ home })).toEqual([
      'open r1',
      'begin 1 1 s1 remote',
      'take 2 bob@desk',
      'end 1 1 s1 OK exit=0 signal=-',
    ])
    expect((await former.session.call('note', 'begin 3 1 s3 local ana')).words).toEqual(['fenced'])
    expect((await former.session.call('leave', 'halt ana why')).words).toEqual(['fenced'])
    expect((await former.session.call('give_up', 'r1', 'shop', 'unlock r1 ana why')).words).toEqual(['1'])
    expect(existsSync(at('journal'))).toBe(true)
  })

  test('who took over follows a step that still runs, with all of its output', async () => {
    const former = await opened()
    const text = 'echo $$ >begun; printf early; while [ ! -e go ]; do sleep 0.05; done; printf late; printf err >&2'
    runSteps(former, [script(text)]).catch(() => {})
    await pidIn(join(home, 'begun'))
    endProcess(former.pid)
    const next = await start()
    expect(await take(next)).toBe('taken')
    const seen = { stdout: '', stderr: '' }
    const followed = next.session.listen('follow', ['1-s1', '1', '0', '0'], {
      data: (stream, bytes) => {
        seen[stream] += bytes
        if (seen.stdout === 'early') writeFileSync(join(home, 'go'), '')
      },
    })
    expect(await followed).toEqual(['followed'])
    expect(seen).toEqual({ stdout: 'earlylate', stderr: 'err' })
    expect(journalOf({ home }).at(-1)).toBe('end 1 1 s1 OK exit=0 signal=-')
  })

  test('a runner whose bundle is gone touches none of a newer run at its place', async () => {
    const former = await opened()
    // A run can only be given up from outside by a hand: here somebody moved it away.
    const moved = join(home, 'moved')
    mkdirSync(moved)
    const other = await start()
    await other.session.ask('mv', bundle, 'moved/shop')
    expect(await open(other, { run: 'r2' })).toBe('opened')
    const { reason } = await runSteps(former, [script('echo >ran')])
    expect(reason).toBe('fenced')
    expect((await former.session.call('note', 'end 1 1 s1 OK')).words).toEqual(['fenced'])
    former.session.send('beat')
    await former.session.close()
    expect(existsSync(at('epoch.1/lost'))).toBe(false)
    expect(journalOf({ home })).toEqual(['open r2'])
    expect((await runSteps(other, [{ argv: ['true'] }])).reason).toBe('done')
    expect(existsSync(join(home, 'ran'))).toBe(false)
  })

  const close = (run = 'r1') => `close_step 2 close 1 ${run} shop`

  test('closing archives the journal with its own end, and the bundle is free', async () => {
    const agent = await opened('s1 close')
    const ends: string[] = []
    const listener = { end: (words: readonly string[]) => ends.push(words.join(' ')) }
    const lines = ['step 1 s1 1 - "" true', close()]
    expect(await agent.session.work(lines, new Map([['2', listener]]))).toBe('done')
    expect(ends).toEqual(['OK 0 -'])
    expect(existsSync(join(home, bundle))).toBe(false)
    expect(journalOf({ home }, '.conc/history/shop/r1')).toEqual([
      'open r1',
      'begin 1 1 s1 remote',
      'end 1 1 s1 OK exit=0 signal=-',
      'begin 2 1 close remote',
      'close r1',
      'end 2 1 close OK exit=0 signal=-',
    ])
    expect(readdirSync(join(home, '.conc/history/shop/r1')).sort()).not.toContain('payload')
    const next = await start()
    expect(await open(next, { run: 'r2' })).toBe('opened')
    await agent.session.close()
    expect((await runSteps(next, [{ argv: ['true'] }])).reason).toBe('done')
  })

  test('of the past runs the newest twenty are kept, and those whose own agent or worker is there', async () => {
    for (let i = 10; i < 35; i++) mkdirSync(join(home, `.conc/history/shop/a${i}/epoch.1`), { recursive: true })
    const evidence = (run: string, who: string, text: string) =>
      writeFileSync(join(home, `.conc/history/shop/${run}/epoch.1`, who), `${text}\n`)
    const agent = await opened('close')
    const alive = readFileSync(at('epoch.1/agent'), 'utf8').trim()
    const [own, , boot] = alive.split(' ')
    evidence('a11', 'agent', alive)
    evidence('a12', 'worker', alive)
    evidence('a13', 'agent', `${own} 1 ${boot}`)
    await agent.session.work([close()], new Map())
    const kept = readdirSync(join(home, '.conc/history/shop')).sort()
    expect([kept.length, ...kept.slice(0, 3), kept.at(-1)]).toEqual([22, 'a11', 'a12', 'a16', 'r1'])
  })

  test('a run is given up by whoever took it, also when its closing was cut off', async () => {
    await orphaned()
    mkdirSync(at('closing'))
    const agent = await start()
    expect(await take(agent)).toBe('taken')
    expect((await agent.session.call('give_up', 'r1', 'shop', 'unlock r1 bob why')).words).toEqual(['0'])
    expect(existsSync(join(home, bundle))).toBe(false)
    expect(journalOf({ home }, '.conc/history/shop/r1').at(-1)).toBe('unlock r1 bob why')
  })

  test('leaving is on the record, takes the wish to halt with it, and the bundle stays', async () => {
    const agent = await opened()
    expect((await agent.session.ask('ask_halt', bundle, 'bob@desk')).words).toEqual(['0'])
    expect(await contentOf(at('halt'))).toBe('bob@desk')
    expect((await runSteps(agent, [script('echo >ran')])).reason).toBe('halted')
    expect((await agent.session.call('note', 'begin 1 1 s1 local ana')).words).toEqual(['halted'])
    expect((await agent.session.call('leave', 'halt ana@desk before s1: asked for')).words).toEqual(['left'])
    expect(journalOf({ home })).toEqual(['open r1', 'halt ana@desk before s1: asked for'])
    expect([existsSync(at('halt')), existsSync(join(home, 'ran'))]).toEqual([false, false])
  })

  test('no step begins before the one before it is settled, whoever asks and on whichever side', async () => {
    const former = await opened()
    const note = async ({ session }: Agent, line: string) => (await session.call('note', line)).words.join(' ')
    expect((await runSteps(former, [script('echo >ran')], 2)).reason).toBe('early')
    expect(await note(former, 'begin 2 1 s2 local ana')).toBe('early')
    expect(await note(former, 'begin 9 1 other local ana')).toBe('early')
    expect((await runSteps(former, [{ argv: ['true'] }, { argv: ['false'] }])).reason).toBe('ended')
    expect((await runSteps(former, [script('echo >ran')], 3)).reason).toBe('early')
    // An end that was cut short counts as never written.
    appendFileSync(at('journal'), '2026-11-20T12:00:00Z end 2 2 s2 OK exit=0')
    endProcess(former.pid)
    await expect.poll(() => isAlive(former.pid)).toBe(false)
    const next = await start()
    expect(await take(next)).toBe('taken')
    expect((await runSteps(next, [script('echo >ran')], 3)).reason).toBe('early')
    expect(existsSync(join(home, 'ran'))).toBe(false)
    expect(await note(next, 'mark 2 s2 done bob by hand')).toBe('noted')
    expect((await runSteps(next, [{ argv: ['true'] }], 3)).reason).toBe('done')
  })

  test('notes are whole lines with the time of the node', async () => {
    const agent = await opened()
    const answer = await agent.session.call(
      'note',
      'begin 1 1 s1 local ana',
      `end 1 1 s1 OK exit=- signal=- it's "fine"`,
    )
    expect(answer.words).toEqual(['noted'])
    expect(readFileSync(at('journal'), 'utf8')).toMatch(
      /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ .*\n){2}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ end 1 1 s1 OK exit=- signal=- it's "fine"\n$/,
    )
  })
})
