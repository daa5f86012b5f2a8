import type { FailureOptions } from '../report/failure.ts'
import { finalLines } from '../report/live/final.ts'
import { widthOf } from '../report/live/fit.ts'
import type { Foot, Question } from '../report/live/foot.ts'
import { type ViewOptions, viewLines } from '../report/live/lines.ts'
import { reduce } from '../report/live/reduce.ts'
import { nothingYet, type ViewEvent, type ViewState } from '../report/live/state.ts'
import type { Operator } from '../run/operator.ts'
import { type Key, listenToKeys } from './keys.ts'
import { type Asker, liveOperator } from './liveoperator.ts'
import { LiveQuestion } from './livequestion.ts'
import { type LiveScreen, liveScreen } from './livescreen.ts'
import type { Scenery, Stage } from './stage.ts'
import type { Wishes } from './wishes.ts'

/** A terminal on which a view can be shown, and what the person at it may wish. */
export interface Seat {
  readonly stdin: NodeJS.ReadStream
  /** Where the view stands: stdout, or stderr where results go elsewhere. */
  readonly screen: NodeJS.WriteStream
  /** Results go elsewhere. */
  readonly beside: boolean
  readonly color: boolean
  readonly stage: Stage
  readonly wishes: Wishes
}

export interface LiveOptions extends Omit<FailureOptions, 'color'> {
  readonly now: () => Date
  /** As much output as there is room for, from the start. */
  readonly more: boolean
  /** Takes what stays on the terminal. */
  readonly out: (text: string) => void
}

/** As often as the view is drawn at most, in milliseconds. */
const beat = 100

/** As few rows as a view takes at least, where there is more to be seen. */
const fewestRows = 7

/** The list of steps on the terminal, redrawn as things happen, with its keys. */
export class LiveView implements Scenery, Asker {
  readonly operator: Operator
  readonly #seat: Seat
  readonly #options: LiveOptions
  readonly #screen: LiveScreen
  readonly #question: LiveQuestion
  #state: ViewState = nothingYet
  #help = false
  #more: boolean
  /** What was written above the list and is to stay in sight. */
  #above = ''
  #deaf: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined
  /** Since the last drawing something has happened. */
  #stale = false
  #second = 0

  constructor(seat: Seat, options: LiveOptions) {
    this.#seat = seat
    this.#options = options
    this.#more = options.more
    this.#screen = liveScreen(seat.screen)
    this.#question = new LiveQuestion(() => this.#touch())
    this.operator = liveOperator(this, seat.stage)
  }

  event(event: ViewEvent): void {
    this.#state = reduce(this.#state, event)
    if (event.event === 'step-end') this.#question.endStep()
    this.#stale = true
  }

  show(): void {
    if (this.#timer !== undefined) return
    const { stdin, screen, wishes } = this.#seat
    this.#deaf = listenToKeys(stdin, this.#hear)
    this.#timer = setInterval(this.#beat, beat)
    screen.on('resize', this.#touch)
    process.on('SIGTSTP', this.#onStop).on('SIGCONT', this.#onContinue)
    for (const wish of [wishes.halt, wishes.stop]) wish.addEventListener('abort', this.#giveUp)
    this.#draw()
  }

  hide(): void {
    if (this.#timer === undefined) return
    const { screen, wishes } = this.#seat
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#deaf?.()
    screen.off('resize', this.#touch)
    process.off('SIGTSTP', this.#onStop).off('SIGCONT', this.#onContinue)
    for (const wish of [wishes.halt, wishes.stop]) wish.removeEventListener('abort', this.#giveUp)
    this.#screen.erase()
  }

  /** Leaves the whole list on the terminal, with what happened and what to do. */
  end(): void {
    const { now, out } = this.#options
    const { screen, color } = this.#seat
    this.#giveUp()
    this.#seat.stage.leave(this)
    const look = { columns: screen.columns - 1, color, now: now().getTime() }
    const lines = finalLines(this.#state, look, { ...this.#options, color })
    if (lines.length > 0) out(`${lines.join('\n')}\n`)
  }

  /** Whether the person wishes the run to end. */
  get isHalted(): boolean {
    return this.#seat.wishes.halt.aborted
  }

  tell(text: string): void {
    this.#above = text
    this.#seat.stage.say(text)
  }

  async choose(question: Question): Promise<string | undefined> {
    const key = await this.#question.choose(question)
    this.#above = ''
    return key
  }

  write(question: string): Promise<string | undefined> {
    return this.#question.write(question)
  }

  readonly #giveUp = () => this.#question.giveUp()

  readonly #hear = (key: Key) => {
    const { wishes } = this.#seat
    if (key.ctrl && key.name === 'c') wishes.interrupt()
    else if (key.ctrl && key.name === 'z') this.#suspend(0)
    else if (this.#question.foot !== undefined) this.#question.press(key)
    else this.#command(key.text)
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
    if ((await this.#question.choose({ question, choices }, true)) === 'y') this.#seat.wishes.askStop()
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
    const { screen, wishes, color } = this.#seat
    const { now } = this.#options
    const { columns, rows } = screen
    const more = this.#more
    const keys: Foot = { kind: 'keys', more, halting: wishes.halt.aborted, ending: wishes.stop.aborted }
    const foot = this.#question.foot ?? (this.#help ? { kind: 'help' } : keys)
    const above = rowsOf(this.#above, columns)
    return {
      columns,
      rows: Math.max(Math.min(rows, fewestRows), rows - above),
      color,
      more,
      foot,
      now: now().getTime(),
    }
  }
}

/** The rows that lines take on a terminal. */
function rowsOf(lines: string, columns: number): number {
  const each = lines.split('\n').slice(0, -1)
  return each.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)
}
