import type { Block } from './block.ts'

/** A page of help that is about no command. */
export interface Topic {
  readonly name: string
  readonly summary: string
  /** @param file the deploy file at hand, which may have ops of its own beside it. */
  readonly load: (file: string) => Promise<readonly Block[]>
}

export const topics: readonly Topic[] = [
  {
    name: 'deploy.ini',
    summary: 'the deploy file: sections, step lines, what is put in where',
    load: async () => (await import('./deployfile.ts')).deployFilePage(),
  },
  {
    name: 'attributes',
    summary: 'the attributes that conc itself reads',
    load: async () => (await import('./deployfile.ts')).attributesPage(),
  },
  {
    name: 'ops',
    summary: 'what steps can do; with the name of an op, all about it',
    load: async (file) => (await import('./ops.ts')).opsPage(file),
  },
  {
    name: 'exit-codes',
    summary: 'what conc exits with, and which code it is of several nodes',
    load: async () => (await import('./exits.ts')).exitsPage(),
  },
]
