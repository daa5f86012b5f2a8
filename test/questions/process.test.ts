import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { batchText, parseBatch } from '../../src/questions/batch.ts'
import { parseProcesses, process } from '../../src/questions/process.ts'
import { scriptsFor } from '../../src/questions/scripts.ts'
import { Unknown } from '../../src/questions/types.ts'
import { dash, open, processesOf, runStep, shells, startAgent } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'
import { endProcess } from '../fixtures/users.ts'
import { elsewhere } from './elsewhere.ts'

describe('what the question prints', () => {
  // Recorded 2026-11-21 on Debian 12, Linux 6.18.
  const recorded = 'u 0 root\np 3094 0 bash\na bash /dev/fd/3\np 2 0 kthreadd\na [kthreadd]\n'

  test('is read in the order of the ids', () => {
    expect(parseProcesses(recorded)).toEqual([
      { pid: 2, user: 'root', comm: 'kthreadd', args: '[kthreadd]' },
      { pid: 3094, user: 'root', comm: 'bash', args: 'bash /dev/fd/3' },
    ])
  })

  // Ubuntu 18.04, 2019-10-27: what `ps -ef` and lsof, which has the kernel's name, told of the same moments, as conc's question prints it:
  // jc 1.22.5 (2023-01-11), tests/fixtures/ubuntu-18.04.
  const ubuntu = `u 0 root
p 1 0 systemd
a /sbin/init auto automatic-ubiquity noprompt
p 2 0 kthreadd
a [kthreadd]
u 102 syslog
p 955 102 rsyslogd
a /usr/sbin/rsyslogd -n
p 16944 0 sshd
a sshd: kbrazil [priv]
`

  test.each([
    ['systemd', { pid: 1, user: 'root', args: '/sbin/init auto automatic-ubiquity noprompt' }],
    ['rsyslogd', { pid: 955, user: 'syslog', args: '/usr/sbin/rsyslogd -n' }],
    ['sshd', { pid: 16_944, user: 'root', args: 'sshd: kbrazil [priv]' }],
    ['kthreadd', { pid: 2, user: 'root', args: '[kthreadd]' }],
  ])('of Ubuntu 18.04 is read: %s', async (name, expected) => {
    expect(parseProcesses(ubuntu)).toContainEqual({ comm: name, ...expected })
  })

  // Alpine 3.25.0_alpha20260805 with OpenRC, 2026-10-07: what busybox's ps told, as conc's question prints it. It has a kernel thread's
  // name from the kernel; that of init is the end of its path: naelolaiz/esp32s31-alpine, docs/journal/2026-10-07-openrc.md at 7a3c57f.
  const alpine = `u 0 root
p 1 0 init
a /sbin/init
p 2 0 kthreadd
a [kthreadd]
p 24 0 kworker/0:1H-kb
a [kworker/0:1H-kb]
p 25 0 jbd2/sda1-8
a [jbd2/sda1-8]
`

  test.each([
    ['init', { pid: 1, user: 'root', args: '/sbin/init' }],
    ['kworker/0:1H-kb', { pid: 24, user: 'root', args: '[kworker/0:1H-kb]' }],
    ['jbd2/sda1-8', { pid: 25, user: 'root', args: '[jbd2/sda1-8]' }],
  ])('of Alpine is read: %s', async (name, expected) => {
    expect(parseProcesses(alpine)).toContainEqual({ comm: name, ...expected })
  })

  test('may hold newlines, blanks and backslashes as /proc has them, and users without a name', () => {
    expect(parseProcesses('u 7 7\np 9 7 a\\nb c\\\\\na x\x01p 1 0 sshd y\n')).toEqual([
      { pid: 9, user: '7', comm: 'a\nb c\\', args: 'x\np 1 0 sshd y' },
    ])
  })

  test('is Unknown when it is something else', () => {
    expect(() => parseProcesses('cat: /proc: no\n')).toThrow(Unknown)
  })
})

/** Sleeps under a name that no other process has; the kernel keeps 15 bytes of it, the last of them a blank. */
const name = `${`conc'${globalThis.process.pid}`.padEnd(14, '_')} and more`
const mark = `line\n--mark${globalThis.process.pid}`
const odd = `a\\b\nc${globalThis.process.pid}`
const pids: number[] = []
const folder = mkdtempSync(join(tmpdir(), 'conc-process-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(async () => {
  for (const [named, argument] of [
    [name, mark],
    [name, 'other'],
    [odd, ''],
  ]) {
    const text = `require('fs').writeFileSync('/proc/self/comm', ${JSON.stringify(named)}); console.log(); setTimeout(() => {}, 60000)`
    const child = spawn(globalThis.process.execPath, ['-e', text, String(argument)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    pids.push(child.pid ?? 0)
  }
})
afterAll(() => {
  for (const pid of pids) endProcess(pid)
})

describe.each(shells)('under $name', (shell) => {
  const about = (filter: Parameters<typeof process>[1]) => process(askUnder(shell), filter, 'web1')

  test('those of a name are found, with whose they are', async () => {
    const found = await about(name).list()
    expect(found.map(({ pid }) => pid)).toEqual(pids.slice(0, 2).toSorted((a, b) => a - b))
    expect(found[0]).toMatchObject({ user: 'root', comm: name.slice(0, 15) })
  })

  test('a part of the arguments, a user and a name are all asked for', async () => {
    expect(await about({ comm: name, args: mark }).pids()).toEqual(pids.slice(0, 1))
    expect(await about({ comm: name, user: '0' }).count()).toBe(2)
    expect(await about({ comm: name, user: 'daemon' }).isRunning()).toBe(false)
  })

  test('who asks is not among them', async () => {
    // The text of the question stands in the arguments of this shell, and of nobody else.
    expect(await about({ args: 'q_process() {', user: 'root' }).count()).toBe(0)
  })
})

test("conc's own agent is not among them, whoever asks through it", async () => {
  const agent = await startAgent(dash)
  try {
    await open(agent)
    const text = batchText([{ name: 'process', words: ['', ''] }], await scriptsFor(['process']), 'nonce')
    const { stdout, stderr } = await runStep(agent, { argv: ['sh', '-c', text] })
    const [answer] = parseBatch(1, stdout, stderr, 'nonce')
    if (answer === undefined || answer instanceof Unknown) throw answer ?? new Error('no answer')
    const found = parseProcesses(answer.stdout.toString())
    expect(found.map(({ pid }) => pid)).toContain(globalThis.process.pid)
    expect(found.filter(({ pid }) => processesOf(agent.pid).includes(String(pid)))).toEqual([])
  } finally {
    await agent.end()
  }
})

describe('what runs', () => {
  test('is not what has ended and waits for its parent', async () => {
    const parent = spawn('/bin/sh', ['-c', 'sh -c "kill -9 \\$\\$" & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      const zombie = Number(await new Promise<Buffer>((resolve) => parent.stdout.once('data', resolve)))
      const gone = async () => !(await process(askUnder(dash), 'sh', 'web1').pids()).includes(zombie)
      await expect.poll(gone).toBe(true)
    } finally {
      endProcess(parent.pid ?? 0)
    }
  })

  test('is found by an odd name too', async () => {
    expect(await process(askUnder(dash), odd, 'web1').pids()).toEqual(pids.slice(2))
  })

  test('is not known of a user who is not there', async () => {
    await expect(process(askUnder(dash), { user: 'nosuch' }, 'web1').isRunning()).rejects.toThrow(
      'process of nosuch on web1: there is no user nosuch',
    )
  })

  test('is not known where /proc hides what others run', async () => {
    const text = `#!/bin/sh
exec unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid=65534 --regid=65534 --clear-groups dash "$@"' sh "$@"
`
    const command = join(folder, 'shell')
    writeFileSync(command, text, { mode: 0o755 })
    await expect(process(askUnder({ ...dash, command }), 'sh', 'web1').isRunning()).rejects.toThrow('permission denied')
  })

  test('is not known without awk', async () => {
    const bare = { command: dash.command, path: '/nowhere' }
    await expect(process(askUnder(bare), 'sh', 'web1').isRunning()).rejects.toThrow('the node has no awk')
  })

  test('is not known when it could not be read', async () => {
    const deaf = elsewhere(dash, { '/usr/bin/cat': '#!/bin/sh\nexit 126\n' })
    await expect(process(askUnder(deaf), 'sh', 'web1').isRunning()).rejects.toThrow("/proc can't be read")
  })

  test('is nothing when nothing is told', async () => {
    expect(await process(answering(''), 'sh', 'web1').isRunning()).toBe(false)
  })
})
