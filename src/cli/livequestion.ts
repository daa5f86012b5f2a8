import type { Foot, Question } from '../report/live/foot.ts'
import type { Key } from './keys.ts'

/** A question as it stands below the list. */
interface Open {
  readonly foot: Foot
  /** It is about the step that runs, and falls with its end. */
  readonly ofStep: boolean
  /** It is answered by one key. */
  readonly byKey: boolean
  /** Since when it stands on the terminal and no key has come too early, in milliseconds. */
  readonly since?: number
  /** Gives the foot to show from now on; undefined when the question is answered. */
  readonly press: (key: Key) => Foot | undefined
  readonly giveUp: () => void
}

type Press = (key: Key, answer: (text: string | undefined) => undefined) => Foot | undefined

/** Who answers sooner has not read that the step is to end, but types on, in milliseconds. */
const reading = 500

/** What the person is asked, one thing at a time: a new question takes the place of the one before. */
export class LiveQuestion {
  readonly #changed: () => void
  #open: Open | undefined

  /** @param changed is told when another question stands there, or none. */
  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** The question, to be shown; undefined when nothing is asked. */
  get foot(): Foot | undefined {
    return this.#open?.foot
  }

  /** Asks for one of some keys; undefined when it is given up. */
  choose(question: Question, ofStep = false): Promise<string | undefined> {
    const foot: Foot = { kind: 'choice', ...question }
    const press: Press = (key, answer) => {
      const chosen = question.choices.find((choice) => choice.key === key.text)
      return chosen === undefined ? foot : answer(chosen.key)
    }
    return this.#ask({ foot, ofStep, byKey: true }, press)
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
    return this.#ask({ foot: foot(), ofStep: false, byKey: false }, press)
  }

  /** It stands on the terminal at this time, in milliseconds. */
  shown(now: number): void {
    if (this.#open !== undefined) this.#open = { since: now, ...this.#open }
  }

  /** Takes a key that was pressed while something is asked. */
  press(key: Key, now: number): void {
    if (this.#open === undefined) return
    if (isAnswer(key, this.#open, now)) {
      const foot = this.#open.press(key)
      this.#open = foot === undefined ? undefined : { ...this.#open, foot }
    } else if (this.#open.since !== undefined) this.#open = { ...this.#open, since: now }
  }

  /** The step has ended: what was asked about it is no question any more. */
  endStep(): void {
    if (this.#open?.ofStep) this.giveUp()
  }

  /** Asks no more: the answer is undefined. */
  giveUp(): void {
    this.#open?.giveUp()
    this.#open = undefined
    this.#changed()
  }

  #ask(asked: Pick<Open, 'foot' | 'ofStep' | 'byKey'>, press: Press): Promise<string | undefined> {
    this.#open?.giveUp()
    return new Promise((resolve) => {
      const answer = (text: string | undefined): undefined => resolve(text) as undefined
      this.#open = { ...asked, press: (key) => press(key, answer), giveUp: () => resolve(undefined) }
      this.#changed()
    })
  }
}

/** A key is none that comes before the question stands there, or with others at once. No is heard at any time. */
function isAnswer(key: Key, { byKey, ofStep, since }: Open, now: number): boolean {
  if (!byKey) return true
  if (key.pasted || since === undefined) return false
  return !ofStep || key.text === 'n' || now - since >= reading
}
