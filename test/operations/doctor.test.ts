import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { disksOf } from '../../src/operations/doctor/disk.ts'
import type { Finding } from '../../src/operations/doctor/finding.ts'
import { safetyOf, siteOf } from '../../src/operations/doctor/folders.ts'
import { holderOf } from '../../src/operations/doctor/holder.ts'
import { toolsThere } from '../../src/operations/doctor/tools.ts'
import { type Agent, startAgent } from '../fixtures/agent.ts'
import { type StandIns, standInsForEach } from '../fixtures/standins.ts'

let standIns: StandIns
let agent: Agent
standInsForEach(startAgent, (made, started) => {
  standIns = made
  agent = started
})

const at = (path: string) => join(agent.home, path)
const told = (findings: readonly Finding[]) => findings.map(({ ok, text }) => `${ok ? 'ok' : 'FAIL'} ${text}`)

describe('on the way to a bundle', () => {
  const safety = async (bundle: string) => told(await safetyOf(await siteOf(agent.session, bundle)))

  test('a file is no folder', async () => {
    writeFileSync(at('taken'), '')
    expect(await safety('taken/shop')).toEqual([`FAIL ${agent.home}/taken is no folder`])
  })

  test.each([
    ['group', 0o775, /^FAIL group \d+ can write to \S+\/open, and so replace the bundle$/],
    ['everybody', 0o777, /^FAIL everybody can write to \S+\/open, and so replace the bundle$/],
  ])('a folder that %s may write to is none to trust', async (_, mode, text) => {
    standIns.set('getent', 'echo staff:x:0:ann,bob')
    mkdirSync(at('open'))
    chmodSync(at('open'), mode)
    expect(await safety('open/shop')).toEqual([expect.stringMatching(text)])
  })

  test.each([
    ['a sticky one, as /tmp', 0o1777, 'x'],
    ['one of the group of the user alone', 0o775, '$u:x:$g:$u'],
    ['one of the group that names nobody', 0o775, '$u:x:$g:'],
  ])('%s is let pass', async (_, mode, entry) => {
    standIns.set('getent', `u=$(id -un); g=$(id -g); echo "${entry}"`)
    standIns.set('id', 'case $1 in -gn) set -- -un ;; esac; exec /usr/bin/id "$@"')
    mkdirSync(at('open'))
    chmodSync(at('open'), mode)
    expect(await safety('open/shop')).toEqual(['ok nobody else can write on the way to open/shop'])
  })
})

test.each([
  ['nothing of its room', 'echo strange', 'FAIL 0 MiB free in the home directory'],
  ['that it is full', 'echo "tmpfs 100 100 0 100% /"', 'FAIL 0 MiB free in the home directory'],
  ['that there is room', 'echo "tmpfs 9000000 0 9000000 0% /"', 'ok 8789 MiB free in the home directory'],
])('a disk of which the node says %s is told as such', async (_, df, text) => {
  standIns.set('df', `case $1 in -Pk) ${df} ;; esac`)
  expect(told(await disksOf(await siteOf(agent.session, '.conc/shop')))).toContain(text)
})

test('what is in the place of the bundle and is none is looked at, not resumed', async () => {
  writeFileSync(at('shop'), '')
  chownSync(at('shop'), process.getuid?.() ?? 0, process.getgid?.() ?? 0)
  expect(await holderOf(agent.session, 'shop', 'web1', 'conc')).toMatchObject({ ok: false, mend: 'ls -ld shop' })
  expect(await holderOf(agent.session, 'none', 'web1', 'conc')).toMatchObject({ ok: true, text: 'none is free' })
})

test('the programs that ops call are named where all are there, and with who calls them where not', async () => {
  const tools = new Map([
    ['tar', ['untar']],
    ['no-such-tool', ['untar', 'mount']],
  ])
  expect(await toolsThere(agent.session, tools)).toEqual([
    {
      check: 'tools',
      ok: false,
      text: "no-such-tool is not there: untar, mount can't work",
      mend: 'apt-get install no-such-tool',
    },
  ])
  tools.delete('no-such-tool')
  expect(told(await toolsThere(agent.session, tools))).toEqual(['ok tar'])
  expect(await toolsThere(agent.session, new Map())).toEqual([])
})
