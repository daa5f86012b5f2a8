import { defineOp, quote } from 'conc-deploy'

export default defineOp({
  summary: 'Archives the journal and removes the bundle: releases the lock.',
  runner: 'close-bundle',
  byHand: ({ bundle, side }) => {
    const home = side === 'local' ? '~/' : ''
    const path = (bundle.startsWith('/') ? '' : home) + quote(bundle)
    // mkdir is the lock of two who close at once; RUN is the run's id.
    return `mkdir ${path}/closing && mv ${path} ${home}.conc/history/RUN`
  },
})
