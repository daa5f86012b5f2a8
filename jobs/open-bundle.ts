import { posix } from 'node:path'
import { defineOp, quote } from 'conc-deploy'

export default defineOp({
  summary: 'Makes the bundle: takes the lock, or is BLOCKED by the run that has it.',
  runner: 'open-bundle',
  byHand: ({ bundle, side }) => {
    const home = side === 'local' && !bundle.startsWith('/') ? '~/' : ''
    const path = home + quote(bundle)
    const parent = posix.dirname(bundle)
    const parents = ['.', '/'].includes(parent) ? '' : `mkdir -p ${home}${quote(parent)} && `
    // The second mkdir is the lock: it alone makes the bundle, or fails.
    return `${parents}mkdir -m 700 ${path} && mkdir ${path}/payload`
  },
})
