import { describe, expect, test } from 'vitest'
import { type Given, plan, planned } from './plans.ts'

const hex = 'a'.repeat(64)

test.each<[string, string, Given?]>([
  ['remote run ./bin/migrate --to ${release}', './bin/migrate --to 1.4.2'],
  ['remote as=root run systemctl restart ${app}', 'sudo -u root -- systemctl restart shop'],
  ['local cd=web run npm run "build all"', "cd web && npm run 'build all'"],
  ['remote run ls -- -x --into', 'ls -- -x --into'],
  ['remote sh "make clean"', "sh -euc 'make clean'"],
  [`remote sh 'echo "$app" "\${sshd_ip}"'`, `sh -euc 'app=shop; sshd_ip=192.0.2.11; echo "$app" "\${sshd_ip}"'`],
  ['remote sh "for f in a b; do echo $${f}; done"', "sh -euc 'for f in a b; do echo ${f}; done'"],
  ['remote script up.sh', "sh -euc 'app=shop; echo $app'", { files: { 'up.sh': 'echo $app' } }],
  ['local pause "Look at ${app}"', '# Look at shop'],
  ['local pause', '# Halt here'],
  ['remote open-bundle', 'mkdir -p .conc && mkdir -m 700 .conc/shop && mkdir .conc/shop/payload'],
  ['local open-bundle', 'mkdir -p ~/.conc && mkdir -m 700 ~/.conc/shop && mkdir ~/.conc/shop/payload'],
  [
    'remote open-bundle',
    "mkdir -p /srv && mkdir -m 700 '/srv/my bundle' && mkdir '/srv/my bundle'/payload",
    { attributes: ['bundle = /srv/my bundle'] },
  ],
  ['local deliver dist/*.tgz', 'scp -p dist/*.tgz ops@192.0.2.11:.conc/shop/payload/'],
  [
    'local deliver "my file" b',
    "scp -p -P 2222 'my file' b ops@192.0.2.11:.conc/shop/payload/",
    { attributes: ['sshd.port = 2222'] },
  ],
  ['local deliver -- -x*', 'scp -p ./-x* ops@192.0.2.11:.conc/shop/payload/'],
  ['local fetch logs/shop.log', 'scp ops@192.0.2.11:logs/shop.log shop.log'],
  ['local fetch logs/-x', 'scp ops@192.0.2.11:logs/-x ./-x'],
  ['local fetch logs/shop.log got/', 'mkdir -p got && scp ops@192.0.2.11:logs/shop.log got/shop.log'],
  [
    'remote untar ${app}-*.tgz --into releases/${release}',
    'mkdir -p releases/1.4.2 && tar -xzof .conc/shop/payload/shop-*.tgz -C releases/1.4.2',
  ],
  ['remote untar x.tar --strip 1', 'tar -xof .conc/shop/payload/x.tar --strip-components=1'],
  ['local untar "my shop-[0-9]*.tar.xz"', "tar -xJof ~/.conc/shop/payload/'my shop-'[0-9]*.tar.xz"],
  [
    'remote cd=/srv as=www untar x.tgz --into "a b"',
    `cd /srv && sudo -u www -- sh -euc 'mkdir -p '"'"'a b'"'"' && tar -xzof .conc/shop/payload/x.tgz -C '"'"'a b'"'"`,
  ],
  ['remote checksum --sums SHA256SUMS', '(cd .conc/shop/payload && sha256sum -c SHA256SUMS)'],
  [
    `local checksum --sha256 ${hex.toUpperCase()} -- -x.tgz`,
    `(cd ~/.conc/shop/payload && echo '${hex}  ./-x.tgz' | sha256sum -c -)`,
  ],
  [
    'remote link releases/${release} current',
    '{ [ ! -e current ] || readlink -v current; } && ls -dL releases/1.4.2 && ln -sfT releases/1.4.2 current.new && mv -T current.new current',
  ],
  [
    'remote cd=apps link releases/1 "my link"',
    "cd apps && { [ ! -e 'my link' ] || readlink -v 'my link'; } && ls -dL releases/1 && ln -sfT releases/1 'my link.new' && mv -T 'my link.new' 'my link'",
  ],
])('%s is %s', async (line, command, given = {}) => {
  expect((await planned(line, given)).command).toBe(command)
})

test('closing is shown as the two moves that it is', async () => {
  const { steps } = await plan(['remote open-bundle', 'remote close-bundle'])
  expect(steps[1]?.command).toBe(
    'mkdir -p .conc/history/shop && mkdir .conc/shop/closing && mv .conc/shop .conc/history/shop/RUN',
  )
})

describe('what is wrong is said at the line', () => {
  test.each<[string, string, Given?]>([
    ['remote run', 'run: PROGRAM is missing. Write run PROGRAM [ARG…].'],
    ['remote run "${empty}"', 'PROGRAM is empty. Name one.', { attributes: ['empty ='] }],
    ['remote sh echo hi', 'sh takes one script, and there are more words. Quote it, or use run.'],
    ["remote sh 'echo ${sshd.ip}'", '${sshd.ip} means nothing to a shell. Write $sshd_ip.'],
    ['remote script up.sh', 'there is no file `up.sh` in the folder of the deploy file. Make it or correct the name.'],
    [
      'remote script up.sh',
      'script: up.sh is for /usr/bin/env python3, not for sh. Deliver it and use run.',
      { files: { 'up.sh': '#!/usr/bin/env python3\n' } },
    ],
    ['remote pause', "pause can't be remote. Write local before it."],
    ['remote deliver x', "deliver can't be remote. Write local before it."],
    ['local as=root deliver x', 'as= is for a command, and deliver is none. Leave it away.'],
    ["local deliver 'a\\b'", 'A file to deliver has a name, without backslashes.'],
    ['local fetch logs/', 'PATH names no file.'],
    ['local fetch ..', 'PATH names no file.'],
    ['local fetch x ""', 'DEST is empty. Name a file, or leave it away.'],
    ['remote untar ../x.tgz', '../x.tgz leaves the payload. Name a file of it.'],
    ['remote untar ${up}/x.tgz', '../x.tgz leaves the payload. Name a file of it.', { attributes: ['up = ..'] }],
    ['remote untar x.tgz --strip one', '--strip takes a number, such as 1.'],
    ['remote untar x.tgz --into ""', '--into is empty. Name a folder.'],
    ['remote checksum', 'checksum takes either FILE --sha256 HEX or --sums FILE.'],
    ['remote checksum a', 'checksum takes either FILE --sha256 HEX or --sums FILE.'],
    [`remote checksum a --sha256 ${hex} --sums b`, 'checksum takes either FILE --sha256 HEX or --sums FILE.'],
    ['remote checksum a --sha256 12', '--sha256 takes 64 hexadecimal digits.'],
    ['remote checksum --sums /etc/passwd', '/etc/passwd leaves the payload. Name a file of it.'],
    ['remote link x ""', 'link takes the path of a target and that of a link.'],
    ['remote link x /srv/current', '/srv/current is absolute and x is not. Make both absolute.'],
    [
      'remote link ../x apps/current',
      'With .. in a path it is not known what the link sees. Name both from where the step starts, or use cd=.',
    ],
  ])('%s: %s', async (line, message, given = {}) => {
    expect((await plan([line], given)).errors).toEqual([message])
  })
})

describe('a value never becomes code', () => {
  const value = '$(touch pwned); `touch pwned` --strip=9 "\' *'

  test.each(['remote run echo ${evil}', 'remote sh \'echo "$evil"\'', 'remote script up.sh'])('%s', async (line) => {
    const { command } = await planned(line, { attributes: [`evil = ${value}`], files: { 'up.sh': 'echo "$evil"' } })
    const { makeShells, type } = await import('./shells.ts')
    const { shells, remove } = makeShells()
    for (const shell of shells) expect(type(shell, '/tmp', command)).toMatchObject({ exit: 0, stdout: `${value}\n` })
    remove()
  })

  test('and never a flag', async () => {
    const { args } = await planned('remote untar ${evil}', { attributes: ['evil = --into=/'] })
    expect(args).toEqual({ positionals: ['--into=/'], flags: {} })
  })
})

test('a script gets those attributes that it names, and no others', async () => {
  const { action } = await planned(`remote sh 'echo "$app" "\${sshd_ip:-x}" "\${#release}" $admins'`)
  expect(action).toMatchObject({ command: { variables: { app: 'shop', sshd_ip: '192.0.2.11', release: '1.4.2' } } })
  expect(
    Object.keys(action.kind === 'command' && 'script' in action.command ? (action.command.variables ?? {}) : {}),
  ).toHaveLength(3)
})

test('a pause knows its message', async () => {
  expect((await planned('local pause "Look at ${app}"')).action).toEqual({ kind: 'pause', message: 'Look at shop' })
})
