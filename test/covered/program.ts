#!/usr/bin/env node
import { record } from './recorder.ts'

process.on('exit', record())
// Only what is loaded from here on is counted.
await import('../../src/cli/main.ts')
