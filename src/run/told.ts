import type { Plan } from '../plan/types.ts'
import { type ExitName, exitCodeOf, type Status } from '../words/status.ts'
import { type Ending, leadingOn, needsWord, runEnd } from './ending.ts'
import type { Emit, Happening, RunEvent, Way } from './events.ts'
import type { Ports, Selection, WalkEnd } from './types.ts'

/** What a run tells its events about, and to whom. */
export interface Telling {
  readonly plan: Plan
  readonly ports: Pick<Ports, 'now' | 'conc'>
  readonly onEvent: (event: RunEvent) => void
  readonly selection?: Selection
  /** The nodes that the run was begun on together. */
  readonly fleet?: readonly string[]
}

/** How a run on one node ended. */
export interface Ended {
  readonly node: string
  /** The run's id. */
  readonly run: string
  readonly status: Status
  readonly exitCode: number
  readonly exitAs?: ExitName
  /** The run's bundle is on the node, and it is ours: it can be resumed. */
  readonly holding: boolean
  /** A step needs a word before the run goes on. */
  readonly needsWord: boolean
  /** False for a node whose turn never came. */
  readonly attempted: boolean
  /** It ended OK without some of its steps. */
  readonly skipped?: true
  /** It came to where it was to halt. */
  readonly atHalt?: true
}

/** The end of a run of which nothing was begun: its id is empty, as nobody can ask for it. */
export function notBegun(node: string): Ended {
  const status = 'STOPPED'
  return { node, run: '', status, exitCode: exitCodeOf(status), holding: false, needsWord: false, attempted: false }
}

/** How a run is told to have ended, besides its walk's end. */
export interface Telltale extends Pick<Ending, 'holding' | 'durable'> {
  /** The commands that lead on, where they are not the run's own. */
  readonly ways?: readonly Way[]
  readonly attempted?: boolean
}

/** What a run has told so far: its events, each with time, node and run. */
export class Told {
  readonly run: string
  readonly resumed: boolean
  /** The steps whose end was told. */
  readonly steps = new Set<string>()
  /** Those that were told as skipped. */
  readonly #skipped = new Set<string>()
  readonly emit: Emit
  readonly #input: Telling
  #spent = 0
  #began = performance.now()

  constructor(input: Telling, run: string, resumed: boolean) {
    const { plan, ports, onEvent, fleet } = input
    this.run = run
    this.resumed = resumed
    this.#input = input
    this.emit = (happening: Happening) => {
      if (happening.event === 'step-end' || happening.event === 'step-done') this.steps.add(happening.step)
      if (happening.event === 'step-skip') this.#skipped.add(happening.step)
      onEvent({ ...happening, time: ports.now().toISOString(), node: plan.node, run })
    }
    const steps = plan.steps.map(({ n, name, side }) => ({ n, step: name, side }))
    this.emit({ event: 'run-start', job: plan.job, resumed, steps, ...(fleet && { nodes: fleet }) })
  }

  /** The run waits for its turn: that time is not its own. */
  wait(): void {
    this.#spent += performance.now() - this.#began
    this.#began = Number.NaN
  }

  goOn(): void {
    this.#began = performance.now()
  }

  /** Tells how the run ended. */
  end(end: WalkEnd, { holding, durable, ways, attempted = true }: Telltale): Ended {
    const { plan, ports, fleet, selection = {} } = this.#input
    const { run, resumed } = this
    const skipped = [...this.#skipped]
    const about = { plan, selection, run, holding, durable, resumed, together: fleet !== undefined, skipped }
    const ms = Math.round(this.#spent + (performance.now() - this.#began || 0))
    const last = runEnd(end, { ...about, ms }, ports)
    this.emit({ ...last, ...leadingOn(ways ?? last.ways) })
    const { status, exitAs } = end
    return {
      node: plan.node,
      run,
      status,
      exitCode: last.exitCode,
      ...(exitAs === undefined ? {} : { exitAs }),
      holding,
      needsWord: holding && needsWord(end),
      attempted,
      ...(status === 'OK' && skipped.length > 0 && { skipped: true }),
      ...(selection.until !== undefined && end.step?.n === selection.until && { atHalt: true }),
    }
  }
}
