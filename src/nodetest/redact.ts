import type { TestEvent } from '../ops/tests.ts'
import { fewest, formsOf } from '../secrets/forms.ts'
import { redactText, tooShort } from '../secrets/redact.ts'
import { Secret } from '../secrets/secret.ts'

/** Where vitest and conc's own messages leave off. */
const cut = '…'

/** The event without values that are held in confidence, whole or cut off. */
export function redactedEvent(event: TestEvent, secrets: readonly Secret[]): TestEvent {
  const all = secrets.flatMap((secret) => [secret, quoted(secret)])
  if (all.length === 0) return event
  const entries = Object.entries(event).map(([key, value]: [string, unknown]) => [
    key,
    typeof value === 'string' ? withoutBeginnings(redactText(value, all), all) : value,
  ])
  return Object.fromEntries(entries)
}

/** The form that a text has between the quotes of vitest's messages. */
function quoted(secret: Secret): Secret {
  return new Secret(secret.name, secret.reveal().replaceAll("'", "\\'"))
}

function withoutBeginnings(text: string, secrets: readonly Secret[]): string {
  return text
    .split(cut)
    .map((piece, at, { length }) => (at < length - 1 ? withoutBeginning(piece, secrets) : piece))
    .join(cut)
}

/** The piece without what it ends with of a secret; of several the longest. */
function withoutBeginning(piece: string, secrets: readonly Secret[]): string {
  const shown = secrets
    .filter((secret) => !tooShort(secret))
    .flatMap((secret) => [...formsOf(secret.reveal())].map((form) => ({ secret, length: shownOf(form, piece) })))
  const [longest] = shown.filter(({ length }) => length > 0).sort((a, b) => b.length - a.length)
  return longest === undefined ? piece : `${piece.slice(0, -longest.length)}${longest.secret}`
}

/** How many of a form's first characters end the piece; 0 when they are too few to tell. */
function shownOf(form: string, piece: string): number {
  for (let length = Math.min(form.length, piece.length); length >= fewest; length -= 1)
    if (piece.endsWith(form.slice(0, length))) return length
  return 0
}
