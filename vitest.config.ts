import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Tests that want a process of their own: they replace a module, measure the memory, embed vitest, or make folders as a module is read. */
const alone = [
  'test/agent/{fuzz,output}.test.ts',
  'test/{bench,faults,nodetest,nodetests,package,pictures,questions}/*.test.ts',
]

export default defineConfig({
  resolve: { alias: { 'conc-deploy': fileURLToPath(new URL('./src/index.ts', import.meta.url)) } },
  test: {
    globalSetup: ['test/build.ts', 'test/memory.ts', 'test/applets.ts'],
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      // A process and the modules in it serve many files: to begin anew for each would take a quarter of the time.
      { extends: true, test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: alone, isolate: false } },
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most tests wait for a process, a disk or a clock: more of them than there are cores.
    maxWorkers: 4,
    // Real processes on a shared machine: where nobody watches, a failure is tried once more, and shown as (retry x1).
    retry: process.env.CI ? 1 : 0,
  },
})
