import ssh2 from 'ssh2'
import { expect, test } from 'vitest'
import { throughHop } from '../../src/transport/hop.ts'

test('a jump host is not asked for a way when the attempt was ended before', async () => {
  const onward = { host: 'h', port: 22, hop: 'bastion', limit: 20_000, signal: AbortSignal.abort() }
  await expect(throughHop(new ssh2.Client(), onward)).rejects.toThrow('the attempt to connect was ended.')
})
