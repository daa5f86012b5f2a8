import { expect, test } from 'vitest'
import type { HostKeyMode } from '../../src/transport/policy.ts'
import { parseSshConfig } from '../../src/transport/ssh-config.ts'
import { systemSsh } from '../../src/transport/system-needs.ts'
import { channelArguments, masterArguments } from '../../src/transport/system-options.ts'
import { causeOfEnd, refusedBySsh } from '../../src/transport/system-words.ts'
import type { Target } from '../../src/transport/target.ts'

const target: Target = {
  name: 'web1',
  host: 'h',
  port: 2200,
  user: 'ops',
  login: { privateKeys: [], keyFiles: [{ path: '/keys/a "b" 5%', required: true }], onlyTheseKeys: true },
  hostKey: hostKey('yes'),
}

function hostKey(mode: HostKeyMode): Extract<Target['hostKey'], { kind: 'known-hosts' }> {
  return {
    kind: 'known-hosts',
    mode,
    names: ['[h]:2200', 'h'],
    userFiles: ['/k 1', '/k2'],
    globalFiles: [],
    hashed: true,
  }
}

function optionsOf(change: Partial<Target>, canAsk = false): readonly string[] {
  return masterArguments({ ...target, ...change }, { socket: '/s', pinFile: '/pin', canAsk })
}

// a change of the target, whether somebody can answer, an option that ssh gets then
const rows: readonly (readonly [string, Partial<Target>, boolean, string])[] = [
  ['a path is quoted', {}, false, 'IdentityFile="/keys/a \\"b\\" 5%%"'],
  ['several known_hosts files are', {}, false, 'UserKnownHostsFile="/k 1" "/k2"'],
  ['no file is none that can be read', {}, false, 'GlobalKnownHostsFile=/dev/null'],
  [
    'there is no file to remember in',
    { hostKey: { ...hostKey('yes'), userFiles: [] } },
    false,
    'UserKnownHostsFile=/dev/null',
  ],
  ['nobody can answer', { hostKey: hostKey('ask') }, false, 'StrictHostKeyChecking=yes'],
  ['nobody is asked', {}, false, 'BatchMode=yes'],
  ['somebody can answer', { hostKey: hostKey('ask') }, true, 'StrictHostKeyChecking=ask'],
  ['somebody is asked', {}, true, 'BatchMode=no'],
  ['no agent is used where there is none', {}, false, 'IdentityAgent=none'],
  [
    'an alias is told',
    { hostKey: { ...hostKey('yes'), names: ['shop'] } as Target['hostKey'] },
    false,
    'HostKeyAlias=shop',
  ],
  [
    'a pinned key is under an alias',
    { hostKey: { kind: 'pinned', key: Buffer.alloc(0) } },
    false,
    'HostKeyAlias=pinned',
  ],
]

test.each(rows)('%s', (_case, change, canAsk, option) => {
  expect(optionsOf(change, canAsk)).toContain(option)
})

test('the host comes last and behind a stop, and its options before those of the configuration', () => {
  const given = optionsOf({ system: { options: ['proxycommand=nc %h %p'] } })
  expect(given.slice(-4)).toEqual(['-o', 'proxycommand=nc %h %p', '--', 'h'])
  expect(given.slice(0, 2)).toEqual(['-N', '-T'])
  expect(optionsOf({}).slice(0, 2)).toEqual(['-F', 'none'])
  expect(optionsOf({ system: { config: '/c', options: [] } }).slice(0, 2)).toEqual(['-F', '/c'])
})

test('a channel can not log in by itself', () => {
  expect(channelArguments('/s', ['-T'], 'true')).toContain('ProxyCommand=exit 1')
})

// what the configuration says, the jump hosts as written, what ssh is told, why it has to be ssh
const needs: readonly (readonly [string, string | undefined, readonly string[], string | undefined])[] = [
  ['', undefined, [], undefined],
  ['user bob', undefined, [], undefined],
  ['ciphers aes256-ctr', undefined, ['ciphers=aes256-ctr'], undefined],
  ['proxycommand nc %h %p', undefined, ['proxycommand=nc %h %p'], 'ProxyCommand is configured'],
  ['proxycommand none', undefined, [], undefined],
  ['proxycommand nc %h %p', 'none', ['proxyjump=none', 'proxycommand=none'], undefined],
  ['proxycommand nc %h %p', 'bastion', ['proxyjump=bastion'], undefined],
  ['checkhostip yes', undefined, ['checkhostip=yes'], 'CheckHostIP is configured'],
  ['revokedhostkeys /r', undefined, ['revokedhostkeys=/r'], 'RevokedHostKeys is configured'],
  ['verifyhostkeydns false', undefined, [], undefined],
  ['addressfamily inet6', undefined, ['addressfamily=inet6'], 'AddressFamily is configured'],
  [
    'certificatefile /a\ncertificatefile /b',
    undefined,
    ['certificatefile=/a', 'certificatefile=/b'],
    'CertificateFile is configured',
  ],
]
test.each(needs)('the configuration %j with jump %s', (config, jump, options, why) => {
  const { why: reason, ...rest } = systemSsh(parseSshConfig(config), { jump, file: undefined })
  expect([rest, reason]).toEqual([{ options }, why])
})

test.each([
  ['Timeout, server h not responding.\n', 'it stopped answering'],
  ['Connection to h closed by remote host.\r\n', 'Connection to h closed by remote host'],
  ['', 'the other side ended the connection'],
])('that ssh ended saying %j is told as %s', (said, cause) => {
  expect(causeOfEnd(said)).toBe(cause)
})

test('what ssh says of a changed key becomes one line without its decorations', () => {
  const said = `@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
SHA256:abc.
Offending ED25519 key in /k:3
Host key verification failed.\r\n`
  expect(refusedBySsh(target, said).message).toBe(
    'web1: ssh to h port 2200: Host key verification failed. WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! SHA256:abc. Offending ED25519 key in /k:3.',
  )
  expect(refusedBySsh(target, '').message).toContain('it gave no reason')
})
