import parseDuration from 'parse-duration'

/** Milliseconds of a text such as `90s`, `10m` or `1h30m`; undefined for what is none, or has no unit. */
export function milliseconds(text: string): number | undefined {
  // parse-duration takes a bare number as milliseconds and passes over units it does not know.
  const hasUnits = /^(\d+(\.\d+)?(ms|s|sec|m|min|h|d))+$/.test(text)
  const value = hasUnits ? Math.ceil(parseDuration(text) ?? 0) : 0
  return value > 0 ? value : undefined
}
