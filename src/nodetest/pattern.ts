import { UsageError } from '../words/errors.ts'

/**
 * Which tests a name selects: a part of the full name, or a regular expression between slashes. Vitest joins the parts of
 * a full name by spaces, reports by ` > `. Throws UsageError.
 */
export function namePattern(name: string): RegExp {
  const [, source, flags] = /^\/(.+)\/([imsu]*)$/s.exec(name) ?? []
  if (source === undefined) return new RegExp(quoted(joined(name)))
  try {
    return new RegExp(joined(source), flags)
  } catch {
    throw new UsageError(
      `${name}: that is no regular expression. Correct it, or leave out the slashes to look for a text.`,
    )
  }
}

function joined(name: string): string {
  return name.replaceAll(' > ', ' ')
}

/** The pattern in which each character stands for itself. */
export function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
