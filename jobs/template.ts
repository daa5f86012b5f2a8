import { posix } from 'node:path'
import { defineOp, quote } from 'conc-deploy'

export default defineOp({
  summary: 'Fills in a text file, shows what changes at its destination, and replaces that in one instant.',
  tools: ['cmp', 'diff', 'stat'],
  parameters: [
    { name: 'SRC', summary: 'a text in the folder of the deploy file, with ${key} in it', required: true },
    { name: 'DEST', summary: 'a file where the step runs; its folder must be there', required: true },
  ],
  flags: {
    mode: { value: 'MODE', type: 'mode', summary: 'in octal; that of the file that is there, or 0644, when not given' },
  },
  files: ({ positionals: [src = ''] }) => [src],
  fills: true,
  check: ({ positionals: [, dest = ''] }) =>
    dest === '' || dest.endsWith('/') || ['.', '..'].includes(posix.basename(dest)) ? 'DEST names no file.' : undefined,
  command: ({ positionals: [src = '', dest = ''], flags: { mode }, files }) => {
    const text = files[src] ?? ''
    // What is no UTF-8 was read as U+FFFD; a NUL is in no argument.
    if (/[\0\ufffd]/.test(text)) throw new Error(`${src} is no UTF-8 text. Deliver it as it is.`)
    const path = dest.startsWith('-') ? `./${dest}` : dest
    const [file, made] = [quote(path), quote(`${path}.new`)]
    const octal = mode?.replace(/^0+(?=.)/, '')
    const sameMode = octal === undefined ? '' : ` && [ "$(stat -c %a ${file})" = ${octal} ]`
    const script = [
      `{ if [ -L ${file} ] || { [ -e ${file} ] && [ ! -f ${file} ]; }; then echo ${quote(`${dest} is no plain file`)} >&2; false; fi &&`,
      `rm -f ${made} &&`,
      // With its owner, as far as that is allowed.
      `if [ -e ${file} ]; then cp -p ${file} ${made} && chmod u+w ${made}; fi &&`,
      `printf %s ${quote(text)} >${made} &&`,
      `if cmp -s ${file} ${made}${sameMode}; then rm ${made} && echo ${quote(`${dest}: unchanged`)}; else`,
      `{ diff -uN ${file} ${made} | sed -n '1,200p; 201s/.*/(and more)/p'; } &&`,
      `chmod ${octal ?? `"$(stat -c %a ${file} 2>/dev/null || echo 644)"`} ${made} &&`,
      `mv -f ${made} ${file}; fi; } ||`,
      `{ rm -f ${made}; false; }`,
    ].join('\n')
    return { script, typed: true }
  },
})
