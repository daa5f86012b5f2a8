import type { Question } from '../report/live/foot.ts'
import type { ViewEvent } from '../report/live/state.ts'
import type { Operator } from '../run/operator.ts'
import type { Key } from './keys.ts'
import { LiveCanvas } from './livecanvas.ts'
import { type Holder, holdTerminal } from './livehold.ts'
import { type Commanded, obeyKey } from './livekeys.ts'
import { type Asker, liveOperator } from './liveoperator.ts'
import { LiveQuestion } from './livequestion.ts'
import type { LiveOptions, Seat } from './seat.ts'
import type { Scenery } from './stage.ts'
import type { Wishes } from './wishes.ts'

/** A run on the terminal: the list of its steps, its keys, and the person who is asked. */
export class LiveView implements Scenery, Asker, Commanded {
  readonly operator: Operator
  readonly wishes: Wishes
  readonly #seat: Seat
  readonly #out: LiveOptions['out']
  /** In milliseconds. */
  readonly #now: () => number
  readonly #canvas: LiveCanvas
  readonly #question: LiveQuestion
  /** Leaves the terminal, while it is held. */
  #leave: (() => void) | undefined

  constructor(seat: Seat, options: LiveOptions) {
    this.#seat = seat
    this.#out = options.out
    this.#now = () => options.now().getTime()
    this.#canvas = new LiveCanvas(seat, options)
    this.#question = new LiveQuestion(() => this.#canvas.touch())
    this.wishes = seat.wishes
    this.operator = liveOperator(this, seat.stage)
  }

  event(event: ViewEvent): void {
    this.#canvas.event(event)
    if (event.event === 'step-end') this.#question.endStep()
  }

  show(): void {
    if (this.#leave !== undefined) return
    this.#leave = holdTerminal(this.#seat, this.#holder)
    this.#draw()
  }

  hide(): void {
    if (this.#leave === undefined) return
    this.#leave()
    this.#leave = undefined
    this.#canvas.erase()
  }

  /** Leaves the whole list on the terminal, with what happened and what to do. */
  end(): void {
    this.#question.giveUp()
    this.#seat.stage.leave(this)
    const lines = this.#canvas.final()
    if (lines.length > 0) this.#out(`${lines.join('\n')}\n`)
  }

  /** Whether the person wishes the run to end. */
  get isHalted(): boolean {
    return this.wishes.halt.aborted
  }

  tell(text: string): void {
    this.#canvas.below(text)
    this.#seat.stage.say(text)
  }

  async choose(question: Question): Promise<string | undefined> {
    const key = await this.#question.choose(question)
    this.#canvas.below('')
    return key
  }

  write(question: string): Promise<string | undefined> {
    return this.#question.write(question)
  }

  get asks(): boolean {
    return this.#question.foot !== undefined
  }

  answer(key: Key): void {
    this.#question.press(key, this.#now())
  }

  async ask(question: Question): Promise<string | undefined> {
    const key = await this.#question.choose(question, true)
    this.#canvas.touch()
    return key
  }

  toggle(what: 'more' | 'help'): void {
    this.#canvas.toggle(what)
  }

  suspend(): void {
    this.#stop(0)
  }

  readonly #holder: Holder = {
    press: (key) => {
      obeyKey(key, this, this.#canvas.isEmpty)
      if (this.#leave !== undefined) this.#draw()
    },
    beat: () => {
      this.#canvas.beat(this.#question.foot)
      this.#question.shown(this.#now())
    },
    resize: () => this.#canvas.touch(),
    wish: () => this.#question.giveUp(),
    stop: () => this.#stop(process.pid),
    goOn: () => {
      this.hide()
      this.show()
    },
  }

  /** Leaves the terminal as it was, and stops: the process, or with 0 all of the shell's job. Goes on where the shell can't stop it. */
  #stop(pid: number): void {
    this.hide()
    process.kill(pid, 'SIGTSTP')
    setImmediate(() => this.show())
  }

  #draw(): void {
    this.#canvas.draw(this.#question.foot)
    this.#question.shown(this.#now())
  }
}
