// Vitest runs this before each test file; it is kept apart because it has to run anew each time.
import { aroundEach } from 'vitest'
import { around } from './scope.ts'

aroundEach(around)
