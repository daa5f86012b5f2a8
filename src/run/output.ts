import type { Stream } from '../agent/hearing.ts'
import type { PlannedStep } from '../plan/types.ts'
import { Redactor } from '../secrets/redact.ts'
import { outputText } from './events.ts'
import type { Run } from './types.ts'

/** What a step prints, told as events, with the secrets of the run taken out. */
export class StepOutput {
  readonly #run: Run
  readonly #step: PlannedStep
  readonly #redactors: Readonly<Record<Stream, Redactor>>
  readonly #keep: (stream: Stream, bytes: Buffer) => void

  constructor(run: Run, step: PlannedStep, keep: (stream: Stream, bytes: Buffer) => void = () => {}) {
    const hidden = run.vault.all()
    this.#run = run
    this.#step = step
    this.#redactors = { stdout: new Redactor(hidden), stderr: new Redactor(hidden) }
    this.#keep = keep
  }

  /** Takes bytes in; the promise resolves when more can be taken. */
  add(stream: Stream, bytes: Buffer): Promise<void> | undefined {
    this.#tell(stream, this.#redactors[stream].push(bytes))
    return this.#run.ports.drained?.()
  }

  /** Tells what was held back, as it could have become a secret. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) this.#tell(stream, this.#redactors[stream].end())
  }

  #tell(stream: Stream, bytes: Buffer): void {
    if (bytes.length === 0) return
    const { n, name, side } = this.#step
    this.#keep(stream, bytes)
    this.#run.emit({ event: 'output', n, step: name, side, stream, ...outputText(bytes) })
  }
}
