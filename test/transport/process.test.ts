import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { connectProcess } from '../../src/transport/process.ts'
import { BrokenError } from '../../src/words/errors.ts'
import { runOn } from './contract.ts'

test('commands get the environment and directory that are given, and no other', async () => {
  const local = connectProcess(['/bin/sh', '-c'], { env: { PATH: '/usr/bin:/bin', A: 'b c' }, cwd: '/' })
  expect((await runOn(local, 'pwd; echo "$A"; env | grep -c .')).stdout.toString()).toMatch(/^\/\nb c\n[2-5]\n$/)
  await local.close()
})

test('a shell that is not there is told', async () => {
  await expect(connectProcess(['/no/such/shell', '-c']).open('true')).rejects.toThrow(BrokenError)
})

test('destroy ends the whole process group', async () => {
  const local = connectProcess(['/bin/sh', '-c'])
  const channel = await local.open('sleep 60 & echo $!; wait')
  const [said] = await once(channel.stdout, 'data')
  const pid = Number(String(said))
  expect(isRunning(pid)).toBe(true)
  channel.destroy()
  await channel.closed
  await expect.poll(() => isRunning(pid)).toBe(false)
  await local.close()
})

// A dead process that nobody has waited for yet still has its number.
function isRunning(pid: number): boolean {
  return (
    spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
      .stdout.trim()
      .match(/^[^Z]/) !== null
  )
}
