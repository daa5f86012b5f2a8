import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isRoot } from '../fixtures/sshd.ts'
import { asRoot, contentsOf, Patient, uidOf, work } from './patient.ts'

/** Users of one's own, mounts and rules are root's to make. */
describe.runIf(isRoot)('doctor', () => {
  let node: Patient
  beforeAll(async () => {
    node = await Patient.start()
  })
  afterAll(() => node.stop())
  afterEach(() => node.heal())

  /** What is broken, the finding that says so with its text and what mends it, and the exit code. */
  type Row = readonly [
    what: string,
    broken: () => void,
    check: string,
    text: RegExp,
    mend: RegExp | undefined,
    exit: 2 | 3 | 4,
  ]
  const rows: readonly Row[] = [
    ['no address', () => node.file({ 'sshd.ip': '' }), 'address', /has no address/, /^conc show web1$/, 2],
    [
      'a name that nobody knows',
      () => node.file({ 'sshd.ip': 'nosuch.invalid' }),
      'address',
      /nosuch\.invalid (is not found|can't be looked up)/,
      /^set sshd\.ip = ADDRESS in \[node:web1\]$/,
      4,
    ],
    [
      'a wrong port',
      () => node.file({ 'sshd.port': String(node.closed) }),
      'port',
      /refuses connections/,
      /sshd\.port/,
      4,
    ],
    [
      'a host key that nobody knows',
      () => {
        node.file()
        writeFileSync(join(node.station.home, '.ssh', 'known_hosts'), '')
      },
      'host key',
      /is not known: ED25519 SHA256:/,
      /^once SHA256:\S+ was compared on the node: echo '\[127\.0\.0\.1\]:\d+ ssh-ed25519 \S+' >> \S+known_hosts$/,
      4,
    ],
    [
      'a host key that has changed',
      () => {
        node.file()
        const [type, key] = readFileSync(join(node.folder, 'other.pub'), 'utf8').split(' ')
        writeFileSync(join(node.station.home, '.ssh', 'known_hosts'), `[127.0.0.1]:${node.sshd.port} ${type} ${key}\n`)
      },
      'host key',
      /has changed: .*known_hosts:1 says/,
      /^once SHA256:\S+ was compared on the node: ssh-keygen -R '\[127\.0\.0\.1\]:\d+' -f \S+known_hosts$/,
      4,
    ],
    [
      'a key that is not let in',
      () => node.file({ key: join(node.folder, 'other') }),
      'login',
      /refused the login of/,
      /^ssh-copy-id -i \S+\/other\.pub -p \d+ conct\w+@127\.0\.0\.1$/,
      4,
    ],
    [
      'a key file that others can read',
      () => {
        const open = join(node.station.folder, 'open')
        copyFileSync(node.sshd.keyFile, open)
        chmodSync(open, 0o644)
        node.file({ key: open })
      },
      'login',
      /others can read the key file .* Run chmod 600/,
      undefined,
      4,
    ],
    [
      'a login shell that runs nothing',
      () => node.file({}, work, node.silent),
      'shell',
      /did not run conc's agent\. It said: This account is currently not available\./,
      /chsh/,
      4,
    ],
    [
      'no setsid and no tee',
      () => {
        node.file()
        node.programs(['setsid', 'tee'])
      },
      'tools',
      /the node lacks setsid, tee\./,
      /^apt-get install coreutils util-linux$/,
      4,
    ],
    [
      'no program that an op calls',
      () => {
        node.file({}, { open: 'remote open-bundle', unpack: 'remote untar a.tgz', close: 'remote close-bundle' })
        node.programs(['tar'])
      },
      'tools',
      /^tar is not there: untar can't work$/,
      /^apt-get install tar$/,
      4,
    ],
    [
      'no sudo',
      () => {
        node.file({}, asRoot)
        node.programs(['sudo'])
      },
      'sudo',
      /^there is no sudo, and own would run by it$/,
      /^apt-get install sudo$/,
      4,
    ],
    [
      'a rule for somebody else',
      () => {
        node.file({}, asRoot)
        node.rule('ALL=(nobody) NOPASSWD: ALL')
      },
      'sudo',
      /^sudo does not let own run as root without a password: id -u$/,
      /^visudo/,
      4,
    ],
    [
      'a rule for another program, where sudo = nopasswd',
      () => {
        node.file({ sudo: 'nopasswd' }, asRoot)
        node.rule('ALL=(root) NOPASSWD: /usr/bin/uptime')
      },
      'sudo',
      /^sudo does not let own run as root without a password: id -u$/,
      /^visudo/,
      4,
    ],
    [
      'no user as whom a step would run',
      () => {
        node.file({}, { ...asRoot, own: 'remote as=nosuchuser run id' })
        node.rule('ALL=(ALL) NOPASSWD: ALL')
      },
      'sudo',
      /^there is no user nosuchuser, as whom own would run$/,
      /^useradd nosuchuser$/,
      4,
    ],
    [
      'a full disk',
      () => {
        node.file()
        node.mount('size=64k')
      },
      'disk',
      /^0 MiB free in the home directory$/,
      /^df -h \/home\/conct\w+$/,
      4,
    ],
    [
      'a disk without inodes',
      () => {
        node.file()
        node.mount('size=4m,nr_inodes=5')
      },
      'inodes',
      /^\d of 5 inodes free in the home directory/,
      /^df -i/,
      4,
    ],
    [
      'a home that can not be written',
      () => {
        node.file()
        node.mount('size=4m')
        execFileSync('mount', ['-o', 'remount,ro', node.sshd.home])
      },
      'disk',
      /^the home directory can not be written$/,
      /^ls -ld/,
      4,
    ],
    [
      'a home that everybody can write to',
      () => {
        node.file()
        chmodSync(node.sshd.home, 0o777)
      },
      'folder',
      /^everybody can write to \/home\/conct\w+, and so replace the bundle$/,
      /^chmod g?o-w \/home\/conct\w+$/,
      4,
    ],
    [
      'a folder that a group can write to',
      () => {
        node.file()
        chmodSync(node.inHome('.conc'), 0o770)
        chownSync(join(node.sshd.home, '.conc'), uidOf(node.sshd.user), 100)
      },
      'folder',
      /^group 100 can write to /,
      /^chmod g-w /,
      4,
    ],
    [
      'a folder of another user on the way',
      () => {
        node.file()
        mkdirSync(join(node.sshd.home, '.conc'))
        chownSync(join(node.sshd.home, '.conc'), uidOf(node.neighbour.name), 0)
      },
      'folder',
      /^\S+\/\.conc belongs to user \d+, who could put another bundle in its place$/,
      /^set bundle = PATH/,
      4,
    ],
    [
      'a link that leads through the folder of another user',
      () => {
        node.file()
        mkdirSync(join(node.neighbour.home, 'trap'), { recursive: true })
        chmodSync(node.neighbour.home, 0o755)
        chownSync(join(node.neighbour.home, 'trap'), uidOf(node.sshd.user), 0)
        symlinkSync(join(node.neighbour.home, 'trap'), join(node.sshd.home, '.conc'))
      },
      'folder',
      /^\/home\/conct\w+ belongs to user \d+/,
      /^set bundle = PATH/,
      4,
    ],
    [
      'a bundle that others can look into',
      () => {
        node.file()
        node.inHome('.conc')
        chmodSync(node.inHome('.conc/shop'), 0o755)
      },
      'folder',
      /^others can look into the bundle /,
      /^chmod 700 /,
      4,
    ],
    [
      'a bundle that was made by hand',
      () => {
        node.file()
        node.inHome('.conc')
        chmodSync(node.inHome('.conc/shop'), 0o700)
      },
      'bundle',
      /names no run/,
      /^conc status web1$/,
      3,
    ],
  ]

  test.each(rows)(
    'with %s says so and what mends it, and changes nothing',
    async (_what, broken, check, text, mend, code) => {
      broken()
      const before = contentsOf(node.sshd.home)
      const { exit, findings } = await node.examine()
      const failed = findings.filter(({ ok, check: one }) => !ok && one !== 'bundle')
      const [finding] = code === 3 ? findings.filter(({ ok }) => !ok) : failed
      expect(finding, JSON.stringify(findings)).toMatchObject({ check, text: expect.stringMatching(text) })
      expect(finding?.mend ?? '').toMatch(mend ?? /^$/)
      expect(exit).toBe(code)
      expect(contentsOf(node.sshd.home)).toEqual(before)
    },
  )
})
