import type { LiveTerminal } from '../cli/liveterminal.ts'
import { makeShop, type Shop } from './shop.ts'

/** A terminal that a picture is made of, and how one gets there. */
export interface Scene {
  readonly name: string
  /** In words, for who does not see it. */
  readonly title: string
  readonly columns: number
  /** What is shown for the times, one after the other. */
  readonly times: readonly string[]
  readonly shop?: () => Shop
  /** Ends when the terminal shows what is to be seen. */
  readonly play: (terminal: LiveTerminal, shop: Shop) => Promise<unknown>
}

const times = ['0.3 s', '44 ms', '0.2 s', '31 ms', '0.1 s', '38 ms', '52 ms', '61 ms', '47 ms']
const second = ' [1-9] s'

export const scenes: readonly Scene[] = [
  {
    name: 'run',
    title: 'A run in a terminal: done steps, the running one with its last lines, those to come, and the keys',
    columns: 80,
    times: ['6 s', ...times.slice(0, 4), '5 s'],
    async play(terminal, shop) {
      shop.set('web1')
      await terminal.run('conc run release web1')
      await terminal.shows(new RegExp(`${second}  run [\\s\\S]*▶ 5 migrate +remote ${second}\\n.*\\n.*customer`))
    },
  },
  {
    name: 'transfer',
    title: 'A delivery with its bar: percent, bytes, rate, what remains, and files',
    columns: 90,
    times: ['9 s', '0.3 s', '44 ms', '8 s', '5 s'],
    shop: () => makeShop({ deliver: 'local send' }),
    async play(terminal, shop) {
      shop.set('half')
      await terminal.run('conc run release web1')
      await terminal.shows(new RegExp(`${second}  run [\\s\\S]*▶ 3 deliver +local  ${second}\\n.* 61 % .* s left`))
    },
  },
  {
    name: 'failure',
    title:
      'A failed step: the whole list stays, with what ran, what its exit code means, what it printed, and the commands that lead on',
    columns: 100,
    times: ['0.9 s', ...times.slice(0, 6), '0.9 s'],
    async play(terminal, shop) {
      shop.set('busy')
      await terminal.run('conc run release web1')
      await terminal.shows(/give up/)
    },
  },
  {
    name: 'step',
    title: 'One step at a time: before each step conc asks below the list, and one key answers',
    columns: 96,
    times: ['8 s', ...times],
    async play(terminal) {
      await terminal.run('conc run release web1 --step')
      for (const step of ['1. pack', '2. open', '3. deliver', '4. unpack']) {
        await terminal.shows(new RegExp(`\\? ${step} on web1`))
        terminal.type('r')
      }
      await terminal.shows(new RegExp(`${second}  run [\\s\\S]*\\? 5. migrate on web1`))
    },
  },
  {
    name: 'nodes',
    title:
      'Four nodes one after the other: the first is done, the second runs and is unfolded, the others wait with their locks',
    columns: 80,
    times: ['0.9 s', '5 s', ...times.slice(0, 4), '5 s'],
    async play(terminal, shop) {
      shop.set('web2')
      await terminal.run('conc run release web')
      await terminal.shows(new RegExp(`migrate ${second}\\n[\\s\\S]*remote ${second}\\n[\\s\\S]*web4 .* waits`))
    },
  },
  {
    name: 'status',
    title: 'conc status of a failed run: whose it is, how each step stands, and the commands that lead on',
    columns: 80,
    times: ['12 s', 'under 1 s'],
    async play(terminal, shop) {
      shop.set('busy')
      await terminal.run('conc run release web1')
      await terminal.shows(/give up/)
      await terminal.run('conc status web1')
      await terminal.shows(/by hand.*\n\$$/m)
    },
  },
  {
    name: 'test',
    title: 'conc test with a test that failed: what was expected, what the node has, and where the test stands',
    columns: 90,
    times: ['0.4 s'],
    async play(terminal) {
      await terminal.run('conc test web1')
      await terminal.shows(/FAILED: /)
    },
  },
]
