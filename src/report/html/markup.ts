import { visible } from '../clean.ts'

/** Text of a page that may stand there as it is. Only `html` makes it. */
export class Markup {
  readonly text: string

  private constructor(text: string) {
    this.text = text
  }

  /** A template whose values are text: nothing in them becomes markup. Markup and lists of it stand as they are. */
  static of(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
    return new Markup(strings.map((text, index) => text + written(values[index])).join(''))
  }
}

type Value = Markup | readonly Markup[] | string | number

export const html = Markup.of

function written(value: Value | undefined): string {
  if (value === undefined) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'object') return value.map(({ text }) => text).join('')
  return escaped(visible(String(value)))
}

/** Good inside an element and inside a quoted attribute. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
