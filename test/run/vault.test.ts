import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Vault } from '../../src/run/vault.ts'
import { Secret } from '../../src/secrets/secret.ts'
import { type Agent, dash, startAgent } from '../fixtures/agent.ts'

let agent: Agent
let other: Agent
beforeAll(async () => {
  ;[agent, other] = await Promise.all([startAgent(dash), startAgent(dash)])
})
afterAll(async () => {
  await Promise.all([agent.end(), other.end()])
})

test('an agent is handed each thing once, and what is new by then', async () => {
  const sent = vi.spyOn(agent.session, 'send')
  const words = () => sent.mock.calls.map(([text]) => text.split(' ')[0])
  const vault = new Vault()
  vault.keepPassword(new Secret('sudo', 'first'))
  vault.handTo(agent.session)
  vault.keep(new Secret('token', "it's"))
  vault.handTo(agent.session)
  vault.handTo(agent.session)
  expect(words()).toEqual(['keep_password', 'keep_secret'])
  vault.keepPassword(new Secret('sudo', 'second'))
  vault.handTo(agent.session)
  vault.handTo(other.session)
  const held = 'printf "%s %s" "$sudo_password" "$secret_token"'
  const told = await Promise.all([agent, other].map(({ session }) => session.ask('eval', held)))
  expect(told.map(({ stdout }) => stdout.toString())).toEqual(["second it's", "second it's"])
})
