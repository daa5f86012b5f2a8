// Vitest runs this before each test file; it is kept apart because it has to run anew each time.
import { aroundEach, inject } from 'vitest'
import { around } from './scope.ts'

// A worker's environment is a copy: what secrets are read from goes before the first test file is loaded.
for (const name of inject('conc').hidden) delete process.env[name]

aroundEach(around)
