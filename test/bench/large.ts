/** A deploy file of so many nodes, in groups of fifty, and a job of so many steps. */
export function largeFile(nodes: number, steps: number): string {
  const groups = Array.from({ length: Math.ceil(nodes / 50) }, (_, n) => `[group:g${n}]\nadmin = ops\nregion = r${n}\n`)
  const each = Array.from(
    { length: nodes },
    (_, n) => `[node:n${n}]\ngroups = g${Math.floor(n / 50)}\nsshd.ip = 192.0.2.${n % 250}\nlabel = host-${n}\n`,
  )
  const middle = Array.from({ length: steps }, (_, n) =>
    n % 2 === 0
      ? `s${n} = remote run ./bin/do --on \${label} --in \${region} ${n}`
      : `s${n} = local sh "echo $name ${n} >/dev/null"`,
  )
  const job = ['[job:release]', 'open = remote open-bundle', ...middle, 'close = remote close-bundle']
  return ['[deploy]\napp = shop\nrelease = 1\n', ...groups, ...each, ...job, ''].join('\n')
}
