import { defineOp } from 'conc-deploy'

export default defineOp({
  summary: 'Runs one script with sh -eu; the attributes are its variables.',
  parameters: [
    { name: 'SCRIPT', summary: 'one word, so in quotes; sshd.ip is $sshd_ip in it', required: true, many: true },
  ],
  raw: true,
  verbatim: true,
  check: ({ positionals }) => {
    if (positionals.length > 1) return 'sh takes one script, and there are more words. Quote it, or use run.'
    const dotted = /\$\{(\w+\.[\w.-]*)\}/.exec(positionals[0] ?? '')?.[1]
    return dotted && `\${${dotted}} means nothing to a shell. Write $${dotted.replace(/\W/g, '_')}.`
  },
  command: ({ positionals: [script = ''], variables }) => ({ script, variables }),
})
