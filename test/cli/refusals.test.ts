import { randomBytes } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { freePort, isRoot, makeKey, type Sshd, startSshd } from '../fixtures/sshd.ts'
import { inShell } from './sample.ts'

let sshd: Sshd
let station: Workstation
let closed: number
const app = `shop${randomBytes(4).toString('hex')}`

beforeAll(async () => {
  sshd = await startSshd()
  closed = await freePort()
  station = makeWorkstation(readFileSync(sshd.knownHostsFile, 'utf8'))
  makeKey(beside('other'), 'ed25519')
  makeKey(beside('locked'), 'ed25519', 'secret')
  copyFileSync(sshd.keyFile, beside('open'))
  chmodSync(beside('open'), 0o644)
  writeFileSync(beside('garbage'), 'no key\n', { mode: 0o600 })
  const [type, key] = readFileSync(beside('other.pub'), 'utf8').split(' ')
  const known = readFileSync(sshd.knownHostsFile, 'utf8')
  writeFileSync(beside('known'), known)
  writeFileSync(beside('changed'), `[127.0.0.1]:${sshd.port} ${type} ${key}\n`)
  writeFileSync(beside('revoked'), `@revoked ${known}`)
  writeFileSync(beside('empty'), '')
})

afterAll(async () => {
  await sshd.stop()
  station.remove()
})

/** A file beside the deploy file. */
function beside(name: string): string {
  return join(station.folder, name)
}

/** Changes of a node that works, the known_hosts file, and the sentence on what is wrong. */
interface Row {
  readonly node: () => Readonly<Record<string, string>>
  readonly knownHosts?: string
  readonly sentence: () => string | RegExp
}

const rows: Readonly<Record<string, Row>> = {
  'a key file that is not there': {
    node: () => ({ key: beside('nosuch') }),
    sentence: () => `the key file ${beside('nosuch')} can't be read: there is no such file or folder.`,
  },
  'a key file that others can read': {
    node: () => ({ key: beside('open') }),
    sentence: () => `others can read the key file ${beside('open')}. Run chmod 600 ${beside('open')}.`,
  },
  'a key file that holds no key': {
    node: () => ({ key: beside('garbage') }),
    sentence: () => `the key file ${beside('garbage')} holds no key that can be used here.`,
  },
  'a key with a passphrase, and nobody to ask': {
    node: () => ({ key: beside('locked') }),
    sentence: () =>
      `the key file ${beside('locked')} needs a passphrase and nobody can be asked. Run ssh-add ${beside('locked')} first, or start conc on a terminal.`,
  },
  'no key of the name': {
    node: () => ({ key: '', op_key: 'nosuch' }),
    sentence: () =>
      'no key file ~/.ssh/id_*-nosuch (op_key = nosuch). Make one with ssh-keygen -t ed25519 -f ~/.ssh/id_ed25519-nosuch, or set key = PATH.',
  },
  'a login that is refused': {
    node: () => ({ key: beside('other') }),
    sentence: () =>
      `127.0.0.1 port ${sshd.port} refused the login of ${sshd.user}. Tried: key ${beside('other')}. It accepts: publickey. Put the public key into ~${sshd.user}/.ssh/authorized_keys there, or name another with key = PATH.`,
  },
  'a host key that has changed': {
    node: () => ({}),
    knownHosts: 'changed',
    sentence: () =>
      /^the host key of 127\.0\.0\.1 port \d+ has changed: it is ED25519 SHA256:\S+, but \S+known_hosts:1 says ED25519 SHA256:\S+\. Somebody may be listening in\. If the change is known to be right, take the line out of \S+known_hosts\.$/,
  },
  'a host key that is revoked': {
    node: () => ({}),
    knownHosts: 'revoked',
    sentence: () => /^the host key of 127\.0\.0\.1 port \d+ is revoked \(\S+known_hosts:1\): ED25519 SHA256:\S+\.$/,
  },
  'a host key that is not known, and nobody to ask': {
    node: () => ({}),
    knownHosts: 'empty',
    sentence: () =>
      /^the host key of 127\.0\.0\.1 port \d+ is not known: ED25519 SHA256:\S+\. Compare it with what ssh-keygen -lf \S+ says on the node itself, then trust it with: echo '\S+ ssh-ed25519 \S+' >> \S+known_hosts$/,
  },
  'a port that nobody listens on': {
    node: () => ({ 'sshd.port': String(closed) }),
    sentence: () => `127.0.0.1 refuses connections on port ${closed}. Is sshd running there, and on this port?`,
  },
  'a name that is not found': {
    node: () => ({ 'sshd.ip': 'nosuch.invalid' }),
    sentence: () => /^the name nosuch\.invalid (is not found\.|can't be looked up at present:)/,
  },
}

describe('a node that can not be logged in to', () => {
  test.each(Object.entries(rows))('%s', async (_title, { node, knownHosts = 'known', sentence }) => {
    copyFileSync(beside(knownHosts), join(station.home, '.ssh', 'known_hosts'))
    station.write('deploy.ini', deployFileFor(node()))
    const [status, run] = await Promise.all([
      station.conc('status', 'web1'),
      station.conc('run', 'release', 'web1', '--json'),
    ])
    const said = status.stderr.replace(/^web1: /, '').trimEnd()
    expect(said.split('\n')).toEqual([
      expect.stringMatching(sentence() instanceof RegExp ? sentence() : exactly(sentence())),
    ])
    expect({ exit: status.exit, stdout: status.stdout }).toEqual({ exit: 4, stdout: '' })
    expect({ exit: run.exit, stderr: run.stderr }).toEqual({ exit: 4, stderr: '' })
    expect(run.events.map(({ event }) => event)).toEqual(['run-start', 'run-end'])
    expect(run.end).toMatchObject({ status: 'ERROR', exitCode: 4, next: [] })
    expect(run.end?.message).toContain(`release ended ERROR on web1 before its first step: web1: ${said}`)
    expect(existsSync(join(sshd.home, '.conc', app))).toBe(false)
    expect(readFileSync(join(station.home, '.ssh', 'known_hosts'), 'utf8')).toBe(
      readFileSync(beside(knownHosts), 'utf8'),
    )
  })

  test('for want of an address is a matter of the deploy file', async () => {
    station.write('deploy.ini', deployFileFor({ 'sshd.ip': '' }))
    const { exit, stdout, stderr } = await station.conc('status', 'web1')
    expect({ exit, stdout, stderr }).toEqual({
      exit: 2,
      stdout: '',
      stderr: 'web1 has no address. Set sshd.ip = ADDRESS in [node:web1], or HostName in ~/.ssh/config.\n',
    })
  })

  // A network namespace of its own has no route at all.
  test.runIf(isRoot)('for want of a route is told at once', async () => {
    station.write('deploy.ini', deployFileFor({ 'sshd.ip': '192.0.2.1' }))
    const { exitCode, stdout, stderr } = await inShell(station, 'exec unshare -n $conc status web1')
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 4,
      stdout: '',
      stderr: 'web1: there is no route to 192.0.2.1.',
    })
  })

  test('is told by doctor too, in its own words', async () => {
    station.write('deploy.ini', deployFileFor({ 'sshd.port': String(closed) }))
    const { exit, stdout, stderr } = await station.conc('doctor', 'web1')
    expect({ exit, stdout, stderr }).toEqual({
      exit: 4,
      stdout: [
        'web1  ok    address   127.0.0.1\n',
        `web1  FAIL  port      web1: 127.0.0.1 refuses connections on port ${closed}. Is sshd running there, and on this port?\n`,
        'web1  mend  port      on the node: systemctl start ssh; else set sshd.port\n',
      ].join(''),
      stderr: '',
    })
  })
})

/** A deploy file for the node as it works, with some attributes changed; an empty one is left out. */
function deployFileFor(changed: Readonly<Record<string, string>>): string {
  const works = { 'sshd.ip': '127.0.0.1', 'sshd.port': String(sshd.port), admin: sshd.user, key: sshd.keyFile }
  return deployFile({
    deploy: { app, release: '1' },
    'node:web1': Object.fromEntries(Object.entries({ ...works, ...changed }).filter(([, value]) => value !== '')),
    'job:release': { open: 'remote open-bundle', say: 'remote run true', close: 'remote close-bundle' },
  })
}

function exactly(text: string | RegExp): RegExp {
  return new RegExp(`^${String(text).replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&')}$`)
}
