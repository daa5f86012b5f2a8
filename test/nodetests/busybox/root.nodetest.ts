import { describe, expect, test } from 'conc-deploy/test'

describe('as root', () => {
  test('passwords are locked', async ({ node }) => {
    await expect(node.user('router')).toBeLocked()
  })
  test('cron is read', async ({ node }) => {
    await expect(node.cron('root')).toHaveEntry({ schedule: '*/5 * * * *', command: '/srv/router/probe' })
    await expect(node.cron('root')).not.toHaveEntry('reboot')
  })
  test('the node answers itself', async ({ node }) => {
    await expect(node.addr('127.0.0.1')).toBeReachable()
  })
})
