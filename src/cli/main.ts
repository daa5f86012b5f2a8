#!/usr/bin/env node
import { visible } from '../report/clean.ts'
import { ConcError, messageOf } from '../words/errors.ts'
import { exitCodes } from '../words/status.ts'
import { packageVersion, processWorld } from './world.ts'

const words = process.argv.slice(2)
if (words.length === 1 && words[0] === '--version') {
  process.stdout.write(`${packageVersion()}\n`)
  process.exit(0)
}
const world = await processWorld()
try {
  const { main } = await import('./program.ts')
  process.exitCode = await main(words, world)
} catch (thrown) {
  const verbose = words.includes('-v') || words.includes('--verbose')
  const stack = verbose && thrown instanceof Error ? (thrown.stack ?? '') : ''
  const text = thrown instanceof ConcError ? thrown.message : `conc broke: ${messageOf(thrown)}`
  world.say(`${visible(stack === '' ? text : stack)}\n`)
  process.exitCode = thrown instanceof ConcError ? thrown.exitCode : exitCodes.error.code
}
// A timer or a socket that is left must not hold the terminal.
process.exit()
