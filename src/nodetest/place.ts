/** What was thrown, with the stack of another place: after a wait its own says nothing about the test. */
export function placedAt(thrown: unknown, { stack = '' }: Error): unknown {
  if (!(thrown instanceof Error)) return thrown
  thrown.stack = `${thrown.name}: ${thrown.message}\n${stack.slice(stack.indexOf('\n') + 1)}`
  return thrown
}
