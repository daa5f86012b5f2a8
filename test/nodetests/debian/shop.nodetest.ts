import { describe, expect, test, Unknown, until } from 'conc-deploy/test'

describe('processes', () => {
  test('the server runs, as shop', async ({ node }) => {
    const server = node.process({ comm: 'busybox', user: 'shop', args: 'httpd' })
    await expect(server).toBeRunning()
    expect(await server.count()).toBeGreaterThan(0)
    expect((await server.list())[0]).toMatchObject({ user: 'shop', comm: 'busybox' })
  })
  test('nothing runs that should not', async ({ node }) => {
    await expect(node.process('telnetd')).not.toBeRunning()
    expect(await node.process('nosuch').pids()).toEqual([])
  })
})

describe('services', () => {
  test('shop runs, and comes back after a restart', { tags: ['smoke'] }, async ({ node }) => {
    await expect(node.service('shop')).toBeRunning()
    await expect(node.service('shop')).toBeEnabled()
    await expect(node.service('shop')).not.toBeMasked()
  })
  test('report is there, but does not run by itself', async ({ node }) => {
    await expect(node.service('report')).toExist()
    await expect(node.service('report')).not.toBeRunning()
    await expect(node.service('report')).not.toBeEnabled()
  })
  test('there is no other', async ({ node }) => {
    await expect(node.service('nosuch')).not.toExist()
  })
})

describe('network', () => {
  test('the server listens on the loopback interface alone', async ({ node }) => {
    const { 'http.port': port } = node.attributes
    await expect(node.socket(`tcp://127.0.0.1:${port}`)).toBeListening()
    await expect(node.socket(`tcp://:${port}`)).toBeListening()
    await expect(node.socket(`tcp://0.0.0.0:${port}`)).not.toBeListening()
  })
  test('nobody listens where nobody should', async ({ node }) => {
    await expect(node.socket('tcp://:1')).not.toBeListening()
    await expect(node.socket('udp://:1')).not.toBeListening()
  })
  test('a datagram socket is a socket too', async ({ node }) => {
    await expect(node.socket(`udp://127.0.0.1:${node.attributes['udp.port']}`)).toBeListening()
  })
  test('the agent listens on a path', async ({ node }) => {
    await expect(node.socket('unix:///run/shop/agent.sock')).toBeListening()
    await expect(node.socket('unix:///run/shop/other.sock')).not.toBeListening()
  })
  test('the loopback interface is up', async ({ node }) => {
    const lo = node.interface('lo')
    await expect(lo).toExist()
    await expect(lo).toBeUp()
    await expect(lo).toHaveAddress('127.0.0.1')
    await expect(lo).toHaveAddress('127.0.0.1/8')
    await expect(lo).not.toHaveAddress('192.0.2.1')
    expect([await lo.mtu(), await lo.mac()]).toEqual([65_536, '00:00:00:00:00:00'])
  })
  test('an interface that tells no speed is unknown, one that is not there is not', async ({ node }) => {
    await expect(node.interface('lo').speed()).rejects.toThrow(Unknown)
    await expect(node.interface('conc9')).not.toExist()
  })
  test('the database is found', async ({ node }) => {
    const database = node.addr('db.shop.example')
    await expect(database).toBeResolvable()
    await expect(database).toHaveAddress('192.0.2.10')
    await expect(database).not.toHaveAddress('192.0.2.11')
    expect(await database.ipv4Addresses()).toEqual(['192.0.2.10'])
    expect(await database.ipv6Addresses()).toEqual(['2001:db8::10'])
  })
  test('the old database is gone', async ({ node }) => {
    await expect(node.addr('old.db.shop.example')).not.toBeResolvable()
  })
  test('an address is its own', async ({ node }) => {
    expect(await node.addr('192.0.2.77').addresses()).toEqual(['192.0.2.77'])
  })
  test('the port can be reached from the node, another can not', async ({ node }) => {
    await expect(node.addr('127.0.0.1').port(Number(node.attributes['http.port']))).toBeReachable()
    await expect(node.addr('127.0.0.1').port(1)).not.toBeReachable()
  })
  test('without ping nobody can tell who answers one', async ({ node }) => {
    await expect(node.addr('127.0.0.1').isReachable()).rejects.toThrow('the node has no ping')
  })
})

describe('http', () => {
  test('the health page is fine', { tags: ['smoke'] }, async ({ node }) => {
    const health = node.http(`http://127.0.0.1:${node.attributes['http.port']}/health`)
    await expect(health).toBeReachable()
    await expect(health).toHaveStatus(200)
    await expect(health).toHaveBody('status: ok\n')
    await expect(health).toContain('ok')
    await expect(health).not.toContain('error')
    expect(await health.header('Content-Length')).toBe('11')
  })
  test('there is no other page', async ({ node }) => {
    const page = node.http(`http://127.0.0.1:${node.attributes['http.port']}/nosuch`)
    await expect(page).toHaveStatus(404)
    await expect(page).not.toHaveStatus(200)
    await expect(page).not.toHaveBody(/status/)
  })
  test('nobody answers where nobody listens', async ({ node }) => {
    await expect(node.http('http://127.0.0.1:1/')).not.toBeReachable()
  })
  test('it warms up', { tags: ['slow'] }, async ({ node }) => {
    const warm = node.http(`http://127.0.0.1:${node.attributes['http.port']}/cgi-bin/warm`)
    await until(() => expect(warm).toHaveStatus(200), { within: '10s', every: '50ms' })
    expect(await warm.headers()).toMatchObject({ 'x-shop': '1.4.2' })
  })
  test('it stays warm', { tags: ['slow'] }, async ({ node }) => {
    const warm = node.http(`http://127.0.0.1:${node.attributes['http.port']}/cgi-bin/warm`)
    await expect.poll(() => warm.body(), { interval: 50 }).toBe('warm\n')
  })
  test('a certificate that nobody signed is no answer, unless it is asked for', async ({ node }) => {
    const url = `https://127.0.0.1:${node.attributes['https.port']}/`
    await expect(node.http(url, { insecure: true })).toHaveStatus(200)
    await expect(node.http(url).status()).rejects.toThrow(Unknown)
  })
})

describe('certificates', () => {
  test('the file and the server have the same', async ({ node }) => {
    const shown = await node.cert(`127.0.0.1:${node.attributes['https.port']}`).fingerprint()
    expect(await node.cert('/etc/shop/shop.pem').fingerprint()).toBe(shown)
  })
  test('it is valid, but not for long', async ({ node }) => {
    const shop = node.cert('/etc/shop/shop.pem')
    await expect(shop).toBeValid()
    await expect(shop).toBeValidFor({ days: 1 })
    await expect(shop).not.toBeValidFor({ days: 21 })
    expect(await shop.daysLeft()).toBeLessThan(3)
    expect((await shop.notBefore()).getTime()).toBeLessThan((await shop.notAfter()).getTime())
  })
  test('it is for this address, and signed by itself', async ({ node }) => {
    const shop = node.cert('/etc/shop/shop.pem')
    expect([await shop.subject(), await shop.issuer(), await shop.names()]).toEqual([
      'CN=127.0.0.1',
      'CN=127.0.0.1',
      [],
    ])
  })
  test('the one before it is over', async ({ node }) => {
    await expect(node.cert('/etc/shop/2020.pem')).not.toBeValid()
    expect(await node.cert('/etc/shop/2020.pem').daysLeft()).toBeLessThan(0)
  })
  test('there is no other', async ({ node }) => {
    await expect(node.cert('/etc/shop/old.pem')).not.toExist()
    await expect(node.cert('127.0.0.1:1')).not.toExist()
    await expect(node.cert('/etc/shop/shop.pem')).toExist()
  })
})

describe('commands', () => {
  test('the pool is ready', async ({ node }) => {
    const pool = await node.run(['/srv/shop/current/bin/pool', 'status'])
    await expect(pool).toSucceed()
    await expect(pool).toPrint('ready')
    await expect(pool).not.toPrint(/draining/)
    expect(pool.stdout).toContain('ready')
  })
  test('a wrong call has its exit code', async ({ node }) => {
    const pool = await node.run('/srv/shop/current/bin/pool')
    await expect(pool).toExitWith(3)
    await expect(pool).not.toExitWith(0)
    await expect(pool).not.toSucceed()
  })
  test('a command has a folder, input and both streams', async ({ node }) => {
    const { stdout, stderr } = await node.run('pwd; cat; echo warned >&2', { cwd: '/srv/shop', input: 'given' })
    expect([stdout, stderr]).toEqual(['/srv/shop\ngiven', 'warned\n'])
  })
  // A shell on the node has no name for the signal when all was over before it looked: then it is 128 and its number.
  test('what a signal ended does not succeed, and says so', async ({ node }) => {
    const { signal, exit, succeeded } = await node.run('kill -TERM $$')
    expect([succeeded, signal ?? exit]).toEqual([false, signal === undefined ? 143 : 'SIGTERM'])
  })
  test('a command that takes too long is unknown', async ({ node }) => {
    await expect(node.run('sleep 60', { timeout: '200ms' })).rejects.toThrow(Unknown)
  })
  test('bytes come as they are', async ({ node }) => {
    const { bytes } = await node.run(['printf', '\\377\\000x'])
    expect([...bytes]).toEqual([255, 0, 120])
  })
  test('root is root', { tags: ['smoke'] }, async ({ node }) => {
    await expect(node.sudo().run(['id', '-u'])).toPrint(/^0$/m)
    await expect(node.sudo('shop').run(['id', '-un'])).toPrint(/^shop$/m)
    await expect(node.run(['id', '-un'])).toPrint(/^ops$/m)
  })
})
