import { defineOp, quote } from 'conc-deploy'

export default defineOp({
  summary: "Installs a Node.js application's packages as its lockfile has them, from the payload alone.",
  parameters: [{ name: 'DIR', summary: 'the folder of its package-lock.json; where the step starts when not given' }],
  flags: {
    node: {
      value: 'DIR',
      summary: 'whose npm: a folder that node-runtime has made; the npm on the PATH when not given',
    },
    scripts: { summary: "runs the packages' own install scripts, which may compile something" },
    dev: { summary: 'the packages for development too' },
  },
  check: ({ positionals: [dir], flags: { node } }) => {
    if (dir === '') return 'DIR is empty. Name a folder, or leave it away.'
    return node === '' ? '--node is empty. Name a folder.' : undefined
  },
  command: ({ positionals: [dir], flags: { node, scripts, dev }, payload: path, side }) => {
    const payload = (side === 'local' && !path.startsWith('/') ? '~/' : '') + quote(path)
    const folder = node?.startsWith('/') ? quote(node) : `"$PWD"/${quote(node ?? '')}`
    const home = dir === undefined ? '' : `${quote(dir.startsWith('-') ? `./${dir}` : dir)}/`
    const lockfiles = ['package-lock.json', 'npm-shrinkwrap.json'].map((name) => `[ -e ${home}${name} ]`).join(' || ')
    const without = `${dir ?? 'This folder'} has no package-lock.json. Make one by npm install, and bring it along.`
    const install = [
      // npm is itself a script for the first node on the PATH.
      ...(node === undefined ? [] : [`env PATH=${folder}/bin:"$PATH"`]),
      'npm ci --offline',
      ...(scripts ? ['--no-ignore-scripts'] : ['--ignore-scripts']),
      ...(dev ? ['--include=dev'] : ['--omit=dev']),
      '--no-audit --no-fund --no-update-notifier',
      `--cache ${payload}/npm-cache`,
      ...(dir === undefined ? [] : [`--prefix ${quote(dir.startsWith('-') ? `./${dir}` : dir)}`]),
    ].join(' ')
    const script = `{ ${lockfiles} || { echo ${quote(without)} >&2; false; }; } && ${install}`
    return { script, typed: true }
  },
})
