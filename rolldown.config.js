import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'
import { globSync } from 'tinyglobby'

// What can be imported: these alone have declarations.
const entries = ['src/index', 'src/test']
const modules = [
  'src/cli/main',
  'src/nodetest/setup',
  ...entries,
  ...modulesOf('jobs'),
  ...modulesOf('src/nodetest/sets'),
]

/** What the built-in ops import as a user's do: of it they load only the parts that they use. */
const own = { 'conc-deploy': fileURLToPath(new URL('src/index.ts', import.meta.url)) }
const exportsOnly = { test: /src\/index\.ts$/, sideEffects: false }

const external = (id) => !id.startsWith('.') && !id.startsWith('/') && !(id in own)

// Functions and classes keep their names: a stack trace names them.
const keepNames = { function: true, class: true }

/**
 * The program in few files: Node.js needs half a millisecond for each. What several of them share is in a part of its own,
 * in src/parts: as deep as the sources, which look for `jobs` and the agent beside them.
 */
const program = {
  input: sourcesOf(modules),
  platform: 'node',
  external,
  resolve: { alias: own },
  treeshake: { moduleSideEffects: [exportsOnly] },
  plugins: [{ name: 'rest', writeBundle: (_options, bundle) => settle(Object.keys(bundle)) }],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'src/parts/[name].js',
    comments: false,
    minify: { compress: { target: 'es2023', keepNames }, mangle: { toplevel: true, keepNames }, codegen: true },
  },
}

/** The types that lead from an entry, and no others, in one file for each: half as large as the declarations of all sources. */
const declarations = {
  input: sourcesOf(entries),
  external,
  plugins: [dts({ tsconfig: 'tsconfig.build.json', emitDtsOnly: true })],
  output: { dir: 'dist/src', format: 'esm' },
  // Types take their time, whoever asks for them.
  checks: { pluginTimings: false },
}

export default defineConfig([program, declarations])

/** Modules that are loaded by their names. */
function modulesOf(folder) {
  return readdirSync(folder).map((file) => `${folder}/${file.replace(/\.ts$/, '')}`)
}

function sourcesOf(names) {
  return Object.fromEntries(names.map((name) => [name, `${name}.ts`]))
}

/** Beside the modules the package has the declarations, and what is sent to a node. Nothing else. */
function settle(written) {
  const kept = new Set([...written, ...entries.map((name) => `${name}.d.ts`), ...sendable()])
  for (const file of globSync(['dist/src/**', 'dist/jobs/**'])) if (!kept.has(file.slice('dist/'.length))) rmSync(file)
}

/** Copies the scripts of the node's end without the lines that are not sent either. */
function sendable() {
  return globSync('src/*/node/*.sh').map((file) => {
    mkdirSync(join('dist', dirname(file)), { recursive: true })
    writeFileSync(join('dist', file), readFileSync(file, 'utf8').replace(/^\s*(#.*)?\n/gm, ''))
    return file
  })
}
