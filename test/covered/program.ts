#!/usr/bin/env node
import { record } from './recorder.ts'

record()
// Only what is loaded from here on is counted.
await import('../../src/cli/main.ts')
