import { fewest, formsOf, hasAtLeast } from './forms.ts'
import { type Pattern, Search } from './search.ts'
import type { Secret } from './secret.ts'

const nothing: Buffer = Buffer.alloc(0)

/** Whether a secret has fewer than four characters: hiding these would spoil any output, so they are not hidden. */
export function tooShort(secret: Secret): boolean {
  return !hasAtLeast(fewest, secret.reveal())
}

/**
 * Puts `[secret NAME]` in place of the secrets in one stream of output, however it is cut into chunks; all other bytes pass
 * as they are. Where forms overlap the earliest wins, and of these the longest. Secrets that are too short stay.
 */
export class Redactor {
  readonly #search: Search | undefined
  #held = nothing

  constructor(secrets: readonly Secret[]) {
    const patterns = patternsOf(secrets)
    if (patterns.length > 0) this.#search = new Search(patterns)
  }

  /** How many of the bytes that came last are held back: they could be the beginning of a secret. */
  get held(): number {
    return this.#held.length
  }

  /** Takes the next bytes and returns what may be shown now. */
  push(bytes: Buffer): Buffer {
    if (this.#search === undefined) return bytes
    return this.#redact(this.#search, this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]), false)
  }

  /** Returns the rest: no bytes are to come. */
  end(): Buffer {
    return this.#search === undefined ? nothing : this.#redact(this.#search, this.#held, true)
  }

  #redact(search: Search, text: Buffer, last: boolean): Buffer {
    const pieces: Buffer[] = []
    let from = 0
    let { at, pattern } = search.find(text, from, last)
    while (pattern !== undefined) {
      pieces.push(text.subarray(from, at), pattern.label)
      from = at + pattern.bytes.length
      ;({ at, pattern } = search.find(text, from, last))
    }
    this.#held = Buffer.from(text.subarray(at))
    const rest = text.subarray(from, at)
    return pieces.length === 0 ? rest : Buffer.concat([...pieces, rest])
  }
}

/** The same for a whole text. */
export function redactText(text: string, secrets: readonly Secret[]): string {
  const bytes = Buffer.from(text)
  const redactor = new Redactor(secrets)
  const redacted = Buffer.concat([redactor.push(bytes), redactor.end()])
  return redacted.equals(bytes) ? text : redacted.toString('utf8')
}

/** One pattern a form; of two secrets with the same form the first gives the name. */
function patternsOf(secrets: readonly Secret[]): readonly Pattern[] {
  const patterns = new Map<string, Pattern>()
  for (const secret of secrets.filter((each) => !tooShort(each))) {
    const label = Buffer.from(secret.toString())
    for (const form of formsOf(secret.reveal())) {
      if (!patterns.has(form)) patterns.set(form, { bytes: Buffer.from(form), label })
    }
  }
  return [...patterns.values()]
}
