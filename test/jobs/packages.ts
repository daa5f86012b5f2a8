import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

type Files = Readonly<Record<string, string>>

/** Python packages, archives and applications as their builders leave them, made by hand in a folder. */
export interface Packages {
  readonly folder: string
  /** A wheel, PEP 427; `tag` is what it fits. */
  wheel(name: string, version: string, given?: { files?: Files; requires?: readonly string[]; tag?: string }): string
  /** A source package that is built by `backend`, PEP 517. */
  source(name: string, version: string, backend: string, text?: string): string
  /** An archive as on nodejs.org, with the list of sums beside it. A `real` one holds the node and npm of this machine. */
  node(version: string, given?: { letter?: 'J' | 'z'; program?: string; real?: boolean }): string
  /** An application with one packed dependency, `greet`. Its folder's name. */
  app(name: string): string
  remove(): void
}

/** A build back end in one file: it packs the one module that lies beside pyproject.toml. */
const backend = `
import os, zipfile
def build_wheel(folder, settings=None, metadata=None):
    facts = dict(line.strip().split(": ", 1) for line in open("PKG-INFO"))
    name, version = facts["Name"], facts["Version"]
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": open(f"{name}.py").read(),
        f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    with zipfile.ZipFile(os.path.join(folder, f"{name}-{version}-py3-none-any.whl"), "w") as wheel:
        for path, text in files.items(): wheel.writestr(path, text)
        wheel.writestr(f"{info}/RECORD", "".join(f"{path},,\\n" for path in files) + f"{info}/RECORD,,\\n")
    return f"{name}-{version}-py3-none-any.whl"
`

function addNode(folder: string): void {
  copyFileSync(process.execPath, join(folder, 'bin/node'))
  const npm = realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim())
  cpSync(dirname(dirname(npm)), join(folder, 'lib/node_modules/npm'), { recursive: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'bin/npm'))
}

export function makePackages(): Packages {
  const folder = mkdtempSync(join(tmpdir(), 'conc-packages-'))
  const put = (files: Files, under = '') => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, under, path)), { recursive: true })
      writeFileSync(join(folder, under, path), text)
    }
  }
  return {
    folder,
    wheel(
      name,
      version,
      { files = { [`${name}.py`]: `version = "${version}"\n` }, requires = [], tag = 'py3-none-any' } = {},
    ) {
      const info = `${name}-${version}.dist-info`
      const needs = requires.map((one) => `Requires-Dist: ${one}\n`).join('')
      const all: Files = {
        ...files,
        [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${needs}`,
        [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: ${tag}\n`,
      }
      const record = [...Object.keys(all), `${info}/RECORD`].map((path) => `${path},,\n`).join('')
      const made = `${name}-${version}-${tag}.whl`
      const under = `${made}.source`
      put({ ...all, [`${info}/RECORD`]: record }, under)
      const top = new Set(Object.keys(all).map((path) => path.split('/')[0] ?? ''))
      execFileSync('python3', ['-m', 'zipfile', '-c', join(folder, made), ...top], { cwd: join(folder, under) })
      return made
    },
    source(name, version, by, text = `version = "${version}"\n`) {
      const inside = `${name}-${version}`
      put(
        {
          [`${inside}/pyproject.toml`]: `[build-system]\nrequires = ["${by}"]\nbuild-backend = "${by}"\n`,
          [`${inside}/PKG-INFO`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
          [`${inside}/${name}.py`]: text,
        },
        'source',
      )
      this.wheel(by, '1', { files: { [`${by}.py`]: backend } })
      execFileSync('tar', ['-czf', join(folder, `${inside}.tar.gz`), '-C', join(folder, 'source'), inside])
      return `${inside}.tar.gz`
    },
    node(version, { letter = 'z', program = `#!/bin/sh\necho ${version}\n`, real = false } = {}) {
      const name = `node-${version}-linux-x64`
      put({ LICENSE: 'free', 'bin/node': program }, name)
      chmodSync(join(folder, name, 'bin/node'), 0o755)
      if (real) addNode(join(folder, name))
      const made = `${name}.tar.${letter === 'J' ? 'xz' : 'gz'}`
      const by = letter === 'J' ? 'xz -0' : 'gzip -1'
      execFileSync('tar', ['-I', by, '-cf', made, name], { cwd: folder })
      const sum = createHash('sha256')
        .update(readFileSync(join(folder, made)))
        .digest('hex')
      put({ 'SHASUMS256.txt': `${'0'.repeat(64)}  ${name}-tar-gz\n${sum}  ${made}\n` })
      return made
    },
    app(name) {
      const script = 'require("node:fs").writeFileSync("scripts-ran", "")'
      put({
        'greet/package.json': JSON.stringify({
          name: 'greet',
          version: '1.0.0',
          scripts: { install: `node -e '${script}'` },
        }),
        'greet/index.js': 'module.exports = "hello"\n',
        [`${name}/index.js`]: 'console.log(require("greet"))\n',
        [`${name}/package.json`]: JSON.stringify({
          name,
          version: '1.0.0',
          dependencies: { greet: 'file:greet-1.0.0.tgz' },
        }),
      })
      const home = { ...process.env, HOME: folder, npm_config_cache: join(folder, 'cache') }
      execFileSync('npm', ['pack', '--offline', '--silent', '../greet'], { cwd: join(folder, name), env: home })
      const lock = ['install', '--offline', '--silent', '--package-lock-only', '--no-audit']
      execFileSync('npm', lock, { cwd: join(folder, name), env: home })
      return name
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
