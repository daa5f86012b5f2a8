import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Deploy } from '../../src/operations/deploy.ts'
import { openDeploy } from '../../src/operations/deploy.ts'
import { type Workplace, workplace } from '../../src/operations/workplace.ts'
import type { RunEvent } from '../../src/run/events.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'

type Lines = Readonly<Record<string, string>>

/** Embedded nodes, and a workstation from whose home they are reached. */
export interface Nodes {
  readonly station: Workstation
  readonly place: Workplace
  /** Writes the deploy file: the steps of its job `release`, and further sections. */
  write(steps: Lines, sections?: Readonly<Record<string, Lines>>): void
  /** Reads it. */
  deploy(): Promise<Deploy>
  /** All that is kept of the nodes, whole paths. */
  files(): readonly string[]
  remove(): void
}

/** @param names those of the nodes. */
export function makeNodes(...names: readonly string[]): Nodes {
  const station = makeWorkstation('')
  const { home, folder } = station
  const place = workplace({ PATH: process.env.PATH, HOME: home })
  return {
    station,
    place,
    write: (steps, sections = {}) =>
      station.write(
        'deploy.ini',
        deployFile({
          deploy: { app: 'shop', release: '1', dir: folder },
          ...Object.fromEntries(names.map((name) => [`node:${name}`, { embedded: 'yes' }])),
          'job:release': steps,
          ...sections,
        }),
      ),
    deploy: () => openDeploy(join(folder, 'deploy.ini')),
    files() {
      const names = readdirSync(place.stateFolder, { recursive: true, encoding: 'utf8' })
      return names.map((name) => join(place.stateFolder, name))
    },
    remove: () => station.remove(),
  }
}

/** Reads all events; each is told before the next is read. */
export async function allOf(
  events: AsyncIterable<RunEvent>,
  tell: (event: RunEvent) => Promise<unknown> | undefined = () => undefined,
): Promise<readonly RunEvent[]> {
  const all: RunEvent[] = []
  for await (const event of events) {
    all.push(event)
    await tell(event)
  }
  return all
}

/** How each node's run ended: `NODE STATUS`, the last for all together. */
export function endsOf(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => (event.event === 'run-end' ? [`${event.node} ${event.status}`] : []))
}
