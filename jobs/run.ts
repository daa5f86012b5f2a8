import { defineOp } from 'conc-deploy'

export default defineOp({
  summary: 'Runs a program with its arguments; no shell is involved.',
  parameters: [
    { name: 'PROGRAM', summary: 'a name on the PATH or a path', required: true },
    { name: 'ARG', summary: 'its words, flags included', many: true },
  ],
  raw: true,
  check: ({ positionals: [program] }) => (program === '' ? 'PROGRAM is empty. Name one.' : undefined),
  command: ({ positionals }) => ({ argv: positionals }),
})
