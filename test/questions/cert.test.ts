import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cert } from '../../src/questions/cert.ts'
import { Absent, type Ask, Unknown } from '../../src/questions/types.ts'
import { dash, shells } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'

// Made by OpenSSL 3.0 of Debian 12, 2026-11-21, valid until 2036-11-18T15:32:44Z; the fingerprint is what `openssl x509` said of it.
const pem = `-----BEGIN CERTIFICATE-----
MIIB5TCCAYqgAwIBAgIUNIQ6pFfEkut46C7fPL7tjih/8wswCgYIKoZIzj0EAwIw
JjENMAsGA1UECgwEU2hvcDEVMBMGA1UEAwwMc2hvcC5leGFtcGxlMB4XDTI2MTEy
MTE1MzI0NFoXDTM2MTExODE1MzI0NFowJjENMAsGA1UECgwEU2hvcDEVMBMGA1UE
AwwMc2hvcC5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEzv8cTEb8
6o6mbh/iH3aivtlEaHenXLcHCO3DBPH/3d4wFbM3yUa1WydpxVRUZaSqN2i3S8a9
em/vzC9KnJIATaOBlTCBkjAdBgNVHQ4EFgQUE0iuRPI+ctvmDXSgRMnG1Iju+G0w
HwYDVR0jBBgwFoAUE0iuRPI+ctvmDXSgRMnG1Iju+G0wDwYDVR0TAQH/BAUwAwEB
/zA/BgNVHREEODA2ggxzaG9wLmV4YW1wbGWCDiouc2hvcC5leGFtcGxlhwR/AAAB
hxAAAAAAAAAAAAAAAAAAAAABMAoGCCqGSM49BAMCA0kAMEYCIQCelPRnsMPdDmu9
ctKqKFMmlxVOdrza4owNLNGxAObbrgIhAIjBbBE0BhApAtIsCTPw+PdG01rf5cA7
81p0Uhk1zio5
-----END CERTIFICATE-----
`
const end = Date.UTC(2036, 10, 18, 15, 32, 44)

/** The certificate, when the node's clock says so. */
const at = (time: number) => cert(answering(`${Math.floor(time / 1000)}\n${pem}`), '/etc/shop.pem', {}, 'web1')

describe('a certificate', () => {
  test('tells its facts', async () => {
    const it = at(end)
    expect(await it.subject()).toBe('O=Shop, CN=shop.example')
    expect(await it.issuer()).toBe('O=Shop, CN=shop.example')
    expect(await it.names()).toEqual(['shop.example', '*.shop.example', '127.0.0.1', '0:0:0:0:0:0:0:1'])
    expect(await it.notBefore()).toEqual(new Date('2026-11-21T15:32:44Z'))
    expect(await it.notAfter()).toEqual(new Date(end))
    expect(await it.fingerprint()).toBe(
      '2D:7C:52:D1:7B:A2:F5:B9:F5:A1:E7:40:8C:71:DA:6A:C5:10:D2:6B:E6:72:88:EB:18:03:B8:E2:3A:7D:49:79',
    )
  })

  test.each([
    ['at its end', end, 0, true],
    ['a second later', end + 1000, -1, false],
    ['10 days before', end - 10 * 86_400_000, 10, true],
    ['less than 10 days before', end - 10 * 86_400_000 + 1000, 9, true],
    ['before it began', Date.UTC(2026, 0, 1), 3974, false],
  ])('%s by the node’s clock', async (_when, time, days, valid) => {
    expect(await at(time).daysLeft()).toBe(days)
    expect(await at(time).isValid()).toBe(valid)
  })

  test.each([
    ['no time', '', Unknown],
    ['no certificate', '1700000000\n', Absent],
    ['a broken one', '1700000000\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', Unknown],
  ])('%s', async (_what, text, expected) => {
    await expect(cert(answering(text), 'x', {}, 'web1').subject()).rejects.toThrow(expected)
  })
})

// The root that Debian's ca-certificates 20230311 brings, 2026-11-21, as Ubuntu and Alpine do: what is told of it is what OpenSSL 3.0.19 says.
const root = `-----BEGIN CERTIFICATE-----
MIICGzCCAaGgAwIBAgIQQdKd0XLq7qeAwSxs6S+HUjAKBggqhkjOPQQDAzBPMQsw
CQYDVQQGEwJVUzEpMCcGA1UEChMgSW50ZXJuZXQgU2VjdXJpdHkgUmVzZWFyY2gg
R3JvdXAxFTATBgNVBAMTDElTUkcgUm9vdCBYMjAeFw0yMDA5MDQwMDAwMDBaFw00
MDA5MTcxNjAwMDBaME8xCzAJBgNVBAYTAlVTMSkwJwYDVQQKEyBJbnRlcm5ldCBT
ZWN1cml0eSBSZXNlYXJjaCBHcm91cDEVMBMGA1UEAxMMSVNSRyBSb290IFgyMHYw
EAYHKoZIzj0CAQYFK4EEACIDYgAEzZvVn4CDCuwJSvMWSj5cz3es3mcFDR0HttwW
+1qLFNvicWDEukWVEYmO6gbf9yoWHKS5xcUy4APgHoIYOIvXRdgKam7mAHf7AlF9
ItgKbppbd9/w+kHsOdx1ymgHDB/qo0IwQDAOBgNVHQ8BAf8EBAMCAQYwDwYDVR0T
AQH/BAUwAwEB/zAdBgNVHQ4EFgQUfEKWrt5LSDv6kviejM9ti6lyN5UwCgYIKoZI
zj0EAwMDaAAwZQIwe3lORlCEwkSHRhtFcP9Ymd70/aTSVaYgLXTWNLxBo1BfASdW
tL4ndQavEi51mI38AjEAi/V3bNTIZargCyzuFJ0nN6T5U6VR5CmD1/iQMVtCnwr1
/q4AaOeMSQ+2b1tbFfLn
-----END CERTIFICATE-----
`

describe('a certificate of somebody else', () => {
  const it = cert(answering(`1795274359\n${root}`), '/etc/ssl/certs/ISRG_Root_X2.pem', {}, 'web1')
  const told = 'C=US, O=Internet Security Research Group, CN=ISRG Root X2'
  test.each([
    ['its subject', () => it.subject(), told],
    ['its issuer', () => it.issuer(), told],
    ['its names: it has none', () => it.names(), []],
    ['its beginning', () => it.notBefore(), new Date('2020-09-04T00:00:00Z')],
    ['its end', () => it.notAfter(), new Date('2040-09-17T16:00:00Z')],
    [
      'its fingerprint',
      () => it.fingerprint(),
      '69:72:9B:8E:15:A8:6E:FC:17:7A:57:AF:B7:17:1D:FC:64:AD:D2:8C:2F:CA:8C:F1:50:7E:34:45:3C:CB:14:70',
    ],
  ])('tells %s', async (_what, ask: () => Promise<unknown>, expected) => {
    expect(await ask()).toEqual(expected)
  })
})

describe('of this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'conc-cert-'))
  const path = (name: string) => join(folder, name)
  let server: ChildProcess
  let port = ''
  beforeAll(async () => {
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30']
    execFileSync('openssl', [...made, '-subj', '/CN=shop', '-keyout', path('key'), '-out', path('cert')], {
      stdio: 'ignore',
    })
    writeFileSync(path('both'), readFileSync(path('key'), 'utf8') + readFileSync(path('cert'), 'utf8') + pem)
    writeFileSync(path('-none'), 'hello\n')
    server = spawn(process.execPath, ['-e', program, path('key'), path('cert')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (server.stdout) port = String((await once(server.stdout, 'data'))[0]).trim()
  })
  afterAll(() => {
    server.kill()
    rmSync(folder, { recursive: true })
  })

  test.each(shells)('under $name', async (shell) => {
    const of = (name: string) => cert(askUnder(shell), path(name), {}, 'web1')
    // In the very second of its making it has 30 whole days.
    expect([29, 30]).toContain(await of('cert').daysLeft())
    expect(await of('both').subject()).toBe('CN=shop')
    expect(await of('both').isValid()).toBe(true)
    expect(await of('-none').exists()).toBe(false)
    expect(await of('gone').exists()).toBe(false)
    await expect(of('gone').notAfter()).rejects.toThrow(Absent)
    await expect(of('').exists()).rejects.toThrow('it is a folder')
  })

  test('the key beside it does not leave the node', async () => {
    const answer = await askUnder(dash)({ name: 'pem', words: [path('both')] })
    expect(answer.stdout.toString()).not.toContain('PRIVATE')
  })

  test('a server shows the same', async () => {
    const served = cert(askUnder(dash), `127.0.0.1:${port}`, { servername: 'shop' }, 'web1')
    expect(await served.fingerprint()).toBe(await cert(askUnder(dash), path('cert'), {}, 'web1').fingerprint())
  })

  test('where nothing answers there is none', async () => {
    const gone = cert(askUnder(dash), '127.0.0.1:1', {}, 'web1')
    expect(await gone.exists()).toBe(false)
    await expect(gone.subject()).rejects.toThrow(/^cert 127\.0\.0\.1:1 on web1: none is shown: .*/)
  })

  test('what may not be read is unknown', async () => {
    const nobody: Ask = askUnder({ command: `setpriv --reuid=65534 --clear-groups ${dash.command}`, path: dash.path })
    await expect(cert(nobody, path('cert'), {}, 'web1').exists()).rejects.toThrow(
      'permission denied; ask with node.sudo()',
    )
  })

  test('without openssl a server’s is unknown', async () => {
    const ask = askUnder({ command: dash.command, path: '/nonexistent' })
    await expect(cert(ask, '127.0.0.1:1', {}, 'web1').exists()).rejects.toThrow('the node has no openssl')
  })
})

/** Shows the certificate, and tells its port. */
const program = `
  const { readFileSync } = require('node:fs')
  const [key, cert] = process.argv.slice(1).map((path) => readFileSync(path))
  const server = require('node:tls').createServer({ key, cert }).listen(0, '127.0.0.1', () => console.log(server.address().port))
`
