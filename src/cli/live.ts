import type { FailureOptions } from '../report/failure.ts'
import { finalLines } from '../report/live/final.ts'
import type { Foot, Question } from '../report/live/foot.ts'
import { type ViewOptions, viewLines } from '../report/live/lines.ts'
import { reduce } from '../report/live/reduce.ts'
import { nothingYet, type ViewEvent, type ViewState } from '../report/live/state.ts'
import type { Operator } from '../run/operator.ts'
import { type Key, listenToKeys } from './keys.ts'
import { type Asker, liveOperator } from './liveoperator.ts'
import { type LiveScreen, liveScreen } from './livescreen.ts'
import type { Scenery, Stage } from './stage.ts'
import type { Wishes } from './wishes.ts'

/** A terminal on which a view can be shown, and what the person at it may wish. */
export interface Seat {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stage: Stage
  readonly wishes: Wishes
}

export interface LiveOptions extends Omit<FailureOptions, 'color'> {
  readonly color: boolean
  readonly now: () => Date
  /** As much output as there is room for, from the start. */
  readonly more: boolean
  /** Takes what stays on the terminal. */
  readonly out: (text: string) => void
}

/** As often as the view is drawn at most, in milliseconds. */
const beat = 100

/** A question to the person, as it stands below the list. */
interface Open {
  readonly foot: Foot
  /** It is about the step that runs, and falls with its end. */
  readonly ofStep: boolean
  /** Gives the foot to show from now on; undefined when the question is answered. */
  readonly press: (key: Key) => Foot | undefined
  readonly giveUp: () => void
}

type Press = (key: Key, answer: (text: string | undefined) => undefined) => Foot | undefined

/** The list of steps on the terminal, redrawn as things happen, with its keys. */
export class LiveView implements Scenery, Asker {
  readonly operator: Operator
  readonly #seat: Seat
  readonly #options: LiveOptions
  readonly #screen: LiveScreen
  #state: ViewState = nothingYet
  #open: Open | undefined
  #help = false
  #more: boolean
  #deaf: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined
  /** Since the last drawing something has happened. */
  #stale = false
  #second = 0

  constructor(seat: Seat, options: LiveOptions) {
    this.#seat = seat
    this.#options = options
    this.#more = options.more
    this.#screen = liveScreen(seat.stdout)
    this.operator = liveOperator(this, seat.stage)
  }

  event(event: ViewEvent): void {
    this.#state = reduce(this.#state, event)
    if (event.event === 'step-end' && this.#open?.ofStep) this.#giveUp()
    this.#stale = true
  }

  show(): void {
    if (this.#timer !== undefined) return
    const { stdin, stdout, wishes } = this.#seat
    this.#deaf = listenToKeys(stdin, this.#hear)
    this.#timer = setInterval(this.#beat, beat)
    stdout.on('resize', this.#touch)
    process.on('SIGTSTP', this.#onStop).on('SIGCONT', this.#onContinue)
    for (const wish of [wishes.halt, wishes.stop]) wish.addEventListener('abort', this.#giveUp)
    this.#draw()
  }

  hide(): void {
    if (this.#timer === undefined) return
    const { stdout, wishes } = this.#seat
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#deaf?.()
    stdout.off('resize', this.#touch)
    process.off('SIGTSTP', this.#onStop).off('SIGCONT', this.#onContinue)
    for (const wish of [wishes.halt, wishes.stop]) wish.removeEventListener('abort', this.#giveUp)
    this.#screen.erase()
  }

  /** Leaves the whole list on the terminal, with what happened and what to do. */
  end(): void {
    const { now, out, color } = this.#options
    this.#giveUp()
    this.#seat.stage.leave(this)
    const look = { columns: this.#seat.stdout.columns - 1, color, now: now().getTime() }
    const lines = finalLines(this.#state, look, this.#options)
    if (lines.length > 0) out(`${lines.join('\n')}\n`)
  }

  /** Whether the person wishes the run to end. */
  get isHalted(): boolean {
    return this.#seat.wishes.halt.aborted
  }

  /** Asks for one of some keys; undefined when the run is halted meanwhile. */
  choose(question: Question, ofStep = false): Promise<string | undefined> {
    const foot: Foot = { kind: 'choice', ...question }
    const press: Press = (key, answer) => {
      const chosen = question.choices.find((choice) => choice.key === key.text)
      return chosen === undefined ? foot : answer(chosen.key)
    }
    return this.#ask(foot, press, ofStep)
  }

  /** Asks for a line of text; undefined on Escape. */
  write(question: string): Promise<string | undefined> {
    let typed = ''
    const foot = (): Foot => ({ kind: 'text', question, typed, hint: 'Enter records it, Escape goes back' })
    const press: Press = (key, answer) => {
      if (key.name === 'escape') return answer(undefined)
      if (key.name === 'return' && typed.trim() !== '') return answer(typed.trim())
      typed = key.name === 'backspace' ? [...typed].slice(0, -1).join('') : typed + key.text
      return foot()
    }
    return this.#ask(foot(), press, false)
  }

  #ask(foot: Foot, press: Press, ofStep: boolean): Promise<string | undefined> {
    this.#open?.giveUp()
    return new Promise((resolve) => {
      const answer = (text: string | undefined): undefined => resolve(text) as undefined
      this.#open = { foot, ofStep, press: (key) => press(key, answer), giveUp: () => resolve(undefined) }
      this.#touch()
    })
  }

  readonly #giveUp = () => {
    this.#open?.giveUp()
    this.#open = undefined
    this.#stale = true
  }

  readonly #hear = (key: Key) => {
    const { wishes } = this.#seat
    if (key.ctrl && key.name === 'c') wishes.interrupt()
    else if (key.ctrl && key.name === 'z') this.#suspend(0)
    else if (this.#open !== undefined) {
      const foot = this.#open.press(key)
      this.#open = foot === undefined ? undefined : { ...this.#open, foot }
    } else this.#command(key.text)
    if (this.#timer !== undefined) this.#draw()
  }

  #command(key: string): void {
    const { wishes } = this.#seat
    if (key === 'h') wishes.askHalt()
    else if (key === 'o') this.#more = !this.#more
    else if (key === '?') this.#help = !this.#help
    else if (key === 'e' && !wishes.stop.aborted) void this.#askToEnd()
  }

  async #askToEnd(): Promise<void> {
    const choices = [
      { key: 'y', label: 'yes, end it' },
      { key: 'n', label: 'no' },
    ]
    const question = 'End what runs now, its whole process group?'
    if ((await this.choose({ question, choices }, true)) === 'y') this.#seat.wishes.askStop()
    this.#touch()
  }

  readonly #onStop = () => this.#suspend(process.pid)

  /** Who was stopped by force finds the terminal changed. */
  readonly #onContinue = () => {
    this.hide()
    this.show()
  }

  /** Leaves the terminal as it was, and stops: the process, or with 0 all of the shell's job. Goes on where the shell can't stop it. */
  #suspend(pid: number): void {
    this.hide()
    process.kill(pid, 'SIGTSTP')
    setImmediate(() => this.show())
  }

  readonly #touch = () => {
    this.#stale = true
  }

  readonly #beat = () => {
    const second = Math.floor(this.#options.now().getTime() / 1000)
    if (this.#stale || second !== this.#second) this.#draw()
    this.#second = second
  }

  #draw(): void {
    this.#stale = false
    this.#screen.draw(viewLines(this.#state, this.#viewOptions()))
  }

  #viewOptions(): ViewOptions {
    const { stdout, wishes } = this.#seat
    const { color, now } = this.#options
    const { columns, rows } = stdout
    const more = this.#more
    const keys: Foot = { kind: 'keys', more, halting: wishes.halt.aborted, ending: wishes.stop.aborted }
    const foot = this.#open?.foot ?? (this.#help ? { kind: 'help' } : keys)
    return { columns, rows, color, more, foot, now: now().getTime() }
  }
}
