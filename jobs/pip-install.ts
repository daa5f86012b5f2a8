import { defineOp, quote } from 'conc-deploy'

/** Which Python this is, as the names of wheels have it. */
const tags =
  'import sys, sysconfig; print("This is cp%d%d" % sys.version_info[:2], "on", sysconfig.get_platform().replace("-", "_"), end=". ")'

export default defineOp({
  summary: 'Installs Python packages from the payload alone, with pip.',
  parameters: [{ name: 'PACKAGE', summary: 'a name, also with a version: shop==1.4.2, or "shop[web]"', many: true }],
  flags: {
    venv: { value: 'DIR', summary: "into this virtual environment; that of the step's python3 when not given" },
    requirements: { value: 'FILE', summary: 'a list of the payload, as pip reads it' },
  },
  check: ({ positionals: packages, flags: { venv, requirements } }) => {
    if (packages.length === 0 && requirements === undefined)
      return 'pip-install takes packages, or --requirements FILE.'
    if (venv === '') return '--venv is empty. Name a folder.'
    if (requirements !== undefined && /^$|^\/|(^|\/)\.\.(\/|$)|[\\\n]/.test(requirements)) {
      return '--requirements leaves the payload. Name a file of it.'
    }
    const odd = packages.find((name) => !name.includes('${') && !isRequirement(name))
    return odd && `${quote(odd)} is no name of a package. Deliver the package, and write its name: shop==1.4.2.`
  },
  command: ({ positionals: packages, flags: { venv, requirements }, payload: path, side }) => {
    const payload = (side === 'local' && !path.startsWith('/') ? '~/' : '') + quote(path)
    const python = venv === undefined ? 'python3' : `${quote(venv.startsWith('-') ? `./${venv}` : venv)}/bin/python`
    // Not from its cache either: a package made from source may have changed under the same name.
    const words = '--isolated --no-index --no-cache-dir --no-input --disable-pip-version-check --retries 0 --upgrade'
    const wanted = [
      ...(requirements === undefined ? [] : [`-r ${payload}/${quote(requirements)}`]),
      ...(packages.length === 0 ? [] : ['--', ...packages.map(quote)]),
    ].join(' ')
    const script = [
      // A link to elsewhere in a list would lead over the network: to a proxy that nobody is.
      `${python} -m pip install ${words} --proxy http://127.0.0.1:9 --find-links ${payload} ${wanted} ||`,
      `{ { ${python} -c ${quote(tags)} && echo 'The payload holds:' &&`,
      `find ${payload}/ -type f | grep -E '\\.(whl|tar\\.gz|zip)$';`,
      `! find ${payload}/*/ -name '*.whl' 2>/dev/null | grep -q . ||`,
      "echo 'pip looks into no folder of it: deliver what is in them, as in deliver wheels/*.whl'; } >&2; false; }",
    ].join('\n')
    return { script, typed: true }
  },
})

/** A name, extras, versions: PEP 508 without addresses. */
function isRequirement(word: string): boolean {
  return /^\w[\w.-]*(\[[\w.,-]*\])?([<>=!~][\w\s.,*+!<>=~-]*)?$/.test(word) && !/\.(whl|zip|tar\.\w+|tgz)$/.test(word)
}
