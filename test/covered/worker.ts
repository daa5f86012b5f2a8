import { afterAll } from 'vitest'
import '../../src/nodetest/setup.ts'
import { record } from './recorder.ts'

// Once a file of node tests is done: vitest ends its workers without a word.
afterAll(record())
