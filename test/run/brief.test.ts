import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDeploy, planJob } from '../../src/operations/deploy.ts'
import { planLines } from '../../src/report/plan.ts'
import { briefOf } from '../../src/run/commands.ts'
import { makeWorkstation, type Workstation } from '../fixtures/deploy.ts'

const files: Readonly<Record<string, string>> = {
  'one.sh': 'echo one\n',
  'more.sh': '#!/bin/sh\n# Says more.\n\necho $app\n  echo more\n',
  'none.sh': '# nothing\n\n',
}

let station: Workstation
beforeAll(() => {
  station = makeWorkstation('')
  for (const [name, text] of Object.entries(files)) station.write(name, text)
})
afterAll(() => station.remove())

async function planned(line: string) {
  station.write('deploy.ini', `[deploy]\napp = shop\nrelease = 1\n[node:web1]\n[job:quick]\na = remote ${line}\n`)
  const { plan } = planJob(await openDeploy(join(station.folder, 'deploy.ini')), 'quick', 'web1')
  const [step] = plan.steps
  if (step === undefined) throw new Error('there is no step')
  return { plan, step }
}

test.each([
  ['script one.sh', undefined],
  ['script none.sh', undefined],
  ['script more.sh', 'script more.sh  (5 lines, from: echo $app)'],
  ['sh "echo 1; echo 2"', undefined],
])('%s is told as %j', async (line, brief) => {
  expect(briefOf((await planned(line)).step).brief).toBe(brief)
})

test('a plan has the text of a file only where it is asked for', async () => {
  const { plan, step } = await planned('script more.sh')
  expect(planLines(plan).at(-1)).toBe('   script more.sh  (5 lines, from: echo $app)')
  expect(planLines(plan, { whole: true }).slice(-step.command.split('\n').length).join('\n')).toContain('  echo more')
})
