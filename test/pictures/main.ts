import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { LiveTerminal } from '../cli/liveterminal.ts'
import { type Scene, scenes } from './scenes.ts'
import { makeShop } from './shop.ts'
import { steadied } from './steady.ts'
import { svgOf } from './svg.ts'

/** Makes the manual's pictures anew: the built program in a terminal, on embedded nodes. Words name those to be made. */
const folder = fileURLToPath(new URL('../../manual/pictures/', import.meta.url))
const [...names] = process.argv.slice(2)

mkdirSync(folder, { recursive: true })
for (const scene of scenes) {
  if (names.length > 0 && !names.includes(scene.name)) continue
  const captured = steadied(await played(scene), scene.times)
  writeFileSync(`${folder}${scene.name}.svg`, svgOf(captured, scene))
  process.stdout.write(`${scene.name}.svg\n`)
}

/** The terminal at the end of a scene, painted. */
async function played({ columns, shop: make = makeShop, play }: Scene): Promise<string> {
  const shop = make()
  const terminal = await LiveTerminal.open(shop.station)
  terminal.resize(columns, 30)
  try {
    await play(terminal, shop)
    return terminal.painted()
  } finally {
    shop.openGates()
    await terminal.close()
    shop.remove()
  }
}
