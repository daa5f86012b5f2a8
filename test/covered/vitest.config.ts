import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig, mergeConfig } from 'vitest/config'
import tests from '../../vitest.config.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** All tests, and which branches of the sources they reach. */
export default mergeConfig(
  tests,
  defineConfig({
    root,
    // The workers of node tests load what is built such that it records.
    resolve: { alias: [{ find: './own.ts', replacement: fileURLToPath(new URL('./own.ts', import.meta.url)) }] },
    test: {
      // They look at what is built to be published, and here it is built otherwise.
      exclude: [...configDefaults.exclude, 'test/package/*.test.ts', 'test/cli/modules.test.ts'],
      coverage: {
        enabled: true,
        provider: 'custom',
        customProviderModule: fileURLToPath(new URL('./module.ts', import.meta.url)),
        // Absolute: a pattern may match in the middle of a path, and there is a test/jobs.
        include: [`${root}src/**/*.ts`, `${root}jobs/*.ts`],
        thresholds: { branches: 90 },
        reporter: ['text-summary', 'html'],
        reportOnFailure: true,
      },
    },
  }),
)
