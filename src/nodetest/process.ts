/** What vitest listens to; its listeners end the process, and that is the command line's affair. */
const events = ['SIGINT', 'SIGTERM', 'exit', 'unhandledRejection'] as const
/** What it sets in the environment. */
const variables = ['TEST', 'VITEST', 'NODE_ENV', 'PROD', 'DEV', 'VITE_USER_NODE_ENV'] as const

type Listener = (...args: readonly unknown[]) => void

/** Notes how this process is; gives what puts it back so after something else has changed it, as often as that is needed. */
export function notedProcess(): () => void {
  const { exitCode, env } = process
  const values = variables.map((name) => [name, env[name]] as const)
  const listening = new Map(events.map((event) => [event, process.rawListeners(event)]))
  return () => {
    for (const [name, value] of values) {
      if (value === undefined) delete env[name]
      else env[name] = value
    }
    for (const [event, before] of listening) {
      const others = process.rawListeners(event).filter((listener) => !before.includes(listener))
      for (const listener of others) process.removeListener(event, listener as Listener)
    }
    process.exitCode = exitCode
  }
}
