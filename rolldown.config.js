import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defineConfig } from 'rolldown'
import { globSync } from 'tinyglobby'

const entries = ['src/index', 'src/test']
const inputs = [
  'src/cli/main',
  'src/nodetest/setup',
  ...entries,
  ...modulesOf('jobs'),
  ...modulesOf('src/nodetest/sets'),
]

// Functions and classes keep their names: a stack trace names them.
const keepNames = { function: true, class: true }

/**
 * The program in few files: Node.js needs half a millisecond for each. What several of them share is in a part of its own,
 * in src/parts: as deep as the sources, which look for `jobs` and the agent beside them.
 */
export default defineConfig({
  input: Object.fromEntries(inputs.map((name) => [name, `${name}.ts`])),
  platform: 'node',
  external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  plugins: [{ name: 'rest', writeBundle: (_options, bundle) => settle(Object.keys(bundle)) }],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'src/parts/[name].js',
    comments: false,
    minify: { compress: { target: 'es2023', keepNames }, mangle: { toplevel: true, keepNames }, codegen: true },
  },
})

/** Modules that are loaded by their names. */
function modulesOf(folder) {
  return readdirSync(folder).map((file) => `${folder}/${file.replace(/\.ts$/, '')}`)
}

/** Beside the modules the package has the declarations that an import leads to, and what is sent to a node. Nothing else. */
function settle(modules) {
  const kept = new Set([...modules, ...declarationsFrom(entries.map((name) => `${name}.d.ts`)), ...sendable()])
  for (const file of globSync(['dist/src/**', 'dist/jobs/**'])) if (!kept.has(file.slice('dist/'.length))) rmSync(file)
}

function declarationsFrom(files, found = new Set()) {
  for (const file of files) {
    if (found.has(file)) continue
    found.add(file)
    const imports = readFileSync(join('dist', file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)\.ts['"]/g)
    declarationsFrom(
      Array.from(imports, ([, name]) => `${join(dirname(file), name)}.d.ts`),
      found,
    )
  }
  return found
}

/** Copies the scripts of the node's end without the lines that are not sent either. */
function sendable() {
  return globSync('src/*/node/*.sh').map((file) => {
    mkdirSync(join('dist', dirname(file)), { recursive: true })
    writeFileSync(join('dist', file), readFileSync(file, 'utf8').replace(/^\s*(#.*)?\n/gm, ''))
    return file
  })
}
