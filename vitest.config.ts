import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { 'conc-deploy': fileURLToPath(new URL('./src/index.ts', import.meta.url)) } },
  test: {
    globalSetup: ['test/build.ts', 'test/memory.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most tests wait for a process, a disk or a clock: more of them than there are cores.
    maxWorkers: 4,
    // Real processes on a shared machine: where nobody watches, a failure is tried once more, and shown as (retry x1).
    retry: process.env.CI ? 1 : 0,
    // Of this process alone: what the program does when tests start it, most of the command line, is not seen here.
    coverage: { include: ['src/**/*.ts', 'jobs/*.ts'], reporter: ['text-summary', 'html'], reportOnFailure: true },
  },
})
