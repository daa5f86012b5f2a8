import { expect, test } from 'vitest'
import { resolveTarget } from '../../src/transport/resolve.ts'
import { refusedBySsh } from '../../src/transport/system-words.ts'

const place = { value: '', from: 'deploy.ini:1' }

test('an unknown key of a jump host is told with whose it is and what to do, not as a connection that was closed', async () => {
  const attributes = new Map([
    ['name', { ...place, value: 'web1' }],
    ['sshd.ip', { ...place, value: '192.0.2.1' }],
  ])
  const target = await resolveTarget(attributes, { home: '/nowhere', hostKeyDefault: 'yes' })
  const said = [
    'No ED25519 host key is known for [192.0.2.9]:2201 and you have requested strict checking.',
    'Host key verification failed.',
    'Connection closed by UNKNOWN port 65535',
  ]
  const { message } = refusedBySsh(target, said.join('\r\n'))
  expect(message).toMatch(
    /^web1: ssh to 192\.0\.2\.1 port 22: Host key verification failed\. No ED25519 host key is known/,
  )
  expect(message).toContain('Compare the key of [192.0.2.9]:2201 on that machine itself')
  expect(refusedBySsh(target, 'Connection refused').message).toBe('web1: ssh to 192.0.2.1 port 22: Connection refused.')
})
