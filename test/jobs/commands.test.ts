import { describe, expect, test } from 'vitest'
import { type Given, plan, planned } from './plans.ts'

const hex = 'a'.repeat(64)

/** How an archive is looked through first. */
const looks = (words: string) =>
  `! LC_ALL=C tar ${words} 2>&1 | grep -iE '^([bcp]|[-h](..|.....)s|tar: removing leading|-.* -> (/|(.*/)?[.][.](/|$)))' >&2 &&\n`

/** How a pattern is looked at before. */
const one = (archive: string) =>
  `(set -- ${archive} && { [ $# = 1 ] || { echo "several files match: $*" >&2; false; }; }) &&\n`

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
  ['remote open-bundle', 'mkdir -m 700 shop && mkdir shop/payload', { attributes: ['bundle = shop'] }],
  ['local wait-port 80', 'until nc -z web1 80; do sleep 1; done', { node: [] }],
  ['local wait-port 80', 'until nc -z 127.0.0.1 80; do sleep 1; done', { node: ['embedded = yes'] }],
  [
    'remote link . self',
    "{ [ ! -e self ] || readlink self || { echo 'self is no symbolic link' >&2; false; }; } && ls -dL . && ln -sfT . self.new && mv -T self.new self",
  ],
  [
    'remote link apps apps/all',
    "{ [ ! -e apps/all ] || readlink apps/all || { echo 'apps/all is no symbolic link' >&2; false; }; } && ls -dL apps/. && ln -sfT . apps/all.new && mv -T apps/all.new apps/all",
  ],
  ['local unmount -- -x', 'fusermount3 -u ./-x'],
  ['local test', 'conc test web1'],
  ['local test shop --tag "web && !slow"', "conc test web1 shop --tag 'web && !slow'"],
  ['local deliver dist/*.tgz', 'scp -p dist/*.tgz ops@192.0.2.11:.conc/shop/payload/'],
  ['local deliver -- -x*', 'scp -p ./-x* ops@192.0.2.11:.conc/shop/payload/'],
  ['local deliver build', "tar -cf - build | ssh ops@192.0.2.11 'tar -C .conc/shop/payload -xpf -'"],
  [
    'local deliver .',
    `tar -cf - -C .. "$(cd . && basename "$PWD")" | ssh ops@192.0.2.11 'tar -C .conc/shop/payload -xpf -'`,
  ],
  [
    'local deliver build/ --against current',
    "tar -cf - build | ssh ops@192.0.2.11 'tar -C .conc/shop/payload -xpf -' # conc takes from current what is the same there",
  ],
  [
    'local deliver a/x "my file" b c/d/y a/z -- -v',
    `tar -cf - 'my file' b ./-v -C a x z -C "$PWD"/c/d y | ssh -p 2222 ops@192.0.2.11 'tar -C .conc/shop/payload -xpf -'`,
    { attributes: ['sshd.port = 2222'] },
  ],
  [
    'local deliver *.whl x',
    "scp -p *.whl ops@192.0.2.11:.conc/shop/payload/ && tar -cf - x | ssh ops@192.0.2.11 'tar -C .conc/shop/payload -xpf -'",
  ],
  [
    'local deliver x *.whl',
    `scp -p *.whl '[2001:db8::1]:.conc/shop/payload/' && tar -cf - x | ssh 2001:db8::1 'tar -C .conc/shop/payload -xpf -'`,
    { node: ['sshd.ip = 2001:db8::1'] },
  ],
  [
    'local deliver a/x /srv/y b/z',
    `tar -cf - -C a x -C /srv y -C "$PWD"/b z | ssh web1 'tar -C .conc/shop/payload -xpf -'`,
    { node: [] },
  ],
  ['local fetch x', 'scp -r web1:x x', { node: [] }],
  [
    'local fetch x',
    "scp -r -P 2222 'ops@[2001:db8::1]:x' x",
    { node: ['sshd.ip = 2001:db8::1', 'sshd.port = 2222', 'admin = ops'] },
  ],
  ['local fetch logs/shop.log', 'scp -r ops@192.0.2.11:logs/shop.log shop.log'],
  ['local fetch logs/-x', 'scp -r ops@192.0.2.11:logs/-x ./-x'],
  ['local fetch logs/shop.log got/', 'mkdir -p got && scp -r ops@192.0.2.11:logs/shop.log got/shop.log'],
  [
    'remote untar x.tar --strip 1',
    `${looks('-tvf .conc/shop/payload/x.tar')}tar -xof .conc/shop/payload/x.tar --strip-components=1`,
  ],
  [
    'local untar "my shop-[0-9]*.tar.xz"',
    `${one("~/.conc/shop/payload/'my shop-'[0-9]*.tar.xz")}${looks("-tvJf ~/.conc/shop/payload/'my shop-'[0-9]*.tar.xz")}tar -xJof ~/.conc/shop/payload/'my shop-'[0-9]*.tar.xz`,
  ],
  [
    'remote untar ${app}-*.tgz --into releases/${release}',
    `${one('.conc/shop/payload/shop-*.tgz')}${looks('-tvzf .conc/shop/payload/shop-*.tgz')}if [ -e releases/1.4.2 ]; then tar -xzof .conc/shop/payload/shop-*.tgz -C releases/1.4.2; else
rm -rf releases/.1.4.2.new &&
mkdir -p releases/.1.4.2.new &&
tar -xzof .conc/shop/payload/shop-*.tgz -C releases/.1.4.2.new &&
! find releases/.1.4.2.new -type f -links +1 -exec stat -c '%i %h' {} + | sort | uniq -c | awk '$1 < $3 { print "a hard link leads out of the folder" }' | grep . >&2 &&
mv -T releases/.1.4.2.new releases/1.4.2 ||
{ rm -rf releases/.1.4.2.new; false; }; fi &&
touch releases/1.4.2`,
  ],
  [
    'remote template app.tpl etc/app.conf --mode 0640',
    `{ if [ -L etc/app.conf ] || { [ -e etc/app.conf ] && [ ! -f etc/app.conf ]; }; then echo 'etc/app.conf is no plain file' >&2; false; fi &&
rm -f etc/app.conf.new &&
if [ -e etc/app.conf ]; then cp -p etc/app.conf etc/app.conf.new && chmod u+w etc/app.conf.new; fi &&
printf %s 'app shop
' >etc/app.conf.new &&
if cmp -s etc/app.conf etc/app.conf.new && [ "$(stat -c %a etc/app.conf)" = 640 ]; then rm etc/app.conf.new && echo 'etc/app.conf: unchanged'; else
{ diff -uN etc/app.conf etc/app.conf.new | sed -n '1,200p; 201s/.*/(and more)/p'; } &&
chmod 640 etc/app.conf.new &&
mv -f etc/app.conf.new etc/app.conf; fi; } ||
{ rm -f etc/app.conf.new; false; }`,
    { files: { 'app.tpl': 'app ${app}\n' } },
  ],
  ['remote wait-port 80', "until ss -Hltn 'sport = :80' | grep -q .; do sleep 1; done"],
  ['remote wait-port 80 --closed', "while ss -Hltn 'sport = :80' | grep -q .; do sleep 1; done"],
  ['remote wait-port 5432 --host db1', 'until nc -z db1 5432; do sleep 1; done'],
  ['local wait-port 80', 'until nc -z 192.0.2.11 80; do sleep 1; done'],
  ['local http http://${sshd.ip}/', "curl -q -sSig --noproxy '*' http://192.0.2.11/ # 200"],
  [
    'remote http "https://[::1]/?a=b&c" --insecure --status 503 --body "is down"',
    "curl -q -sSig --noproxy '*' -k 'https://[::1]/?a=b&c' # 503, with 'is down' in it",
  ],
  ['remote checksum --sums SHA256SUMS', '(cd .conc/shop/payload && sha256sum -c SHA256SUMS)'],
  [
    `local checksum --sha256 ${hex.toUpperCase()} -- -x.tgz`,
    `(cd ~/.conc/shop/payload && echo '${hex}  ./-x.tgz' | sha256sum -c -)`,
  ],
  [
    'remote link releases/${release} current',
    "{ [ ! -e current ] || readlink current || { echo 'current is no symbolic link' >&2; false; }; } && ls -dL releases/1.4.2 && ln -sfT releases/1.4.2 current.new && mv -T current.new current",
  ],
  [
    'remote cd=apps link releases/1 "my link"',
    "cd apps && { [ ! -e 'my link' ] || readlink 'my link' || { echo 'my link is no symbolic link' >&2; false; }; } && ls -dL releases/1 && ln -sfT releases/1 'my link.new' && mv -T 'my link.new' 'my link'",
  ],
])('%s is %s', async (line, command, given = {}) => {
  expect((await planned(line, given)).command).toBe(command)
})

test.each([
  ['.conc/shop', '~/.conc/shop'],
  ['/srv/my shop', "'/srv/my shop'"],
])("the workstation's bundle %s is closed by a move and a removal", async (bundle, path) => {
  const { steps } = await plan(['local open-bundle', 'local close-bundle'], { attributes: [`bundle = ${bundle}`] })
  expect(steps[1]?.command).toBe(`mv ${path} ${path}.closed && rm -rf ${path}.closed`)
})

test.each([
  ['remote pip-install shop', /^python3 -m pip install .* --find-links \.conc\/shop\/payload -- shop/],
  ['remote pip-install shop --venv=-v', /^\.\/-v\/bin\/python -m pip install /],
  ['local pip-install shop', / --find-links ~\/\.conc\/shop\/payload /],
  ['local npm-install', / --cache ~\/\.conc\/shop\/payload\/npm-cache$/],
  [
    'remote npm-install --node=/opt/node -- -x',
    /\[ -e \.\/-x\/package-lock\.json \].* env PATH=\/opt\/node\/bin:"\$PATH" .* --prefix \.\/-x$/,
  ],
  ['remote npm-install --node=runtime', / env PATH="\$PWD"\/runtime\/bin:"\$PATH" /],
  ['local node-runtime node-v22.11.0-linux-x64.tar.gz', /\(cd ~\/\.conc\/shop\/payload &&.*tar -xzof ~\/\.conc/s],
  ['remote venv -- -v', /python3 -m venv --clear \.\/-v &&/],
])('%s has in it %s', async (line, command) => {
  expect((await planned(line)).command).toMatch(command)
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
    ['local deliver x --against ""', '--against is empty. Name a folder of the node.'],
    ['remote pip-install x --venv ""', '--venv is empty. Name a folder.'],
    ["local deliver 'a\\b'", 'A file to deliver has a name, without backslashes.'],
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
    ['remote template app.tpl', 'template: DEST is missing. Write template SRC DEST [--mode MODE].'],
    ...['""', '.', 'etc/..', 'etc/'].map((dest): [string, string, Given] => [
      `remote template app.tpl ${dest}`,
      'DEST names no file.',
      { files: { 'app.tpl': '' } },
    ]),
    ['remote template app.tpl x --mode 0888', '--mode takes octal digits, such as 0644.', { files: { 'app.tpl': '' } }],
    [
      'remote template app.tpl x',
      'there is no file `app.tpl` in the folder of the deploy file. Make it or correct the name.',
    ],
    ...['""', '/', '//', '.', './', '..', 'a/..', '../..', 'a/../'].map((dir): [string, string] => [
      `remote prune ${dir} --keep 3`,
      'DIR is the name of a folder, such as releases.',
    ]),
    ['remote prune releases', '--keep is missing. Say how many stay: --keep 5.'],
    ...['0', '-1', '01', 'x', '1.5', '""'].map((keep): [string, string] => [
      `remote prune releases --keep=${keep}`,
      '--keep takes a number from 1 on.',
    ]),
    ['remote prune releases --keep 3 --current ""', '--current is empty. Name a link.'],
    ['remote prune ${up} --keep 3', 'DIR is the name of a folder, such as releases.', { attributes: ['up = ..'] }],
    ...['0', '65536', 'http', '""', '080'].map((port): [string, string] => [
      `remote wait-port ${port}`,
      'PORT takes a number from 1 to 65535.',
    ]),
    ['remote wait-port 80 --timeout 30', '--timeout takes a time with a unit, such as 30s or 2m.'],
    ['remote wait-port 80 --timeout 0s', '--timeout takes a time with a unit, such as 30s or 2m.'],
    ['remote wait-port 80 --host=-x', '--host takes a name or an address.'],
    ['remote wait-port 80 --host db1 --closed', '--closed is about the node itself. Leave --host away.'],
    ...['shop.example', 'ftp://x/', 'http://', 'http:///x', '"http://a/ b"', 'file:///etc/passwd'].map(
      (url): [string, string] => [`remote http ${url}`, 'URL begins with http:// or https:// and holds no blank.'],
    ),
    ['remote http http://x/ --status ok', '--status takes a number such as 200.'],
    ['remote http http://x/ --timeout 5', '--timeout takes a time with a unit, such as 30s or 2m.'],
    ...['cur cur', './cur cur', 'cur/ cur', 'a/../cur cur', '/srv/cur /srv//cur', 'cur/sub cur'].map(
      (words): [string, string] => [
        `remote link ${words}`,
        `${words.split(' ')[0]} is the link itself, or leads through it. Name what it is to point at.`,
      ],
    ),
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
