import { readdirSync } from 'node:fs'
import { defineConfig } from 'rolldown'

const inputs = [
  'src/cli/main',
  'src/index',
  'src/test',
  'src/nodetest/setup',
  ...modulesOf('jobs'),
  ...modulesOf('src/nodetest/sets'),
]

/**
 * The program in few files: Node.js needs half a millisecond for each. What several of them share is in a part of its own,
 * in src/parts: as deep as the sources, which look for `jobs` and the agent beside them.
 */
export default defineConfig({
  input: Object.fromEntries(inputs.map((name) => [name, `${name}.ts`])),
  platform: 'node',
  external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'src/parts/[name].js' },
})

/** Modules that are loaded by their names. */
function modulesOf(folder) {
  return readdirSync(folder).map((file) => `${folder}/${file.replace(/\.ts$/, '')}`)
}
