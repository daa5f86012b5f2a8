import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { isRoot, type Sshd, startSshd } from '../fixtures/sshd.ts'

const steps = { open: 'remote open-bundle', say: 'remote run true', close: 'remote close-bundle' }

function stationFor(sshd: Sshd): Workstation {
  const station = makeWorkstation(readFileSync(sshd.knownHostsFile, 'utf8'))
  const node = { 'sshd.ip': '127.0.0.1', 'sshd.port': String(sshd.port), admin: sshd.user, key: sshd.keyFile }
  station.write(
    'deploy.ini',
    deployFile({ deploy: { app: 'shop', release: '1' }, 'node:web1': node, 'job:release': steps }),
  )
  return station
}

describe.runIf(isRoot)('a login shell that runs nothing', () => {
  let sshd: Sshd
  let station: Workstation

  beforeAll(async () => {
    sshd = await startSshd({ loginShell: '/usr/sbin/nologin' })
    station = stationFor(sshd)
  })

  afterAll(async () => {
    await sshd.stop()
    station.remove()
  })

  test.each([[['status', 'web1']], [['exec', 'web1', '--', 'true']], [['resume', 'web1']]])(
    '%j says what it said',
    async (args) => {
      const { exit, stdout, stderr } = await station.conc(...args)
      expect({ exit, stdout, stderr }).toEqual({
        exit: 4,
        stdout: '',
        stderr: `${sshd.user}@127.0.0.1:${sshd.port}: the login worked, but its shell did not run conc's agent. It said: This account is currently not available. Check the user's login shell, forced commands and rc files.\n`,
      })
    },
  )
})

describe.runIf(isRoot)('a home', () => {
  let sshd: Sshd
  let station: Workstation

  beforeAll(async () => {
    sshd = await startSshd({ loginShell: '/bin/sh' })
    station = stationFor(sshd)
  })

  afterAll(async () => {
    await sshd.stop()
    station.remove()
  })

  beforeEach(() => {
    const uid = execFileSync('id', ['-u', sshd.user], { encoding: 'utf8' }).trim()
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=64k,mode=700,uid=${uid}`, 'tmpfs', sshd.home])
  })

  afterEach(() => {
    execFileSync('umount', ['-l', sshd.home])
  })

  test('that is full is told, and no run is left there', async () => {
    expect(() => writeFileSync(join(sshd.home, 'fill'), Buffer.alloc(100_000))).toThrow('ENOSPC')
    await expectRefused(/^the bundle \.conc\/shop can't be made on the node: .* Nothing was changed\.$/)
    expect((await station.conc('doctor', 'web1')).stdout).toContain(
      `web1  FAIL  disk      0 MiB free in ${sshd.home}/.conc\n`,
    )
  })

  test('that is read-only is told, and nothing is left there', async () => {
    execFileSync('mount', ['-o', 'remount,ro', sshd.home])
    await expectRefused(
      /^the bundle \.conc\/shop can't be made on the node: .*Read-only file system\. See that its disk has room and can be written\. Nothing was changed\.$/,
    )
    expect(readdirSync(sshd.home)).toEqual([])
    expect((await station.conc('doctor', 'web1')).stdout).toContain(
      'web1  FAIL  disk      the home directory can not be written\n',
    )
  })

  async function expectRefused(why: RegExp): Promise<void> {
    const { exit, events, end, stderr } = await station.conc('run', 'release', 'web1', '--json')
    expect({ exit, stderr, status: end?.status }).toEqual({ exit: 4, stderr: '', status: 'ERROR' })
    expect(events.filter(({ event }) => event === 'step-end')).toEqual([
      expect.objectContaining({ step: 'open', status: 'ERROR', why: expect.stringMatching(why) }),
    ])
    expect((await station.conc('status', 'web1')).stdout).toBe('web1: FREE\n')
  }
})
