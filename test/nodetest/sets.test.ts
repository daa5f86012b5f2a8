import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { localHost } from '../../src/hosts/local.ts'
import { inventory } from '../../src/questions/inventory.ts'
import { dash } from '../fixtures/agent.ts'
import { askUnder } from '../fixtures/asking.ts'
import { certificate } from '../jobs/certificate.ts'
import { countingHost, type Ran } from './fakehost.ts'
import { makeTree, nodeIn, runTests, type Tree } from './tested.ts'

let tree: Tree
beforeEach(() => {
  tree = makeTree()
})
afterEach(() => tree.remove())

/** Runs a built-in set; `instead` plays the node where it is not to be this machine. */
async function run(
  set: string,
  given: { attributes?: Readonly<Record<string, string>>; data?: Readonly<Record<string, unknown>> },
  instead?: (ran: Ran) => ReturnType<ReturnType<typeof localHost>['run']> | undefined,
) {
  const host = countingHost(instead)
  const told = await runTests(tree, [nodeIn(tree, 'web1', host, given)], { selection: { builtin: [set] } })
  return { host, endOf: (name: string) => [told.outcomes[`${set} > ${name}`], told.why(`${set} > ${name}`)] }
}

const fails = async () => ({ exit: 1, stdout: Buffer.alloc(0), stderr: Buffer.from('a\nPermission denied\n') })

/** As this machine, but with a clock that goes so many seconds ahead. */
function ahead(seconds: number) {
  const clock = `date() { echo $(($(command date +%s) + ${seconds})); }\n`
  return ({ argv, text, options }: Ran) =>
    text === '' ? undefined : localHost('/').run(argv, { ...options, input: Buffer.from(clock + text) })
}

test('webapp can not tell where the node could not look at all', async () => {
  const attributes = { 'test.folders': tree.folder }
  const { endOf } = await run('webapp', { attributes }, ({ argv, text }) =>
    argv[0] === 'find' || (text === '' && argv[0] === 'sh') ? fails() : undefined,
  )
  expect(endOf('has nothing world-writable in its folders')).toEqual([
    'unknown',
    expect.stringMatching(/^not all could be looked at: Permission denied\n/),
  ])
  expect(endOf('has no compiler')).toEqual([
    'unknown',
    expect.stringMatching(/^not all could be looked at: a\nPermission denied\n/),
  ])
})

test('webapp knows ports of UDP, and folders that look like options', async () => {
  const socket = createSocket('udp4').bind(0, '0.0.0.0')
  await once(socket, 'listening')
  const attributes = { 'test.ports': `udp/${socket.address().port}, udp/1`, 'test.folders': '-nowhere' }
  const { endOf } = await run('webapp', { attributes })
  socket.close()
  expect(endOf('listens where declared')).toEqual([
    'fail',
    expect.stringMatching(/^nothing listens on udp\/1, which test\.ports declares\n/),
  ])
  expect(endOf('has nothing world-writable in its folders')).toEqual([
    'fail',
    expect.stringMatching(/^\.\/-nowhere is not there, and test\.folders names it\n/),
  ])
})

test.each([
  ['21', ['fail', expect.stringMatching(/^\S+\/cert\.pem: [12] days left, wanted 21\n/)]],
  ['1', ['pass', '']],
])('webapp wants certificates to last %s days', async (days, end) => {
  const file = join(tree.folder, 'cert.pem')
  writeFileSync(file, certificate().cert)
  const { endOf } = await run('webapp', {
    attributes: { 'test.certificates': file, 'test.certificate.days': days },
  })
  expect(endOf('has certificates that last')).toEqual(end)
})

test.each([
  [3600, {}, ['fail', expect.stringMatching(/^the node's clock is (35\d\d|3600) s ahead of the workstation's\n/)]],
  [-3600, {}, ['fail', expect.stringMatching(/^the node's clock is (35\d\d|3600) s behind the workstation's\n/)]],
  [-3600, { 'test.clock.max': '2h' }, ['pass', '']],
])('webapp sees a clock that goes %i s ahead, with %o', async (seconds, attributes, end) => {
  const { endOf } = await run('webapp', { attributes }, ahead(seconds))
  expect(endOf('has the right time')).toEqual(end)
})

test('webapp does not ask for inodes where none are counted', async () => {
  const { endOf } = await run('webapp', { attributes: { 'test.disk.paths': '/proc' } })
  expect(endOf('has room on its disks')).toEqual(['pass', ''])
})

test.each([
  ['fits', [], ['pass', '']],
  [
    'lacks one',
    ['kernel.rogue 0'],
    ['fail', expect.stringMatching(/^sysctls of web1 drifted from the baseline:\n- kernel.rogue 0\n/)],
  ],
])('a baseline that %s is compared as seen by the user that recorded it', async (_what, more, end) => {
  const sysctls = [...(await inventory(askUnder(dash), 'sysctls', 'web1')), ...more]
  const { host, endOf } = await run('baseline', { data: { baseline: { as: 'root', facts: { sysctls } } } })
  expect(endOf('sysctls')).toEqual(end)
  expect(host.runs.map(({ options }) => options.as)).toEqual(['root'])
  expect(endOf('users')).toEqual(['skip', 'the baseline has none: it was recorded by another version of conc'])
})
