import { Absent, describe, expect, test, Unknown } from 'conc-deploy/test'

describe('system', () => {
  test('is Debian, with dpkg', async ({ node }) => {
    const system = node.systemInfo()
    expect(await system.os()).toBe('linux')
    expect(await system.distribution()).toBe('debian')
    expect(await system.packages()).toBe('dpkg')
  })
  test('tells its release and its code name', async ({ node }) => {
    expect(Number(await node.systemInfo().release())).toBeGreaterThanOrEqual(12)
    expect(await node.systemInfo().codename()).toMatch(/^[a-z]+$/)
  })
  test('is called as in the deploy file', async ({ node }) => {
    expect(await node.systemInfo().hostname()).toBe(node.name)
  })
  test('was started by init, without systemd', async ({ node }) => {
    expect(await node.systemInfo().init()).toBe('sysv')
  })
  test('runs on a kernel and a machine that it can name', async ({ node }) => {
    expect(await node.systemInfo().kernel()).toMatch(/^\d+\.\d+/)
    expect(['x86_64', 'aarch64']).toContain(await node.systemInfo().arch())
  })
  test('is up, and has the right time', async ({ node }) => {
    expect(await node.systemInfo().uptime()).toBeGreaterThan(0)
    const clock = await node.systemInfo().clock()
    expect(Math.abs(clock.getTime() - Date.now())).toBeLessThan(10_000)
  })
  test('gives a login its variables', async ({ node }) => {
    await expect(node.environment()).toHaveValue('HOME', '/home/ops')
    await expect(node.environment()).toHaveValue('SHOP_MODE', /^(live|staging)$/)
    await expect(node.environment()).not.toHaveValue('SHOP_MODE', 'debug')
    expect(await node.environment().has('AWS_SECRET_ACCESS_KEY')).toBe(false)
    expect(Object.keys(await node.environment().all())).toContain('PATH')
  })
  test('a variable that is not set has no value', async ({ node }) => {
    await expect(node.environment().value('NO_SUCH')).rejects.toThrow(Absent)
  })
})

describe('packages', () => {
  test('what is needed is installed', async ({ node }) => {
    await Promise.all(['dash', 'openssl', 'sudo'].map((name) => expect(node.package(name)).toBeInstalled()))
  })
  test.for(['telnetd', 'rsh-server', 'nosuch'])('%s is not installed', async (name, { node }) => {
    await expect(node.package(name)).not.toBeInstalled()
  })
  test('a package has its version', async ({ node }) => {
    await expect(node.package('dash')).toHaveVersion(/^\d+[\d.]*/)
    await expect(node.package('dash')).not.toHaveVersion('0')
  })
  test('one is held, the others are not', async ({ node }) => {
    await expect(node.package('grep')).toBeHeld()
    await expect(node.package('dash')).not.toBeHeld()
  })
  test('programs are in the PATH, and shell words are none', async ({ node }) => {
    await expect(node.command('openssl')).toExist()
    expect(await node.command('sshd').path()).toBe('/usr/sbin/sshd')
    await expect(node.command('cd')).not.toExist()
    await expect(node.command('gcc-1')).not.toExist()
  })
})

describe('users and groups', () => {
  test('ops is who it should be', async ({ node }) => {
    const ops = node.user('ops')
    await expect(ops).toExist()
    await expect(ops).toHaveUid(2000)
    await expect(ops).toHaveHome('/home/ops')
    await expect(ops).toHaveShell('/bin/sh')
    expect(await ops.gecos()).toBe('Operator of the shop')
  })
  test('ops belongs to its groups, and not to sudo', async ({ node }) => {
    await expect(node.user('ops')).toBelongTo('adm')
    await expect(node.user('ops')).toBelongTo('shop')
    await expect(node.user('ops')).not.toBelongTo('sudo')
    expect(await node.user('ops').group()).toBe('ops')
  })
  test('shop can not log in', async ({ node }) => {
    await expect(node.user('shop')).toHaveShell(/nologin$/)
    await expect(node.user('shop')).not.toHaveShell('/bin/bash')
    await expect(node.user('shop')).not.toHaveUid(0)
    await expect(node.user('shop')).not.toHaveHome('/')
  })
  test('nobody is called mallory', async ({ node }) => {
    await expect(node.user('mallory')).not.toExist()
    await expect(node.group('mallory')).not.toExist()
  })
  test('the group shop has its number and its members', async ({ node }) => {
    await expect(node.group('shop')).toExist()
    await expect(node.group('shop')).toHaveGid(2001)
    await expect(node.group('shop')).not.toHaveGid(0)
    expect(await node.group('shop').members()).toEqual(['ops'])
    await expect(node.user('shop')).toHaveGid(2001)
  })
  test('the key of the deploy lets ops in, no other one', async ({ node }) => {
    await expect(node.user('ops')).toHaveAuthorizedKey(node.attributes['deploy.key'] ?? '')
    const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJUY3ZyXbFvnWT8ibIHiSWGKMLHP4sEUTfdNjvfXxs1d mallory'
    await expect(node.user('ops')).not.toHaveAuthorizedKey(other)
  })
  test('whether a password is locked is for root to know', async ({ node }) => {
    await expect(node.user('shop').isLocked()).rejects.toThrow(Unknown)
    await expect(node.sudo().user('shop')).toBeLocked()
    await expect(node.sudo().user('ops')).not.toBeLocked()
  })
})

describe('kernel', () => {
  test('setting are as they should be', async ({ node }) => {
    await expect(node.sysctl('kernel.hostname')).toHaveValue('web1')
    await expect(node.sysctl('kernel.randomize_va_space')).not.toHaveValue('0')
    expect((await node.sysctl('net.ipv4.ip_local_port_range').value()).split(' ')).toHaveLength(2)
  })
  test('a setting that there is not has no value', async ({ node }) => {
    await expect(node.sysctl('kernel.nosuch').value()).rejects.toThrow(Absent)
  })
  test('modules are loaded, or not', async ({ node }) => {
    await expect(node.kernelModule(node.attributes['kernel.module'] ?? '')).toBeLoaded()
    await expect(node.kernelModule('no-such-module')).not.toBeLoaded()
  })
  test('modules are blacklisted, or not', async ({ node }) => {
    await expect(node.kernelModule('pcspkr')).toBeBlacklisted()
    await expect(node.kernelModule('ext4')).not.toBeBlacklisted()
  })
})

describe('disks and mounts', () => {
  test('there is room', async ({ node }) => {
    expect(await node.disk('/srv').usedPercent()).toBeLessThan(90)
    expect(await node.disk('/srv').inodesUsedPercent()).toBeLessThan(90)
    expect(await node.disk('/srv').free()).toBeGreaterThan(1024 * 1024)
    await expect(node.disk('/srv/shop/spool')).toHaveSize(1024 * 1024)
    await expect(node.disk('/srv')).not.toHaveSize(0)
  })
  test('the spool is a small disk of its own', async ({ node }) => {
    const spool = node.mount('/srv/shop/spool')
    await expect(spool).toBeMounted()
    expect([await spool.device(), await spool.filesystem()]).toEqual(['tmpfs', 'tmpfs'])
    await expect(spool).toExist()
  })
  test('nothing is executed from the spool', async ({ node }) => {
    const spool = node.mount('/srv/shop/spool')
    await expect(spool).toHaveOption('noexec')
    await expect(spool).toHaveOption(/^size=/)
    await expect(spool).not.toHaveOption('ro')
    expect(await spool.hasOption('nosuid')).toBe(true)
  })
  test('nothing is mounted on the application itself', async ({ node }) => {
    await expect(node.mount('/srv/shop')).not.toBeMounted()
  })
})

describe('cron', () => {
  test('root makes the report', async ({ node }) => {
    await expect(node.sudo().cron('root')).toHaveEntry('/srv/shop/current/bin/report')
    await expect(node.sudo().cron('root')).toHaveEntry({
      schedule: '30 2 * * 1',
      command: '/srv/shop/current/bin/report',
    })
    await expect(node.sudo().cron('root')).not.toHaveEntry('rm -rf')
  })
  test('ops tidies up each day', async ({ node }) => {
    const entries = await node.sudo().cron('ops').entries()
    expect(entries).toEqual([{ schedule: '@daily', user: 'ops', command: '/srv/shop/current/bin/tidy' }])
  })
})
