import { expect, test } from 'vitest'
import { dial } from '../../src/transport/dial.ts'
import { UnreachableError } from '../../src/words/errors.ts'
import { freePort } from '../fixtures/sshd.ts'

// A connection to everybody has no route anywhere; an address of a link alone does not say which link.
test.each([
  ['255.255.255.255', /^there is no route to 255\.255\.255\.255\.$/],
  ['fe80::1', /^fe80::1 port \d+: connect E\w+ .*\.$/],
  ['localhost', /^localhost refuses connections on port \d+\. Is sshd running there, and on this port\?$/],
])('why %s can not be reached is told', async (host, why) => {
  const dialed = dial({ host, port: await freePort() }, 5_000)
  await expect(dialed).rejects.toThrow(UnreachableError)
  await expect(dialed).rejects.toThrow(why)
})
