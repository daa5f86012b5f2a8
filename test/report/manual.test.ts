import { beforeAll, describe, expect, test } from 'vitest'
import type { Manual } from '../../src/operations/manual.ts'
import { manualDocument, manualPages } from '../../src/report/manual/pages.ts'
import { sample, start } from '../cli/sample.ts'
import { manualFrom, pageOf, sectionOf } from './manuals.ts'

let manual: Manual

beforeAll(async () => {
  manual = await manualFrom(sample)
})

const watched = `[deploy]
app = shop
release = 1
[node:web1]
sshd.ip = 192.0.2.11
[job:release]
pack = local sh "npm run build"
open = remote open-bundle
healthy = remote http http://127.0.0.1:8080/version --body 1
close = remote close-bundle
`

describe('the manual of the sample deploy file', () => {
  test('has a page a node, the states, and one that leads to all', () => {
    expect(manualPages(manual).map(({ path }) => path)).toEqual(['nodes/web1.md', 'states.md', 'index.md'])
  })

  test('begins with a page that names what there is', () => {
    expect(pageOf(manual, 'index.md').split('\n')).toEqual([
      '---',
      '# Written by conc manual from "deploy.ini". What is changed here is lost when it is written again.',
      'title: "Operations manual"',
      'children:',
      '  - "nodes/web1.md"',
      '  - "states.md"',
      '---',
      '',
      '# Operations manual: shop',
      '',
      expect.stringContaining('1 node, 1 job. When something went wrong: [the states](states.md).'),
      '',
      '## Nodes',
      '',
      '| node | address | groups |',
      '| --- | --- | --- |',
      '| [`web1`](nodes/web1.md) | `192.0.2.11` | `web` |',
      '',
      '## Jobs',
      '',
      '| job | steps | from |',
      '| --- | --- | --- |',
      '| `release` | 9 | `deploy.ini:17` |',
      '',
    ])
  })

  test("shows a node's attributes, each with the line that set it", () => {
    const page = pageOf(manual, 'nodes/web1.md')
    expect(page).toContain('\n# Node `web1`\n\nIts groups: `web`.\n')
    const rows = sectionOf(page, 'Attributes').split('\n')
    expect(rows.filter((row) => !row.includes('`default`'))).toEqual([
      '| attribute | value | from |',
      '| --- | --- | --- |',
      '| `sshd.port` | `22` | `deploy.ini:9` |',
      '| `bundle` | `.conc/shop` | `deploy.ini:5` |',
      '| `app` | `shop` | `deploy.ini:3` |',
      '| `release` | `1.4.2` | `deploy.ini:4` |',
      '| `admin` | `ops` | `deploy.ini:8` |',
      '| `op_key` | `shop` | `deploy.ini:10` |',
      '| `venv` | `apps/shop-1.4.2` | `deploy.ini:11` |',
      '| `sshd.ip` | `192.0.2.11` | `deploy.ini:15` |',
      '| `name` | `web1` | `built in` |',
    ])
  })

  test('shows a step whole: what it does, how by hand, what to check, and what its failure means', () => {
    expect(sectionOf(pageOf(manual, 'nodes/web1.md'), '4. `migrate`').split('\n')).toEqual([
      '`run` (remote, up to 10 min; `deploy.ini:21`): Runs a program with its arguments; no shell is involved.',
      '',
      '**On the node:**',
      '',
      '```sh',
      './releases/1.4.2/bin/migrate',
      '```',
      '',
      '**Check after it:** its exit status is 0 (`echo $?`). What it printed under conc: `conc log web1 migrate`, or `.conc/shop/output/4-migrate.*` on the node.',
      '',
      '**When it fails:** an exit status other than 0 is FAILED: no step after it begins, and the bundle stays. After 10 min conc ends it with all its processes: TIMED OUT. If the node is restarted meanwhile nobody knows how it ended: it is UNKNOWN, and waits for a word. See [the states](../states.md).',
      '',
      '```sh',
      'conc log web1 migrate                 # what it printed',
      'conc resume web1 --retry              # this step again, once the cause is mended',
      'conc mark web1 migrate --done -m WHY  # it was done by hand; then:',
      'conc resume web1                      # goes on',
      '```',
    ])
  })

  test.each([
    ['1. `open`', 'mkdir -p .conc && mkdir -m 700 .conc/shop && mkdir .conc/shop/payload &&\nnow='],
    ['1. `open`', "'job: release' 'node: web1' 'app: shop' 'release: 1.4.2'"],
    ['1. `open`', 'the run is BLOCKED, and nothing was changed by this step'],
    ['2. `deliver`', '**On the workstation:**\n\n```sh\nscp -p dist/*.tgz ops@192.0.2.11:.conc/shop/payload/\n```'],
    ['2. `deliver`', 'pattern of files: `dist/*.tgz`'],
    ['2. `deliver`', 'nobody knows how it ended: it is UNKNOWN'],
    ['3. `unpack`', '- `--into`, where to, made when missing; where the step starts otherwise: `releases/1.4.2`'],
    ['5. `look`', '`Check the numbers, then resume`'],
    ['5. `look`', '**By hand:** nothing to type.'],
    ['7. `restart`', '```sh\nsudo -u root -- systemctl restart shop\n```'],
    ['9. `close`', 'mv .conc/shop .conc/history/shop/"$(sed -n \'s/^run: //p\' .conc/shop/holder)"'],
    ['9. `close`', '`ls -d .conc/shop` finds nothing any more'],
    ['Where the commands are typed', '```sh\nssh-add ~/.ssh/id_*-shop\nssh ops@192.0.2.11\n```'],
    ['The lock', 'cat .conc/shop/holder .conc/shop/remaining'],
    ['The lock', "'job: by hand'"],
    ['Job `release`', 'conc run release web1 --dry-run\nconc run release web1 --until STEP\nconc run release web1\n'],
    ['Job `release`', '| 4 | `migrate` | remote | Runs a program with its arguments; no shell is involved. |'],
  ])('says under %s: %s', (heading, text) => {
    expect(sectionOf(pageOf(manual, 'nodes/web1.md'), heading)).toContain(text)
  })

  test.each([
    ['1. `pack`', 'stands on the terminal alone: no bundle is there to keep it.'],
    ['1. `pack`', 'nobody knows how it ended, and no record says that it began.'],
    ['3. `healthy`', 'it has passed when it shows what stands behind the `#`. What'],
  ])('promises under %s no more than conc does: %s', async (heading, text) => {
    const page = pageOf(await manualFrom(watched), 'nodes/web1.md')
    expect(sectionOf(page, heading)).toContain(text)
  })

  test('offers no word for the steps of the lock that conc would refuse', () => {
    const page = pageOf(manual, 'nodes/web1.md')
    expect(`${sectionOf(page, '1. `open`')}${sectionOf(page, '9. `close`')}`).not.toContain('conc mark')
  })

  test('says of each state and status how it goes on', () => {
    const page = pageOf(manual, 'states.md')
    expect(Array.from(page.matchAll(/^\| \*\*(.*?)\*\*/gm), ([, word]) => word)).toEqual([
      ...['FREE', 'RUNNING', 'STOPPED', 'FAILED', 'LOST'],
      ...['PENDING', 'RUNNING', 'OK', 'SKIPPED', 'BLOCKED', 'FAILED', 'STOPPED', 'TIMED OUT', 'ERROR', 'UNKNOWN'],
    ])
    expect(page).toContain('| 3 | BLOCKED: another run holds the bundle; nothing was changed |')
  })

  test('is one document too, whose headings nest', () => {
    const text = [...manualDocument(manual)].join('')
    expect(Array.from(text.matchAll(/^#{1,3} .*$/gm), ([line]) => line)).toEqual([
      '# Operations manual: shop',
      '## Nodes',
      '## Jobs',
      '## Node `web1`',
      '### Attributes',
      '### Where the commands are typed',
      '### The lock',
      '### Job `release`',
      '## The states',
      '### Of a node',
      '### Of a step',
      '### Exit codes of conc',
      '### The ways on',
      '### Without conc',
    ])
    expect(text).not.toContain('.md')
  })
})

const bundled = (steps: string) => `[job:release]\nopen = remote open-bundle\n${steps}\nclose = remote close-bundle\n`

describe('a node page', () => {
  const nodeOf = async (text: string, files = {}, set = {}) => pageOf(await manualFrom(text, files, set), 'nodes/n.md')

  test.each([
    ['an address and a port', 'sshd.ip = 192.0.2.1\nsshd.port = 2222\n', 'ssh -p 2222 192.0.2.1'],
    ['a jump host', 'sshd.ip = 192.0.2.1\njump = a@b:1,c\n', 'ssh -J a@b:1,c 192.0.2.1'],
    ['none on purpose', 'sshd.ip = 192.0.2.1\njump = none\n', 'ssh 192.0.2.1'],
    ['no address', 'admin = ops\n', 'ssh ops@n'],
    ['an IPv6 address', 'sshd.ip = 2001:db8::1\nadmin = ops\n', 'ssh ops@2001:db8::1'],
    ['a key in the home', 'sshd.ip = a\nkey = ~/.ssh/my key\n', "ssh-add ~/'.ssh/my key'\nssh a"],
    ['a key elsewhere', 'sshd.ip = a\nkey = /keys/k\n', 'ssh-add /keys/k\nssh a'],
  ])('says how to log in with %s', async (_title, attributes, lines) => {
    expect(await nodeOf(`${start}[node:n]\n${attributes}${bundled('')}`)).toContain(`\`\`\`sh\n${lines}\n\`\`\``)
  })

  test('says of an embedded node that there is no login', async () => {
    const section = sectionOf(
      await nodeOf(`${start}[node:n]\nembedded = yes\n${bundled('')}`),
      'Where the commands are typed',
    )
    expect(section).toMatch(/^It is a throw-away node inside conc/)
  })

  test('names the job that is not for the node, and why', async () => {
    const text = `${start}[node:m]\nonly = 1\nsshd.ip = a\n[node:n]\nsshd.ip = a\n${bundled('x = remote run echo ${only}')}`
    expect(sectionOf(await nodeOf(text), 'Job `release`').split('\n')).toEqual([
      'It can not be done on this node:',
      '',
      '```text',
      'deploy.ini:11: there is no attribute `only`. Set it, or write $${ for a plain ${.',
      '```',
    ])
  })

  test('never holds a secret, and says where it comes from', async () => {
    const secrets =
      '[secrets]\na = ask\nb = env SHOP_B\nc = command printf s3cret\nd = file ~/.pw\n' +
      bundled('x = remote secrets=a,b,c,d run env')
    const text = `${start}[node:n]\nsshd.ip = a\n${secrets}`
    const manual = await manualFrom(text)
    const [page, index] = [pageOf(manual, 'nodes/n.md'), pageOf(manual, 'index.md')]
    expect(page + index).not.toContain('s3cret')
    for (const source of ['asked for', 'the variable `SHOP_B`', 'what `printf` prints', 'the file `~/.pw`']) {
      expect(page).toContain(source)
      expect(index).toContain(source)
    }
    expect(sectionOf(page, '2. `x`')).toContain("printf 'a: '; stty -echo; IFS= read -r a; stty echo; echo; export a\n")
    expect(index).toContain('| `c` | what `printf` prints, a command | `deploy.ini:9` |')
  })

  test('gives secrets to another user in a shell of its own, as sudo hands on no environment', async () => {
    const job = `[secrets]\na = ask\n${bundled('x = remote secrets=a as=root cd=/srv run env')}`
    const section = sectionOf(await nodeOf(`${start}[node:n]\nsshd.ip = a\n${job}`), '2. `x`')
    expect(section).toContain('```sh\nsudo -u root sh\n```')
    expect(section).toContain('export a\ncd /srv && env\n)\n```')
  })

  test('has the probe of a step, and names a check that follows', async () => {
    const job = `${bundled('x = remote run make\ny = remote checksum --sums S')}[probe:release]\nx = test -e made\n`
    const page = await nodeOf(`${start}[node:n]\nsshd.ip = a\n${job}`)
    expect(sectionOf(page, '2. `x`')).toContain(
      'Its probe, on the node, exits with 0 when it is done, with 1 when not, else a person has to look: `test -e made`. The next step, `y`, looks',
    )
    expect(sectionOf(page, '3. `y`')).toContain('is itself a check')
  })

  test('says that a run without a bundle begins anew', async () => {
    const page = await nodeOf(`${start}[node:n]\nsshd.ip = a\n[job:j]\nx = remote run make\n`)
    expect(sectionOf(page, '1. `x`')).toContain('no bundle is there that could be resumed')
    expect(page).toContain('conc run j n  # all of it again')
    expect(page).not.toContain('The lock')
  })

  test('runs jobs with what --set said', async () => {
    const text = `${start}[node:n]\nsshd.ip = a\n${bundled('')}`
    expect(await nodeOf(text, {}, { release: '2 b' })).toContain("\nconc run release n -e 'release=2 b'\n")
  })

  test('says that what can not be seen is not what is typed', async () => {
    const text = `${start}[node:n]\nsshd.ip = a\n${bundled('x = remote script s.sh')}`
    const section = sectionOf(await nodeOf(text, { 's.sh': 'echo \u202e' }), '2. `x`')
    expect(section).toContain('echo \\u202e')
    expect(section).toContain('`conc plan release n --json` has them as they are')
  })
})
