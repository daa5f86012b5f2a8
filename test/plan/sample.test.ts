import { expect, test } from 'vitest'
import { parseDeployFile } from '../../src/deployfile/parse.ts'
import { loadOps } from '../../src/ops/load.ts'
import { buildPlan } from '../../src/plan/build.ts'

const sample = `; Everything about this deploy, in one file: data, not code.
[deploy]
app     = shop
release = 1.4.2
bundle  = .conc/\${app}            ; on the node, relative to the login user's home

[group:web]
admin     = ops                   ; login user
sshd.port = 22
op_key    = shop                  ; ~/.ssh/id_*-shop on the workstation
venv      = apps/\${app}-\${release}

[node:web1]
groups  = web
sshd.ip = 192.0.2.11              ; address or host name

[job:release]
open    = remote open-bundle
deliver = local  deliver dist/*.tgz
unpack  = remote untar \${app}-*.tgz --into releases/\${release}
migrate = remote timeout=10m run ./releases/\${release}/bin/migrate
look    = local  pause "Check the numbers, then resume"
switch  = remote link releases/\${release} current
restart = remote as=root run systemctl restart \${app}
close   = remote close-bundle
`

test('the plan of the sample can be read and typed', async () => {
  const { deployFile, problems } = parseDeployFile(sample, 'deploy.ini', '/home/ana/shop')
  expect(problems).toEqual([])
  if (!deployFile) throw new Error('no deploy file')
  const steps = deployFile.jobs.get('release')?.steps ?? []
  const known = await loadOps(
    steps.map(({ op }) => op),
    '/nowhere',
  )
  const built = buildPlan({ deployFile, job: 'release', node: 'web1', ...known, files: () => undefined })
  expect(built.problems).toEqual([])
  const lines = built.plan?.steps.map(
    ({ n, name, side, command }) => `${n} ${name.padEnd(8)} ${side.padEnd(7)} ${command}`,
  )
  expect(`\n${lines?.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    1 open     remote  mkdir -p .conc && mkdir -m 700 .conc/shop && mkdir .conc/shop/payload
    2 deliver  local   scp -p dist/*.tgz ops@192.0.2.11:.conc/shop/payload/
    3 unpack   remote  (set -- .conc/shop/payload/shop-*.tgz && { [ $# = 1 ] || { echo "several files match: $*" >&2; false; }; }) &&
    ! LC_ALL=C tar -tvzf .conc/shop/payload/shop-*.tgz 2>&1 | grep -iE '^([bcp]|[-h](..|.....)s|tar: removing leading|-.* -> (/|(.*/)?[.][.](/|$)))' >&2 &&
    if [ -e releases/1.4.2 ]; then tar -xzof .conc/shop/payload/shop-*.tgz -C releases/1.4.2; else
    rm -rf releases/.1.4.2.new &&
    mkdir -p releases/.1.4.2.new &&
    tar -xzof .conc/shop/payload/shop-*.tgz -C releases/.1.4.2.new &&
    ! find releases/.1.4.2.new -type f -links +1 -exec stat -c '%i %h' {} + | sort | uniq -c | awk '$1 < $3 { print "a hard link leads out of the folder" }' | grep . >&2 &&
    mv -T releases/.1.4.2.new releases/1.4.2 ||
    { rm -rf releases/.1.4.2.new; false; }; fi &&
    touch releases/1.4.2
    4 migrate  remote  ./releases/1.4.2/bin/migrate
    5 look     local   # Check the numbers, then resume
    6 switch   remote  { [ ! -e current ] || readlink current || { echo 'current is no symbolic link' >&2; false; }; } && ls -dL releases/1.4.2 && ln -sfT releases/1.4.2 current.new && mv -T current.new current
    7 restart  remote  sudo -u root -- systemctl restart shop
    8 close    remote  mkdir -p .conc/history/shop && mkdir .conc/shop/closing && mv .conc/shop .conc/history/shop/RUN
    "
  `)
  expect(built.plan).toMatchObject({ app: 'shop', release: '1.4.2', bundle: '.conc/shop', folder: '/home/ana/shop' })
})
