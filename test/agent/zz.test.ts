import { execSync } from 'node:child_process'
import { test } from 'vitest'
import { bash, runStep, script, startAgent } from '../fixtures/agent.ts'
test('probe', { timeout: 20000 }, async () => {
  const agent = await startAgent(bash)
  const text = `{ IFS= read -r s </proc/$$/stat; set -- \${s##*") "}; p=$2; }; kill -ALRM $p; kill -ALRM $p; kill -KILL $$`
  for (let i = 0; i < 20; i++) {
    const t = setTimeout(() => { console.log(i, execSync(`ps -eo pid,ppid,pgid,stat,wchan:20,etime,args | awk '$3==${agent.pid}'`).toString()) }, 3000)
    const r = await Promise.race([runStep(agent, script(text)), new Promise((r) => setTimeout(r, 6000))])
    clearTimeout(t)
    console.log(i, (r as any)?.end)
    if (!r) break
  }
  await agent.end()
})
