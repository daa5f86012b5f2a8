import { defineOp, quote } from 'conc-deploy'

export default defineOp({
  summary: "Makes a Python virtual environment, by Python's own module venv.",
  parameters: [{ name: 'DIR', summary: 'its folder, made when missing', required: true }],
  flags: {
    python: { value: 'PYTHON', summary: 'whose environment: a name on the PATH or a path; python3 when not given' },
  },
  check: ({ positionals: [dir], flags: { python } }) => {
    if (dir === '') return 'DIR is empty. Name a folder.'
    return python === '' || python?.startsWith('-')
      ? '--python takes the name of a program, such as python3.'
      : undefined
  },
  command: ({ positionals: [dir = ''], flags: { python: program = 'python3' } }) => {
    const folder = quote(dir.startsWith('-') ? `./${dir}` : dir)
    const python = quote(program)
    const version = 'sys; print(sys.base_prefix, sys.version)'
    const missing = `${program} can't make an environment with pip in it. Install its venv (Debian: python3-venv)`
    const script = [
      `want=$(${python} -c ${quote(`import ${version}`)}) &&`,
      `if [ "$(${folder}/bin/python -c ${quote(`import pip, ${version}`)} 2>/dev/null)" = "$want" ]; then`,
      `echo ${quote(`${dir}: kept, it works`)}; else`,
      // --clear empties the folder, whatever it holds.
      `{ [ ! -e ${folder} ] || [ -e ${folder}/pyvenv.cfg ] || rmdir ${folder} || { echo ${quote(`${dir} is no virtual environment, and is left alone`)} >&2; false; }; } &&`,
      `{ ${python} -c 'import ensurepip, venv' || { echo ${quote(missing)} >&2; false; }; } &&`,
      `${python} -m venv --clear ${folder} &&`,
      `${folder}/bin/python -m pip --version; fi`,
    ].join('\n')
    return { script, typed: true }
  },
})
