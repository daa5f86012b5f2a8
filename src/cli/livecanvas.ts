import { finalLines } from '../report/live/final.ts'
import { widthOf } from '../report/live/fit.ts'
import type { Foot } from '../report/live/foot.ts'
import { viewLines } from '../report/live/lines.ts'
import type { ViewOptions } from '../report/live/options.ts'
import { reduce } from '../report/live/reduce.ts'
import { nothingYet, type ViewEvent, type ViewState } from '../report/live/state.ts'
import { type LiveScreen, liveScreen } from './livescreen.ts'
import type { LiveOptions, Seat } from './seat.ts'

/** As few rows as a view takes at least, where there is more to be seen. */
const fewestRows = 7

/** The list of steps as it stands on the terminal: drawn anew where something has changed, or a second has passed. */
export class LiveCanvas {
  readonly #seat: Seat
  readonly #options: LiveOptions
  readonly #screen: LiveScreen
  #state: ViewState = nothingYet
  #shows: { readonly help: boolean; readonly more: boolean }
  /** What was written above the list and is to stay in sight. */
  #above = ''
  #stale = false
  #second = 0

  constructor(seat: Seat, options: LiveOptions) {
    this.#seat = seat
    this.#options = options
    this.#shows = { help: false, more: options.more }
    this.#screen = liveScreen(seat.screen)
  }

  /** Nothing has begun that could be shown. */
  get isEmpty(): boolean {
    return this.#state.nodes.size === 0
  }

  event(event: ViewEvent): void {
    this.#state = reduce(this.#state, event)
    this.touch()
  }

  toggle(what: 'more' | 'help'): void {
    this.#shows = { ...this.#shows, [what]: !this.#shows[what] }
  }

  /** Leaves room for what is written above the list; none for an empty text. */
  below(text: string): void {
    this.#above = text
  }

  /** It is to be drawn at the next beat. */
  touch(): void {
    this.#stale = true
  }

  /** @param question what is asked, in the place of the keys. */
  beat(question: Foot | undefined): void {
    const second = Math.floor(this.#options.now().getTime() / 1000)
    if (this.#stale || second !== this.#second) this.draw(question)
    this.#second = second
  }

  draw(question: Foot | undefined): void {
    this.#stale = false
    this.#screen.draw(viewLines(this.#state, this.#viewOptions(question)))
  }

  erase(): void {
    this.#screen.erase()
  }

  /** What stays when all is over. */
  final(): readonly string[] {
    const { screen, color } = this.#seat
    const look = { columns: screen.columns - 1, color, now: this.#options.now().getTime() }
    return finalLines(this.#state, look, { ...this.#options, color })
  }

  #viewOptions(question: Foot | undefined): ViewOptions {
    const { screen, color, wishes } = this.#seat
    const { columns, rows } = screen
    const { help, more } = this.#shows
    const keys: Foot = { kind: 'keys', more, halting: wishes.halt.aborted, ending: wishes.stop.aborted }
    const foot = question ?? (help ? { kind: 'help' } : keys)
    const room = Math.max(Math.min(rows, fewestRows), rows - rowsOf(this.#above, columns))
    return { columns, rows: room, color, more, foot, now: this.#options.now().getTime() }
  }
}

/** The rows that lines take on a terminal. */
function rowsOf(lines: string, columns: number): number {
  const each = lines.split('\n').slice(0, -1)
  return each.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)
}
