import type { CommandName } from './table.ts'
import type { World } from './world.ts'

/** A command's function: its words, its options, and the world; gives the exit code. */
export type Action = (words: readonly string[], options: never, world: World) => Promise<number>

/** What each command does. It loads what it needs only when it is called. */
export const actions: Readonly<Record<CommandName, () => Promise<Action>>> = {
  init: async () => (await import('./commands/init.ts')).init,
  check: async () => (await import('./commands/check.ts')).check,
  show: async () => (await import('./commands/show.ts')).show,
  plan: async () => (await import('./commands/plan.ts')).plan,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  run: async () => (await import('./commands/run.ts')).run,
  halt: async () => (await import('./commands/halt.ts')).halt,
  resume: async () => (await import('./commands/resume.ts')).resume,
  mark: async () => (await import('./commands/mark.ts')).mark,
  status: async () => (await import('./commands/status.ts')).status,
  log: async () => (await import('./commands/log.ts')).log,
  shell: async () => (await import('./commands/shell.ts')).shell,
  exec: async () => (await import('./commands/exec.ts')).exec,
  test: async () => (await import('./commands/test.ts')).test,
  unlock: async () => (await import('./commands/unlock.ts')).unlock,
  manual: async () => (await import('./commands/manual.ts')).manual,
  completion: async () => (await import('./commands/completion.ts')).completion,
  help: async () => (await import('./commands/help.ts')).help,
}
