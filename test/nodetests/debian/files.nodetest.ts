import { Absent, describe, expect, test, Unknown } from 'conc-deploy/test'

describe('files', () => {
  test('a file is a file, a folder is a folder', async ({ node }) => {
    await expect(node.file('/etc/shop/shop.ini')).toBeFile()
    await expect(node.file('/etc/shop/shop.ini')).not.toBeDirectory()
    await expect(node.file('/etc/shop')).toBeDirectory()
    await expect(node.file('/etc/shop')).not.toBeFile()
    await expect(node.file('/etc/shop/debug.ini')).not.toExist()
  })
  test('the release is the one that was delivered', async ({ node }) => {
    const { app, release } = node.attributes
    const current = node.file(`/srv/${app}/current`)
    await expect(current).toBeSymlink()
    await expect(current).toBeLinkedTo(`releases/${release}`)
    await expect(current).not.toBeLinkedTo(/1\.4\.1$/)
    await expect(node.file(`/srv/${app}`)).not.toBeSymlink()
  })
  test('the release before it is kept', async ({ node }) => {
    expect(await node.file('/srv/shop/releases').list()).toEqual(['1.4.1', '1.4.2'])
  })
  test('programs can be executed, settings can not', async ({ node }) => {
    await expect(node.file('/srv/shop/current/bin/pool')).toBeExecutable()
    await expect(node.file('/etc/shop/shop.ini')).not.toBeExecutable()
  })
  test('owners, groups and modes are right', async ({ node }) => {
    const key = node.file('/etc/shop/secret.key')
    await expect(key).toBeOwnedBy('root')
    await expect(key).toBeOwnedBy(0)
    await expect(key).not.toBeOwnedBy('shop')
    await expect(key).toBeGroupedInto('shop')
    await expect(key).toBeGroupedInto(2001)
    await expect(key).not.toBeGroupedInto('adm')
  })
  test('modes are not more permissive than they may be', async ({ node }) => {
    const key = node.file('/etc/shop/secret.key')
    await expect(key).toHaveMode('0640')
    await expect(key).not.toHaveMode(0o644)
    await expect(key).not.toBeMorePermissiveThan('0640')
    await expect(node.file('/etc/shop/shop.ini')).toBeMorePermissiveThan(0o600)
    await expect(node.file('/tmp')).toHaveMode(0o1777)
  })
  test('settings say what they should', async ({ node }) => {
    const settings = node.file('/etc/shop/shop.ini')
    await expect(settings).toContain('colour = blue')
    await expect(settings).toContain(/^colour\s*=/m)
    await expect(settings).not.toContain('debug')
    await expect(settings).toHaveSize(14)
    expect(await settings.content()).toBe('colour = blue\n')
  })
  test('a file has its sum', async ({ node }) => {
    expect(await node.file('/etc/shop/shop.ini').sha256sum()).toMatch(/^[0-9a-f]{64}$/)
  })
  test('the release was delivered today', async ({ node }) => {
    const modified = await node.file('/srv/shop/current/public/health').modified()
    expect(Date.now() - modified.getTime()).toBeLessThan(24 * 60 * 60 * 1000)
  })
  test('sockets and pipes are seen', async ({ node }) => {
    expect(await node.file('/run/shop/agent.sock').isSocket()).toBe(true)
    expect(await node.file('/srv/shop/wake').isPipe()).toBe(true)
    expect(await node.file('/etc/shop/shop.ini').isSocket()).toBe(false)
  })
  test('what is not there has no mode', async ({ node }) => {
    await expect(node.file('/etc/shop/debug.ini').mode()).rejects.toThrow(Absent)
  })
  test('what ops may not read is unknown, and root may', async ({ node }) => {
    await expect(node.file('/etc/shop/tls.pem').content()).rejects.toThrow(Unknown)
    await expect(node.sudo().file('/etc/shop/tls.pem')).toContain('PRIVATE KEY')
  })
  test('shop reads its key, as itself', async ({ node }) => {
    await expect(node.sudo('shop').file('/etc/shop/secret.key')).toContain('not to be read')
  })
})

describe('several at once', () => {
  test('all that is wrong would be told together', async ({ node }) => {
    await expect.soft(node.file('/srv/shop/current')).toExist()
    await expect.soft(node.user('shop')).toExist()
    await expect.soft(node.file('/srv/shop/current/.git')).not.toExist()
  })
  test('what needs a balancer', ({ node, skip }) => {
    if (!node.groups.includes('balancer')) skip('no balancer stands before this node')
  })
  test.todo('the backup can be restored')
})
