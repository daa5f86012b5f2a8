import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Home, makeHome } from './home.ts'
import { makePackages, type Packages } from './packages.ts'
import { plan, planned } from './plans.ts'
import { makeShells, withoutTool, withTool } from './shells.ts'

const { shells, remove } = makeShells()
const [dash, busybox] = shells as [(typeof shells)[0], (typeof shells)[0]]
let packages: Packages
let home: Home

beforeAll(() => {
  packages = makePackages()
  execFileSync('/usr/bin/python3', ['-m', 'venv', join(packages.folder, 'v')])
})
afterAll(() => {
  packages.remove()
  remove()
})
beforeEach(() => {
  home = makeHome()
})
afterEach(() => home.remove())

const deliver = (...names: readonly string[]) => {
  for (const name of names) copyFileSync(join(packages.folder, name), join(home.path, '.conc/shop/payload', name))
}
const does = (line: string) => home.does(dash, line)

describe('what is wrong is said at the line', () => {
  test.each([
    ['remote venv', 'venv: DIR is missing. Write venv DIR [--python PYTHON].'],
    ['remote venv ""', 'DIR is empty. Name a folder.'],
    ['remote venv v --python=-x', '--python takes the name of a program, such as python3.'],
    ['remote pip-install', 'pip-install takes packages, or --requirements FILE.'],
    ['remote pip-install --requirements ../x', '--requirements leaves the payload. Name a file of it.'],
    [
      'remote pip-install shop-1-py3-none-any.whl',
      'shop-1-py3-none-any.whl is no name of a package. Deliver the package, and write its name: shop==1.4.2.',
    ],
    [
      'remote pip-install "shop @ https://x.invalid/shop.whl"',
      "'shop @ https://x.invalid/shop.whl' is no name of a package. Deliver the package, and write its name: shop==1.4.2.",
    ],
    ['remote node-runtime node.tgz', 'ARCHIVE is named as on nodejs.org: node-v22.11.0-linux-x64.tar.xz.'],
    [
      'remote node-runtime ../node-v1.2.3-linux-x64.tar.gz',
      'ARCHIVE is named as on nodejs.org: node-v22.11.0-linux-x64.tar.xz.',
    ],
    ['remote node-runtime node-v1.2.3-linux-x64.tar.gz --sums ../x', '--sums leaves the payload. Name a file of it.'],
    ['remote node-runtime node-v1.2.3-linux-x64.tar.gz --into ..', '--into names no folder of its own.'],
    ['remote npm-install ""', 'DIR is empty. Name a folder, or leave it away.'],
    ['remote npm-install --node ""', '--node is empty. Name a folder.'],
  ])('%s: %s', async (line, message) => {
    expect((await plan([line])).errors).toEqual([message])
  })
})

test.each([
  [
    'remote npm-install releases/1',
    "{ [ -e releases/1/package-lock.json ] || [ -e releases/1/npm-shrinkwrap.json ] || { echo 'releases/1 has no package-lock.json. Make one by npm install, and bring it along.' >&2; false; }; } && npm ci --offline --ignore-scripts --omit=dev --no-audit --no-fund --no-update-notifier --cache .conc/shop/payload/npm-cache --prefix releases/1",
  ],
  [
    'local npm-install --node "my node" --scripts --dev',
    `{ [ -e package-lock.json ] || [ -e npm-shrinkwrap.json ] || { echo 'This folder has no package-lock.json. Make one by npm install, and bring it along.' >&2; false; }; } && env PATH="$PWD"/'my node'/bin:"$PATH" npm ci --offline --no-ignore-scripts --include=dev --no-audit --no-fund --no-update-notifier --cache ~/.conc/shop/payload/npm-cache`,
  ],
])('%s is %s', async (line, command) => {
  expect((await planned(line)).command).toBe(command)
})

describe('venv', () => {
  const kept = (dir: string) => ({ exit: 0, stdout: `${dir}: kept, it works\n`, stderr: '' })

  /** Puts a Python into the home that makes environments as copies of one, in a tenth of the time. `asked` is what it does with -c. */
  function putPython(name: string, asked: string): void {
    const made = `for dir; do :; done; rm -rf "$dir"; cp -a '${packages.folder}/v' "$dir"; exit`
    home.put(
      name,
      `#!/bin/sh\ncase "$1 $2" in -c*) ${asked} ;; '-m venv') ${made} ;; esac\nexec /usr/bin/python3 "$@"\n`,
    )
    chmodSync(join(home.path, name), 0o755)
  }

  test('makes an environment with pip, and keeps one that works', async () => {
    expect(await does('remote venv "apps/the shop"')).toMatchObject({ exit: 0, stderr: '' })
    expect(home.has('apps/the shop/bin/pip')).toBe(true)
    expect(await does('remote venv "apps/the shop"')).toEqual(kept('apps/the shop'))
  })

  test('makes an environment anew that does not work', async () => {
    putPython('python-quick', ':')
    expect(await does('remote venv v --python ./python-quick')).toMatchObject({ exit: 0, stderr: '' })
    home.put('v/kept')
    expect(await does('remote venv v --python ./python-quick')).toEqual(kept('v'))
    // As after another Python has come: its packages are not seen.
    rmSync(join(home.path, 'v/lib'), { recursive: true })
    expect(await does('remote venv v --python ./python-quick')).toMatchObject({ exit: 0, stderr: '' })
    expect(home.has('v/kept')).toBe(false)
    expect(await does('remote venv v --python ./python-quick')).toEqual(kept('v'))
  })

  test('makes an environment anew that is of another Python', async () => {
    home.put('v/pyvenv.cfg', '')
    home.put('v/bin/python', '#!/bin/sh\necho the first\n')
    chmodSync(join(home.path, 'v/bin/python'), 0o755)
    putPython('python-other', 'echo other; exit')
    home.put('v/old')
    expect(await does('remote venv v --python ./python-other')).toMatchObject({ exit: 0 })
    expect([home.has('v/old'), home.has('v/bin/pip')]).toEqual([false, true])
  })

  test('leaves a folder alone that is none', async () => {
    home.put('data/precious')
    const { exit, stderr } = await does('remote venv data')
    expect([exit, stderr.endsWith('data is no virtual environment, and is left alone\n')]).toEqual([1, true])
    expect(readdirSync(join(home.path, 'data'))).toEqual(['precious'])
  })

  test('says what to install where Debian has left ensurepip away, and makes nothing', async () => {
    // As there: the module is not in the library.
    home.put(
      'python3-bare',
      '#!/bin/sh\ncase $2 in *ensurepip*) set -- -c "import no_ensurepip" ;; esac\nexec python3 "$@"\n',
    )
    chmodSync(join(home.path, 'python3-bare'), 0o755)
    const { exit, stderr } = await does('remote venv v --python ./python3-bare')
    expect(exit).toBe(1)
    expect(stderr).toContain(
      "./python3-bare can't make an environment with pip in it. Install its venv (Debian: python3-venv)\n",
    )
    expect(home.has('v')).toBe(false)
  })

  test('refuses without that Python', async () => {
    expect(await does('remote venv v --python python9')).toMatchObject({ exit: 127 })
    expect(home.has('v')).toBe(false)
  })
})

describe('pip-install', () => {
  const version = 'remote run v/bin/python -c "import shop, dep; print(shop.version, dep.version)"'

  beforeEach(() => void execFileSync('cp', ['-a', join(packages.folder, 'v'), home.path]))

  test('installs from the payload with what is needed, again is harmless, and a newer one replaces it', async () => {
    const wheel = packages.wheel('shop', '1.0', { requires: ['dep>=2'] })
    deliver(wheel, packages.wheel('dep', '2.1'))
    for (const _ of ['once', 'again']) {
      expect(await does('remote pip-install shop --venv v')).toMatchObject({ exit: 0 })
      expect((await does(version)).stdout).toBe('1.0 2.1\n')
    }
    deliver(packages.wheel('shop', '1.1', { requires: ['dep>=2'] }))
    expect(await does('remote pip-install shop --venv v')).toMatchObject({ exit: 0 })
    expect((await does(version)).stdout).toBe('1.1 2.1\n')
    expect(await does('remote pip-install "shop==1.0" --venv v')).toMatchObject({ exit: 0 })
    expect((await does(version)).stdout).toBe('1.0 2.1\n')
  })

  test('installs a list, and source with its build back end from the payload', async () => {
    deliver(packages.source('shop', '3.0', 'handmade'), 'handmade-1-py3-none-any.whl', packages.wheel('dep', '2.1'))
    home.put('.conc/shop/payload/requirements.txt', 'shop == 3.0\ndep\n')
    expect(await does('remote pip-install --requirements requirements.txt --venv v')).toMatchObject({ exit: 0 })
    expect((await does(version)).stdout).toBe('3.0 2.1\n')
  })

  test('takes a changed source package of the same name, not one from a cache', async () => {
    for (const text of ['first', 'second']) {
      deliver(packages.source('shop', '3.0', 'handmade', `version = "${text}"\n`), 'handmade-1-py3-none-any.whl')
      expect(await does('remote pip-install shop --venv v')).toMatchObject({ exit: 0 })
      expect((await does('remote run v/bin/python -c "import shop; print(shop.version)"')).stdout).toBe(`${text}\n`)
      await does('remote run v/bin/python -m pip uninstall -qy shop')
    }
  })

  test.each([
    ['is not there', () => {}],
    ['is for another machine', () => deliver(packages.wheel('shop', '1.0', { tag: 'cp311-cp311-win_amd64' }))],
    ['needs what is not there', () => deliver(packages.wheel('shop', '1.0', { requires: ['missing'] }))],
    ['has no build back end there', () => deliver(packages.source('shop', '3.0', 'handmade'))],
  ])('refuses what %s, and says what this Python and the payload are', async (_, prepare) => {
    prepare()
    const { exit, stderr } = await does('remote pip-install shop --venv v')
    expect(exit).toBe(1)
    expect(stderr).toMatch(/No matching distribution found/)
    const held = readdirSync(join(home.path, '.conc/shop/payload')).map((name) => `.conc/shop/payload/${name}\n`)
    expect(stderr).toMatch(/This is cp3\d+ on linux_\w+\. The payload holds:\n/)
    expect(stderr.endsWith(`holds:\n${held.join('')}`)).toBe(true)
  })

  test('says so when what it needs lies in a folder of the payload', async () => {
    home.put(`.conc/shop/payload/wheels/${packages.wheel('shop', '1.0')}`)
    const { exit, stderr } = await does('remote pip-install shop --venv v')
    expect([exit, stderr]).toEqual([
      1,
      expect.stringMatching(
        /\npip looks into no folder of it: deliver what is in them, as in deliver wheels\/\*\.whl\n$/,
      ),
    ])
  })

  test('refuses a list that leads elsewhere', async () => {
    home.put('.conc/shop/payload/list', 'shop @ http://127.0.0.1:9/shop-1-py3-none-any.whl\n')
    expect((await does('remote pip-install --requirements list --venv v')).exit).toBe(1)
  })

  test('refuses without that environment', async () => {
    expect((await does('remote pip-install shop --venv nowhere')).exit).not.toBe(0)
  })
})

describe.each([dash, busybox])('node-runtime in $name', (shell) => {
  const archive = 'node-v20.9.1-linux-x64.tar.gz'
  const line = `remote node-runtime ${archive}`
  const where = 'runtime/node-v20.9.1-linux-x64'

  test.each([
    ['gz', 'z'],
    ['xz', 'J'],
  ] as const)('unpacks .tar.%s, and keeps one that is there', async (ending, letter) => {
    const name = packages.node('v20.9.1', { letter })
    expect(name.endsWith(ending)).toBe(true)
    deliver(name, 'SHASUMS256.txt')
    expect(await home.does(shell, `remote node-runtime ${name}`)).toEqual({
      exit: 0,
      stdout: `${name}: OK\n`,
      stderr: '',
    })
    const { ino } = statSync(join(home.path, where))
    expect(await home.does(shell, `remote node-runtime ${name}`)).toEqual({
      exit: 0,
      stdout: `${where}: v20.9.1 is there\n`,
      stderr: '',
    })
    expect([readdirSync(join(home.path, 'runtime')), statSync(join(home.path, where)).ino]).toEqual([
      [where.slice(8)],
      ino,
    ])
    expect(readdirSync(join(home.path, where)).sort()).toEqual(['LICENSE', 'bin'])
  })

  test('takes another folder and another list', async () => {
    deliver(packages.node('v20.9.1'))
    home.put('.conc/shop/payload/-sums', readFileSync(join(packages.folder, 'SHASUMS256.txt'), 'utf8'))
    expect(await home.does(shell, `${line} --into "my node" --sums=-sums`)).toMatchObject({ exit: 0, stderr: '' })
    expect(home.has('my node/bin/node')).toBe(true)
  })

  test.each<[string, () => void, RegExp]>([
    [
      'another sum',
      () => home.put('.conc/shop/payload/SHASUMS256.txt', `${'0'.repeat(64)}  ${archive}\n`),
      /FAILED|NOT match/,
    ],
    [
      'no sum',
      () => home.put('.conc/shop/payload/SHASUMS256.txt', `${'0'.repeat(64)}  other\n`),
      /^node.* is not in the list of sums$/m,
    ],
    ['no list', () => home.remove(), /./],
  ])('refuses an archive with %s, and leaves nothing', async (_, spoil, told) => {
    deliver(packages.node('v20.9.1'), 'SHASUMS256.txt')
    spoil()
    if (!home.has('.conc')) home = makeHome()
    const { exit, stdout, stderr } = await home.does(shell, line)
    expect(exit).not.toBe(0)
    expect(stdout + stderr).toMatch(told)
    expect(home.has('runtime')).toBe(false)
  })

  test('refuses one that does not run here, and leaves nothing under its name', async () => {
    const name = packages.node('v20.9.1', { program: 'no program' })
    deliver(name, 'SHASUMS256.txt')
    const { exit, stderr } = await home.does(shell, line)
    expect([exit, stderr]).toEqual([1, `${archive} does not run on this machine as v20.9.1\n`])
    expect(readdirSync(join(home.path, 'runtime'))).toEqual([])
  })

  test('leaves a folder alone that holds something else', async () => {
    deliver(packages.node('v20.9.1'), 'SHASUMS256.txt')
    home.put('data/precious')
    const { exit, stderr } = await home.does(shell, `${line} --into data`)
    const told = 'data is there, and is no Node.js v20.9.1. Name another folder, or remove it\n'
    expect([exit, stderr, readdirSync(join(home.path, 'data'))]).toEqual([1, told, ['precious']])
  })
})

describe('npm-install', () => {
  beforeEach(() => {
    cpSync(join(packages.folder, packages.app('web')), join(home.path, 'web'), { recursive: true })
  })
  const run = 'remote cd=web run node index.js'

  test('installs what the lockfile names, without scripts, and again', async () => {
    for (const _ of ['once', 'again']) {
      expect(await does('remote npm-install web')).toMatchObject({ exit: 0, stderr: '' })
      expect((await does(run)).stdout).toBe('hello\n')
      expect(home.has('web/node_modules/greet/scripts-ran')).toBe(false)
    }
    expect(await does('remote cd=web npm-install --scripts')).toMatchObject({ exit: 0 })
    expect(home.has('web/node_modules/greet/scripts-ran')).toBe(true)
  })

  test.each<[string, () => void, RegExp]>([
    ['other bytes than in the lockfile', () => home.put('web/greet-1.0.0.tgz', 'other'), /EINTEGRITY/],
    [
      'a package that is not there',
      () => home.put('web/package.json', '{"dependencies":{"nowhere":"1"}}'),
      /EUSAGE|ENOTCACHED/,
    ],
    ['an empty lockfile', () => home.put('web/package-lock.json', ''), /package-lock\.json|EUSAGE/],
    [
      'no lockfile',
      () => rmSync(join(home.path, 'web/package-lock.json')),
      /^web has no package-lock\.json\. Make one by npm install, and bring it along\.\n$/,
    ],
  ])('refuses %s', async (_, spoil, told) => {
    spoil()
    const { exit, stderr } = await does('remote npm-install web')
    expect(exit).not.toBe(0)
    expect(stderr).toMatch(told)
    expect(home.has('web/node_modules/greet')).toBe(false)
  })

  test('takes the npm of a runtime', async () => {
    for (const name of ['node', 'npm']) {
      mkdirSync(join(home.path, 'my node/bin'), { recursive: true })
      symlinkSync(`/usr/bin/${name}`, join(home.path, 'my node/bin', name))
    }
    const bare = withTool(withoutTool(dash, 'npm'), 'env')
    expect(await home.does(bare, 'remote npm-install web')).toMatchObject({ exit: 127 })
    expect(await home.does(bare, 'remote npm-install web --node "my node"')).toMatchObject({ exit: 0, stderr: '' })
    expect(home.has('web/node_modules/greet/index.js')).toBe(true)
  })
})
