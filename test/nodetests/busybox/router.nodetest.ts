import { Absent, describe, expect, test, Unknown, until } from 'conc-deploy/test'

describe('system', () => {
  test('is Alpine, started by init', async ({ node }) => {
    const system = node.systemInfo()
    expect([await system.distribution(), await system.release()]).toEqual(['alpine', '3.19.0'])
    expect([await system.packages(), await system.init()]).toEqual(['apk', 'sysv'])
  })
  test('has no code name', async ({ node }) => {
    await expect(node.systemInfo().codename()).rejects.toThrow(Absent)
  })
  test('is called as its node, and has the right time', async ({ node }) => {
    expect(await node.systemInfo().hostname()).toBe('router1')
    expect(Math.abs((await node.systemInfo().clock()).getTime() - Date.now())).toBeLessThan(10_000)
    expect(await node.systemInfo().uptime()).toBeGreaterThan(0)
  })
  test('gives a login its variables', async ({ node }) => {
    expect(await node.environment().value('SHELL')).toBe('/bin/sh')
  })
})

describe('packages', () => {
  test('are found by their names, and have versions', async ({ node }) => {
    await expect(node.package('bash')).toBeInstalled()
    await expect(node.package('bash')).toHaveVersion('5.2.21-r0')
    await expect(node.package('musl')).toHaveVersion(/^1\.2/)
  })
  test.for(['cmd:bash', '/bin/sh', 'mus', 'curl'])('%s is none', async (name, { node }) => {
    await expect(node.package(name)).not.toBeInstalled()
  })
  test('one is pinned', async ({ node }) => {
    await expect(node.package('bash')).toBeHeld()
    await expect(node.package('musl')).not.toBeHeld()
  })
  test('programs are applets', async ({ node }) => {
    await expect(node.command('awk')).toExist()
    await expect(node.command('curl')).not.toExist()
    await expect(node.command('cd')).not.toExist()
    await expect(node.file('/bin/awk')).toBeLinkedTo('/bin/busybox')
  })
})

describe('users', () => {
  test('are read without getent', async ({ node }) => {
    const ops = node.user('ops')
    await expect(ops).toHaveUid(2000)
    await expect(ops).toHaveHome('/home/ops')
    await expect(ops).toHaveShell('/bin/sh')
    await expect(ops).toBelongTo('router')
    expect(await ops.gecos()).toBe('Operator')
    await expect(node.user('mallory')).not.toExist()
  })
  test('groups too', async ({ node }) => {
    await expect(node.group('router')).toHaveGid(2001)
    expect(await node.group('router').members()).toEqual(['ops'])
    await expect(node.group('wheel')).not.toExist()
  })
  test('the key of the deploy lets ops in', async ({ node }) => {
    await expect(node.user('ops')).toHaveAuthorizedKey(node.attributes['deploy.key'] ?? '')
  })
})

describe('services', () => {
  test('web runs, and comes back after a restart', { tags: ['smoke'] }, async ({ node }) => {
    await expect(node.service('web')).toBeRunning()
    await expect(node.service('web')).toBeEnabled()
    await expect(node.service('web')).not.toBeMasked()
  })
  test('lazy does not', async ({ node }) => {
    await expect(node.service('lazy')).toExist()
    await expect(node.service('lazy')).not.toBeRunning()
    await expect(node.service('lazy')).not.toBeEnabled()
  })
  test('what an init script can not say is unknown', async ({ node }) => {
    await expect(node.service('mute').isRunning()).rejects.toThrow('does not know status')
  })
  test('there is no other', async ({ node }) => {
    await expect(node.service('nosuch')).not.toExist()
  })
  test('its process is that of router', async ({ node }) => {
    await expect(node.process({ comm: 'httpd', user: 'router' })).toBeRunning()
    await expect(node.process({ comm: 'dropbear', user: 'root' })).toBeRunning()
    await expect(node.process('telnetd')).not.toBeRunning()
  })
})

describe('network', () => {
  test('web listens on the loopback interface alone', async ({ node }) => {
    const { 'http.port': port } = node.attributes
    await expect(node.socket(`tcp://127.0.0.1:${port}`)).toBeListening()
    await expect(node.socket(`tcp://192.0.2.1:${port}`)).not.toBeListening()
    await expect(node.socket('udp://:1')).not.toBeListening()
    await expect(node.socket('unix:///run/nosuch.sock')).not.toBeListening()
  })
  test('the loopback interface is up', async ({ node }) => {
    await expect(node.interface('lo')).toBeUp()
    await expect(node.interface('lo')).toHaveAddress('127.0.0.1/8')
    await expect(node.interface('conc9')).not.toExist()
  })
  test('the gateway has its address', async ({ node }) => {
    await expect(node.addr('gateway.example')).toBeResolvable()
    await expect(node.addr('gateway.example')).toHaveAddress('192.0.2.20')
  })
  test('the port can be reached from the node, another can not', async ({ node }) => {
    await expect(node.addr('127.0.0.1').port(Number(node.attributes['http.port']))).toBeReachable()
    await expect(node.addr('127.0.0.1').port(1)).not.toBeReachable()
  })
})

describe('http', () => {
  test('the page is there, by the wget of busybox', { tags: ['smoke'] }, async ({ node }) => {
    const page = node.http(`http://127.0.0.1:${node.attributes['http.port']}/health`)
    await until(() => expect(page).toHaveStatus(200), { within: '5s' })
    await expect(page).toHaveBody('routing\n')
    expect(await page.header('Content-Length')).toBe('8')
  })
  test('another is not', async ({ node }) => {
    await expect(node.http(`http://127.0.0.1:${node.attributes['http.port']}/nosuch`)).toHaveStatus(404)
    await expect(node.http('http://127.0.0.1:1/')).not.toBeReachable()
  })
  test('what only curl can ask is unknown', async ({ node }) => {
    const url = `http://127.0.0.1:${node.attributes['http.port']}/health`
    await expect(node.http(url, { method: 'POST', body: 'x' }).status()).rejects.toThrow('only curl can ask so')
    await expect(node.http(url, { headers: { authorization: 'x' } }).status()).rejects.toThrow(
      'only curl keeps secrets',
    )
  })
  test('a certificate that nobody checks is unknown', async ({ node }) => {
    await expect(node.http('https://127.0.0.1:1/').status()).rejects.toThrow(Unknown)
  })
  test('a certificate on the disk is read without openssl, one of a server is not', async ({ node }) => {
    await expect(node.cert('/etc/router.pem')).toBeValidFor({ days: 1 })
    await expect(node.cert('127.0.0.1:1').exists()).rejects.toThrow('the node has no openssl')
  })
})

describe('files and kernel', () => {
  test('owners and modes are right', async ({ node }) => {
    await expect(node.file('/srv/router')).toBeOwnedBy('router')
    await expect(node.file('/etc/shadow')).toHaveMode('0600')
    await expect(node.file('/etc/shadow')).not.toBeMorePermissiveThan('0640')
    await expect(node.file('/etc/init.d/web')).toBeExecutable()
  })
  test('contents and sums are read', async ({ node }) => {
    const page = node.file('/srv/router/current/health')
    await expect(page).toContain('routing')
    expect(await page.sha256sum()).toBe('672e345735d04a8ce9632b42b0f5cafcc671a6bfd9868950a40938a3324b5f82')
    expect(await node.file('/srv/router').list()).toEqual(['current', 'public'])
  })
  test('the pages are a small disk of their own', async ({ node }) => {
    await expect(node.mount('/srv/router/public')).toBeMounted()
    await expect(node.mount('/srv/router/public')).toHaveOption('noexec')
    await expect(node.mount('/srv/router')).not.toBeMounted()
    await expect(node.disk('/srv/router/public')).toHaveSize(1024 * 1024)
  })
  test('settings and modules are those of the kernel', async ({ node }) => {
    await expect(node.sysctl('kernel.hostname')).toHaveValue('router1')
    await expect(node.kernelModule('no-such-module')).not.toBeLoaded()
    await expect(node.kernelModule('ext4')).not.toBeBlacklisted()
  })
  test('commands run', async ({ node }) => {
    await expect(node.run(['id', '-un'])).toPrint(/^ops$/m)
    await expect(node.run('exit 3')).toExitWith(3)
  })
})

describe('without sudo', () => {
  test('what root alone sees is unknown', async ({ node }) => {
    await expect(node.user('router').isLocked()).rejects.toThrow(Unknown)
    await expect(node.cron('root').entries()).rejects.toThrow(Unknown)
  })
  test('nobody is asked as root', async ({ node }) => {
    await expect(node.sudo().user('router').isLocked()).rejects.toThrow('there is no sudo')
  })
})
