import { defineOp } from 'conc-deploy'

export default defineOp({
  summary: "Runs a file's text with sh -eu; the attributes are its variables.",
  parameters: [{ name: 'FILE', summary: 'in the folder of the deploy file', required: true }],
  files: ({ positionals }) => positionals,
  command: ({ positionals: [file = ''], files, variables }) => {
    const script = files[file] ?? ''
    const interpreter = /^#!\s*(.*)/.exec(script)?.[1]
    if (interpreter !== undefined && !/^\S*\/(env\s+)?(da)?sh(\s|$)/.test(interpreter)) {
      throw new Error(`${file} is for ${interpreter}, not for sh. Deliver it and use run.`)
    }
    return { script, variables }
  },
})
