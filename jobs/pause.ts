import { defineOp } from 'conc-deploy'

export default defineOp({
  summary: 'Halts the run until somebody resumes it.',
  sides: ['local'],
  parameters: [{ name: 'MESSAGE', summary: 'what to look at meanwhile, in quotes' }],
  readOnly: true,
  runner: 'pause',
  byHand: ({ positionals: [message] }) => `# ${message ?? 'Halt here'}`,
})
