import { UsageError } from '../words/errors.ts'

/** A tag in an expression, as vitest reads it: letters beside `( ) ! & |` and white space. */
const tag = '[^\\s()!&|]+'
const operators = /\s*(&&|\|\||\band\b|\bor\b)\s*/i

/** The tags that expressions name, such as `web && !slow`. Throws UsageError for what is no expression. */
export function tagsIn(expressions: readonly string[]): readonly string[] {
  for (const text of expressions) if (!isExpression(text)) throw refusal(text)
  const words = expressions.flatMap((text) => text.split(/[\s()!&|]+/))
  return [...new Set(words)].filter((word) => !/^(and|or|not)?$/i.test(word))
}

/** Brackets with nothing but an expression in them are taken for a tag, until none is left. */
function isExpression(text: string): boolean {
  const [whole = '', inner] = /\(([^()]*)\)/.exec(text) ?? []
  if (inner === undefined)
    return text
      .split(operators)
      .filter((_, at) => at % 2 === 0)
      .every(isTerm)
  return isExpression(inner) && isExpression(text.replace(whole, ' x '))
}

function isTerm(text: string): boolean {
  return new RegExp(`^\\s*((!|not\\s)\\s*)*${tag}\\s*$`, 'i').test(text)
}

function refusal(text: string): UsageError {
  return new UsageError(`${text}: that is no expression of tags. Write one such as "smoke" or "web && !slow".`)
}
