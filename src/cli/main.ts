#!/usr/bin/env node
import { packageVersion } from '../operations/workplace.ts'
import { exitCodes } from '../words/status.ts'
import { exitOf, sayingOf } from './broken.ts'
import { helpAsked } from './help/asked.ts'
import { processWorld, written } from './world.ts'

const { argv, stdout, stderr } = process
const words = argv.slice(2)
let finished = false
// What an op of the user's leaves behind must not end conc unnoticed: its outcome would be told wrong.
for (const stray of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(stray, (thrown: unknown) => {
    stderr.write(`${sayingOf(thrown, words)}\n`)
    process.exit(exitCodes.error.code)
  })
}
process.on('exit', (code) => {
  if (finished) return
  // Any other code is conc's own, with its own words.
  if (code === 0) stderr.write('conc broke: an op ended the process, or waits for what can never come.\n')
  process.exitCode = exitCodes.error.code
})
try {
  process.exitCode = await conc()
} catch (thrown) {
  stderr.write(`${sayingOf(thrown, words)}\n`)
  process.exitCode = exitOf(thrown)
}
await Promise.all([written(stdout), written(stderr)])
finished = true
// A timer or a socket that is left must not hold the terminal.
process.exit()

async function conc(): Promise<number> {
  if (words.length === 1 && words[0] === '--version') {
    stdout.write(`${packageVersion()}\n`)
    return 0
  }
  if (words[0] === 'complete') {
    const { complete } = await import('./complete/complete.ts')
    stdout.write(await complete(words.slice(1), process.env.HOME))
    return 0
  }
  const world = await processWorld()
  // Help is read often, and needs no parser.
  const topic = helpAsked(words)
  if (topic !== undefined) {
    const { help } = await import('./commands/help.ts')
    const exitCode = await help(topic, {}, world)
    return (await world.flushed()) ? exitCode : exitCodes.error.code
  }
  const { main } = await import('./program.ts')
  return main(words, world)
}
