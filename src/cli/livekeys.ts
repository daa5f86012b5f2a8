import type { Question } from '../report/live/foot.ts'
import type { Key } from './keys.ts'
import type { Wishes } from './wishes.ts'

/** What the keys of a view change. */
export interface Commanded {
  readonly wishes: Wishes
  /** A question of the view's own takes the keys. */
  readonly asks: boolean
  answer(key: Key): void
  toggle(what: 'more' | 'help'): void
  /** Asks about the step that runs. */
  ask(question: Question): Promise<string | undefined>
  /** Leaves the terminal, and stops the shell's job. */
  suspend(): void
}

/** Does what a key means; a view that shows nothing yet has no keys but those of the terminal. */
export function obeyKey(key: Key, view: Commanded, isEmpty: boolean): void {
  if (key.ctrl && key.name === 'c') view.wishes.interrupt()
  else if (key.ctrl && key.name === 'z') view.suspend()
  else if (view.asks) view.answer(key)
  else if (!isEmpty && !key.pasted) command(key.text, view)
}

function command(key: string, view: Commanded): void {
  const { wishes } = view
  if (key === 'h') wishes.askHalt()
  else if (key === 'o') view.toggle('more')
  else if (key === '?') view.toggle('help')
  else if (key === 'e' && !wishes.stop.aborted) void askToEnd(view)
}

const endNow: Question = {
  question: 'End what runs now, its whole process group?',
  choices: [
    { key: 'y', label: 'yes, end it' },
    { key: 'n', label: 'no' },
  ],
}

async function askToEnd(view: Commanded): Promise<void> {
  if ((await view.ask(endNow)) === 'y') view.wishes.askStop()
}
