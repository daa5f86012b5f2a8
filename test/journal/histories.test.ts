import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Evidence, parseEvidence } from '../../src/journal/evidence.ts'
import { parseJournal } from '../../src/journal/records.ts'
import { resumption } from '../../src/journal/resume.ts'
import { type StepState, stepStates } from '../../src/journal/state.ts'

type Truth = 'never begun' | 'running' | 'unknown' | 'finished' | 'failed'

interface Step {
  readonly n: number
  readonly name: string
  readonly side: 'local' | 'remote'
  truth: Truth
  /** The truth before the last begin. */
  before: Truth
  attempt: number
}

/** What happens next: a number chooses among what can happen. */
const choices = fc.array(fc.nat({ max: 9 }), { maxLength: 40 })
const sides = fc.array(fc.constantFrom('local', 'remote'), { minLength: 1, maxLength: 6 })

/** A run that follows the rules, with the truth about each step beside its journal. */
class History {
  readonly steps: Step[]
  readonly lines: string[] = ['open r1']
  /** The runner and its agent are there. */
  attended = true
  epoch = 1

  constructor(kinds: readonly ('local' | 'remote')[]) {
    this.steps = kinds.map((side, i) => ({
      n: i + 1,
      name: `s${i + 1}`,
      side,
      truth: 'never begun',
      before: 'never begun',
      attempt: 0,
    }))
  }

  /** The first step that is not finished. */
  get next(): Step | undefined {
    return this.steps.find(({ truth }) => truth !== 'finished')
  }

  happen(choice: number): void {
    const step = this.next
    if (step === undefined) return
    if (!this.attended) this.#unattended(choice, step)
    else if (step.truth === 'running') this.#whileRunning(choice, step)
    else if (step.truth === 'never begun' && choice === 9) this.#fenced(step)
    else if (step.truth === 'never begun' && choice > 1) this.#begin(step)
    else if (choice === 0) this.#lose()
    else if (choice < 4) this.#mark(step, choice)
    else this.#retry(step)
  }

  #whileRunning(choice: number, step: Step): void {
    if (choice === 0) this.#lose()
    else if (choice === 1) this.#void(step)
    else this.#end(step, choice < 4 ? 'FAILED' : 'OK')
  }

  #unattended(choice: number, step: Step): void {
    // A worker finishes its step without the agent.
    if (step.truth === 'running' && choice > 4) this.#end(step, choice === 5 ? 'TIMED_OUT' : 'OK')
    else this.#take(step)
  }

  #take(step: Step): void {
    if (step.truth === 'running') step.truth = 'unknown'
    this.attended = true
    this.epoch += 1
    this.lines.push(`take ${this.epoch} bob`)
  }

  #void(step: Step): void {
    this.lines.push(`void ${step.n} ${step.attempt} ${step.name}`)
    step.truth = step.before
  }

  #retry(step: Step): void {
    this.lines.push(`retry ${step.n} ${step.name} ana`)
    this.#begin(step)
  }

  #begin(step: Step): void {
    step.attempt += 1
    step.before = step.truth
    step.truth = 'running'
    this.lines.push(`begin ${step.n} ${step.attempt} ${step.name} ${step.side} ana`)
  }

  /** A former runner wakes up, begins what is next as well and takes it back; the new one begins it then. */
  #fenced(step: Step): void {
    const stale = `${step.n} ${step.attempt + 1} ${step.name}`
    this.lines.push(`begin ${stale} ${step.side} ana`)
    this.#begin(step)
    this.lines.push(`void ${stale}`)
  }

  #end(step: Step, word: string): void {
    step.truth = word === 'OK' ? 'finished' : 'failed'
    this.lines.push(`end ${step.n} ${step.attempt} ${step.name} ${word} exit=- signal=-`)
  }

  #mark(step: Step, choice: number): void {
    step.truth = 'finished'
    this.lines.push(choice === 1 ? `skip ${step.n} ${step.name} why` : `mark ${step.n} ${step.name} done ana why`)
  }

  #lose(): void {
    this.attended = false
    const running = this.steps.find(({ truth }) => truth === 'running')
    if (running?.side === 'local') running.truth = 'unknown'
  }

  get evidence(): Evidence {
    const working = this.steps.some(({ truth, side }) => truth === 'running' && side === 'remote')
    const lines = [
      `epoch ${this.epoch}`,
      this.attended ? `agent ${this.epoch}` : '',
      working ? `worker ${this.epoch}` : '',
    ]
    return parseEvidence(`bundle there\n${lines.join('\n')}\n`)
  }

  states(): StepState[] {
    const text = this.lines.map((line) => `2026-11-20T12:00:00Z ${line}\n`).join('')
    return stepStates(this.steps, parseJournal(text), this.evidence)
  }
}

const may: Record<Truth, readonly string[]> = {
  'never begun': ['PENDING'],
  running: ['RUNNING'],
  unknown: ['UNKNOWN'],
  finished: ['OK', 'SKIPPED'],
  failed: ['FAILED', 'TIMED OUT'],
}

/** Calls `look` after each thing that happens, in many random histories. */
function histories(look: (history: History, states: readonly StepState[]) => void): void {
  fc.assert(
    fc.property(sides, choices, (kinds, happenings) => {
      const history = new History(kinds)
      for (const choice of happenings) {
        history.happen(choice)
        look(history, history.states())
      }
    }),
    { numRuns: 400 },
  )
}

test('each step is told as it is: none that is finished is forgotten, none that began is told as OK or not begun', () => {
  histories((history, states) => {
    for (const [index, { truth }] of history.steps.entries()) expect(may[truth]).toContain(states[index]?.status)
  })
})

test('resuming never jumps over a step that is not settled, and tries none again without the word', () => {
  histories((history, states) => {
    const next = history.next
    const without = resumption(states, false, new Set())
    const having = resumption(states, true, new Set())
    if (next === undefined) return expect([without.kind, having.kind]).toEqual(['done', 'done'])
    const { name, truth, attempt } = next
    const kind = { 'never begun': 'go', running: 'follow', unknown: 'ask', failed: 'ask', finished: 'done' }[truth]
    const step = without.kind === 'ask' ? without.step.name : without.kind === 'done' ? '' : without.step
    expect([without.kind, step]).toEqual([kind, name])
    if (without.kind === 'go') expect(without.attempt).toBeGreaterThan(attempt)
    if (kind === 'ask') expect(having).toEqual({ kind: 'go', step: name, attempt: attempt + 1, retry: true })
  })
})

test('a journal cut short anywhere makes no step look further than it was', () => {
  histories((history) => {
    const text = history.lines.map((line) => `2026-11-20T12:00:00Z ${line}\n`).join('')
    const at = (text.length * history.lines.length * 7) % (text.length + 1)
    const whole = text.slice(0, text.lastIndexOf('\n', at - 1) + 1)
    const seen = (journal: string) => stepStates(history.steps, parseJournal(journal), history.evidence)
    expect(seen(text.slice(0, at))).toEqual(seen(whole))
  })
})
