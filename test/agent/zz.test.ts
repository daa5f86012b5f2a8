import { rmSync, writeFileSync } from 'node:fs'
import { test } from 'vitest'
import { bash, busybox, dash, startAgent } from '../fixtures/agent.ts'
import { knownUser } from '../fixtures/users.ts'
test.each([dash, bash, busybox])('probe $name', { timeout: 60000 }, async (shell) => {
  writeFileSync('/etc/sudoers.d/conc-probe', 'conc-test ALL=(ALL) NOPASSWD: ALL\n', { mode: 0o440 })
  const login = ['setpriv', '--reuid', 'conc-test', '--regid', 'conc-test', '--clear-groups', '/bin/sh', '-c']
  const agent = await startAgent(shell, { login, home: knownUser('conc-test').home })
  try {
    for (const as of ['root', 'nobody']) {
      for (const s of ['trap "" TERM; sleep 31; sleep 32', 'sleep 31']) {
      let end = ''
      const began = Date.now()
      await agent.session.work([`{ s_as=${as}; step 1 a 1 0.5 '' sudo -n -u ${as} -- sh -c '${s}'; }`], new Map([['1', { end: (w: readonly string[]) => { end = w.join(' ') } }]]))
      console.log(shell.name, as, end, Date.now() - began)
      }
    }
  } finally {
    rmSync('/etc/sudoers.d/conc-probe')
    await agent.end()
  }
})
