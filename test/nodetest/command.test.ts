import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { localHost } from '../../src/hosts/local.ts'
import { type CommandLine, type Run, runCommand } from '../../src/nodetest/command.ts'
import { Unknown } from '../../src/questions/types.ts'

const host = localHost(tmpdir())
const asUser = (as: string, line: CommandLine) => {
  const run: Run = (argv, options) => host.run(argv, { ...options, as })
  return runCommand(run, line, {}, 'web1', as)
}

test('a user that sudo does not know is unknown, in its words', async () => {
  const ran = asUser('nosuchuser', 'id -un')
  await expect(ran).rejects.toThrow(Unknown)
  await expect(ran).rejects.toThrow(/^command `id -un` on web1: it did not begin as nosuchuser: sudo: .*nosuchuser/)
})

test('what another user runs is told as it was printed', async () => {
  const { stdout, stderr, exit } = await asUser('nobody', 'id -un; printf warned >&2; exit 3')
  expect({ stdout, stderr, exit }).toEqual({ stdout: 'nobody\n', stderr: 'warned', exit: 3 })
  const { bytes } = await asUser('nobody', ['printf', '%s|\\377', "a b'$HOME"])
  expect(bytes).toEqual(Buffer.from("a b'$HOME|\xff", 'latin1'))
})

test.each([
  [{}, 'the time of its test'],
  [{ timeout: '2s' }, '2s'],
])('what took too long is unknown, with %j', async (options, limit) => {
  const run: Run = async () => ({ stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), timedOut: true })
  await expect(runCommand(run, ['sleep', '9'], options, 'web1')).rejects.toThrow(
    new Unknown(`command \`sleep 9\` on web1: it took over ${limit}, and was ended`),
  )
})

test('a program that another user does not have ends as a shell tells it', async () => {
  expect(await asUser('nobody', ['nosuchprog'])).toMatchObject({ exit: 127, succeeded: false })
})
