import { defineOp, quote } from 'conc-deploy'

export default defineOp({
  summary: 'Makes the bundle: takes the lock, or is BLOCKED by the run that has it.',
  runner: 'open-bundle',
  byHand: ({ bundle, side }) => {
    const home = side === 'local' && !bundle.startsWith('/') ? '~/' : ''
    return `mkdir -m 700 ${home}${quote(bundle)}`
  },
})
