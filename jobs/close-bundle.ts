import { defineOp, quote } from 'conc-deploy'

export default defineOp({
  summary: 'Archives the journal and removes the bundle: releases the lock.',
  runner: 'close-bundle',
  byHand: ({ bundle, side, attributes }) => {
    if (side === 'local') {
      const path = (bundle.startsWith('/') ? '' : '~/') + quote(bundle)
      // Only what can be moved is removed: a mount point, with the node's bundle in it, can't.
      return `mv ${path} ${path}.closed && rm -rf ${path}.closed`
    }
    const history = quote(`.conc/history/${attributes.app ?? ''}`)
    const path = quote(bundle)
    // mkdir is the lock of two who close at once; RUN is the run's id.
    return `mkdir -p ${history} && mkdir ${path}/closing && mv ${path} ${history}/RUN`
  },
})
