import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The quick tests of what is mutated alone: they run some hundred times. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/{journal,deployfile}/*.test.ts', 'test/run/resumable.test.ts'],
    // These try thousands of files, and would hide that no test says what it means.
    exclude: ['test/deployfile/{fuzz,random,read}.test.ts', 'test/journal/histories.test.ts'],
    testNamePattern:
      /^(?!.*(20,000 sections|too many others|however many|grows with their number|agrees with \/bin\/sh))/,
    testTimeout: 5_000,
    isolate: false,
  },
})
