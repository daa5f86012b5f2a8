import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Ended } from '../fixtures/conc.ts'
import { personWithSsh, releaseSteps, removeReleased, setRelease } from './person.ts'
import { type Scene, sceneForEach } from './scene.ts'

let scene: Scene
sceneForEach((made) => {
  scene = made
  setRelease(scene)
})
afterEach(() => removeReleased(scene))

test.each(['stage', 'deliver', 'unpack', 'switch', 'close'])(
  'a person with only ssh and cat finishes a run that was halted before %s',
  { timeout: 60_000 },
  async (halt) => {
    const person = personWithSsh(scene)
    const halted = await haltedBefore(halt)
    expect(halted.exit, halted.stderr).toBe(5)
    expect(halted.stdout).toContain(`halted before ${halt}`)
    const text = person.remote(`cat .conc/${scene.app}/remaining`)
    const remaining = commandsIn(text)
    const names = releaseSteps.map((line) => line.split(' ')[0])
    expect(remaining.map(({ name }) => name)).toEqual(names.slice(names.indexOf(halt)))
    expect(text).toContain(`\nDone: ${names.slice(0, names.indexOf(halt)).join(' ')} \n`)
    const { run = '', by } = await scene.status()
    expect(text).toContain(`run: ${run}\n`)
    expect(text).toContain(`by: ${by}\n`)

    for (const { side, line } of remaining) person[side](line)

    const status = await scene.status()
    expect([status.state, status.run]).toEqual(['FREE', null])
    const history = join(scene.sshd.home, '.conc', 'history', scene.app)
    expect(readdirSync(history)).toEqual([run])
    expect(readFileSync(join(history, run ?? '', 'journal'), 'utf8')).toContain(`open ${run}`)
    expect((await scene.station.conc('log', 'web1', '--json')).stdout).toContain(run)
    expect(readlinkSync(join(scene.sshd.home, 'current'))).toBe('releases/1')
    expect(scene.trace()).toEqual(['migrate', 'check'])
    expect(existsSync(join(scene.station.home, '.conc', scene.app))).toBe(false)
  },
)

/** The run stops at its pause on the way. */
async function haltedBefore(halt: string): Promise<Ended> {
  const { station } = scene
  const ended = await station.conc('run', 'release', 'web1', '--until', halt)
  return ended.stdout.includes(' at look') ? station.conc('resume', 'web1', '--until', halt) : ended
}

interface Remaining {
  readonly name: string
  readonly side: 'local' | 'remote'
  /** What is to be typed; of several lines where quotes go over their ends. */
  readonly line: string
}

function commandsIn(text: string): readonly Remaining[] {
  const heads = /^# \d+\. (\S+) \((local|remote)\)\n([\s\S]*?)\n(?=\n# )/gm
  return Array.from(text.matchAll(heads), ([, name = '', side, line = '']) => ({
    name,
    side: side === 'local' ? side : 'remote',
    line,
  }))
}
