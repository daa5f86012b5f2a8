import { describe, expect, test } from 'vitest'
import {
  isShellsOwn,
  knownAttribute,
  knownAttributes,
  looksLikePassword,
  nearlyKnown,
  variableOf,
} from '../../src/words/attributes.ts'

const accepted: Record<string, string[]> = {
  app: ['shop', 'my-shop.2', '_x'],
  release: ['1.4.2', '2026-11-20', 'v1'],
  'sshd.ip': ['192.0.2.11', 'web1.example.com', '2001:db8::1', 'fe80::1%eth0', 'web1'],
  'sshd.port': ['1', '22', '65535'],
  admin: ['ops', 'deploy-user', 'ops@example.com', 'svc$'],
  op_key: ['shop', 'shop.2'],
  key: ['~/.ssh/id_shop', '/keys/shop', 'key'],
  bundle: ['.conc/shop', '/var/lib/conc/shop', 'a b', './x', '.conc/historyx', 'x..y/z'],
  jump: ['gate', 'ops@gate:2222', 'a,b', 'none', '[2001:db8::1]:22', 'me@corp@gate'],
  transport: ['ssh2', 'ssh'],
  sudo: ['ask', 'nopasswd'],
  embedded: ['yes', 'no'],
  hostkeys: ['yes', 'ask', 'accept-new'],
  reattach: ['0', '6'],
  durable: ['yes', 'no'],
  nodetests: ['nodetests', '../tests', '/srv/tests', 'a b'],
  'test.ports': ['22', '22 443', '22, 443,udp/123', 'tcp/65535'],
  'test.folders': ['/srv/shop', 'apps/shop /var/lib/shop'],
  'test.certificates': ['/etc/ssl/shop.pem', 'shop.example:443, [::1]:8443'],
  'test.certificate.days': ['0', '21', '365'],
  'test.disk.paths': ['/', '/ /var'],
  'test.disk.max': ['1', '90', '100'],
  'test.clock.max': ['5s', '500ms', '1m'],
}

const refused: Record<string, string[]> = {
  app: ['', 'a/b', '-rf', '.x', '..'],
  release: ['', '1/2', '-1', '.1'],
  'sshd.ip': ['', '-oProxyCommand=x', 'a b', 'ops@web1', 'web1:22', '[::1]', 'http://x', ' '],
  'sshd.port': ['', '0', '65536', '22a', '-1', '0x16', '2.2', '999999'],
  admin: ['', '-x', 'a b', 'a:b', 'a/b'],
  op_key: ['', 'a/b', '*', '-x', '.x'],
  key: ['', '-x'],
  bundle: [
    '',
    '/',
    '.',
    './',
    '~',
    '~/x',
    '~ops/x',
    '..',
    '../x',
    'a/../b',
    '-rf',
    '.conc',
    '.conc/history',
    './.conc//history/',
    '/home/ops/.conc/history/x',
    'x'.repeat(256),
  ],
  jump: ['', '-x', 'a b', 'a,', 'a:', 'a:x', '::1', 'a,-x', '@', 'a/b'],
  transport: ['', 'SSH', 'openssh', 'telnet'],
  sudo: ['', 'yes', 'password'],
  embedded: ['', 'true', 'Yes', '1'],
  hostkeys: ['no', ''],
  reattach: ['', '7', '-1', '1.5'],
  durable: ['off'],
  nodetests: ['', '-x'],
  'test.ports': ['', ',', '0', '65536', 'ssh', 'tcp:22', 'sctp/22', '22;443'],
  'test.folders': ['', ' '],
  'test.certificates': ['', '-x', '/a -b'],
  'test.certificate.days': ['', '-1', '21d', '10000'],
  'test.disk.paths': ['', ','],
  'test.disk.max': ['', '0', '101', '90%'],
  'test.clock.max': ['', '5', '0s', 'soon'],
}

test('every known attribute has rows here', () => {
  const names = knownAttributes.map(({ name }) => name)
  expect(Object.keys(accepted)).toEqual(names)
  expect(Object.keys(refused)).toEqual(names)
})

describe.each(knownAttributes)('$name', ({ name, accepts, default: value }) => {
  test.each(accepted[name] ?? [])('accepts %j', (text) => expect(accepts(text)).toBe(true))
  test.each(refused[name] ?? [])('refuses %j', (text) => expect(accepts(text)).toBe(false))
  test('accepts its own default', () => {
    expect(value === undefined || accepts(value.replace('${app}', 'shop'))).toBe(true)
  })
})

test.each([
  ['sshd.prot', 'sshd.port'],
  ['sshd_port', 'sshd.port'],
  ['ssh.port', 'sshd.port'],
  ['sshd.io', 'sshd.ip'],
  ['sshd.port', undefined],
  ['admim', undefined],
  ['db.port', undefined],
])('the key %s nearly is %s', (key, near) => expect(nearlyKnown(key)).toBe(near))

test.each([
  ['sshd.ip', 'sshd_ip'],
  ['a-b.c', 'a_b_c'],
  ['app', 'app'],
])('%s is the shell variable %s', (key, variable) => expect(variableOf(key)).toBe(variable))

test.each(['PATH', 'HOME', 'IFS', 'ENV', 'SHELL', 'USER', 'LOGNAME', 'PWD', 'LD_PRELOAD', 'LD_', 'UID', '_'])(
  '%s is the shell’s own',
  (variable) => expect(isShellsOwn(variable)).toBe(true),
)

test.each(['path', 'HOMES', 'LDX', 'app', 'name'])('%s is free', (variable) =>
  expect(isShellsOwn(variable)).toBe(false),
)

test.each([
  ['password', true],
  ['PASSWD', true],
  ['db_password', true],
  ['db.password', true],
  ['key-passphrase', true],
  ['password_command', false],
  ['compassword', false],
])('whether %s looks like a password: %s', (key, like) => expect(looksLikePassword(key)).toBe(like))

test('only names of the table are known', () => {
  expect(knownAttribute('sshd.ip')?.name).toBe('sshd.ip')
  expect(knownAttribute('__proto__')).toBeUndefined()
})
