import { expect, test } from 'vitest'
import { close, expectOneStory, gated, open, type Scene, sceneForEach, step } from './scene.ts'

let scene: Scene
sceneForEach((made) => {
  scene = made
})

test.each([1, 2, 3, 4, 5])('of four runners at once one goes on, and the others change nothing: round %i', async () => {
  scene.steps(open, step('a', 'remote', gated()), step('b', 'local'), close)
  const stations = [scene.station, scene.other(), scene.other(), scene.other()]
  let over = 0
  const runs = stations.map(async (station) => {
    const ended = await station.start('run', 'release', 'web1', '--json').ended
    over += 1
    // The winner holds the bundle until all others have been told so.
    if (over === 3) scene.openGate()
    return ended
  })
  const all = await Promise.all(runs)
  expect(all.map(({ exit }) => exit).sort()).toEqual([0, 3, 3, 3])
  const winner = all.find(({ exit }) => exit === 0)
  const [opened] = winner?.events.filter((event) => event.event === 'step-end') ?? []
  for (const { end, events } of all.filter(({ exit }) => exit === 3)) {
    expect(end?.status).toBe('BLOCKED')
    expect(end?.message).toContain(`run ${opened?.run}`)
    expect(end?.message).toMatch(
      /\(job release\) of \S+@\S+ holds \.conc\/shop\w+ since \d{4}-\d\d-\d\d [\d:]+ \S+, .* ago and is/,
    )
    expect(events.filter((event) => event.event === 'step-start').map(({ step }) => step)).toEqual(['open'])
  }
  expect(scene.trace()).toEqual(['a', 'b'])
  expect(scene.journal()[0]).toBe(`open ${opened?.run}`)
  if (winner) await expectOneStory(scene, winner)
})
