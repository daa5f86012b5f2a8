import { readdirSync } from 'node:fs'
import { defineConfig } from 'rolldown'

const jobs = readdirSync('jobs').map((file) => `jobs/${file.replace(/\.ts$/, '')}`)
const inputs = ['src/cli/main', 'src/index', ...jobs]

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
