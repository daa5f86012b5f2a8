import type { Answers } from './answers.ts'

/** The deploy file that `conc init` writes. */
export function deployFileText({ app, release, admin, address }: Answers): string {
  return `; How ${app} is deployed: nodes, attributes and jobs. It is data: only \${key} is put in.
; conc check            everything that is wrong with this file
; conc help deploy.ini  what can stand in it

[deploy]                          ; what every node inherits
app     = ${app}
release = ${release}
bundle  = .conc/\${app}            ; on the node: lock, payload and journal of a run in one

[group:web]                       ; what several nodes share
folder  = releases/\${release}     ; an attribute of your own: from the login user's home
${admin === '' ? '; admin = ops                     ; login user' : `admin   = ${admin}`}

[node:demo]                       ; a throw-away node inside conc, to try a job on
groups   = web
embedded = yes

${serverLines(address)}

; Steps run in this order, each only after the one before it is OK: NAME = local|remote OP [ARG …]
[job:release]
pack    = local  sh "mkdir -p dist && tar -czf dist/$app-$release.tgz -C payload ."
; Makes the bundle, and so takes the lock: nobody else's run gets in.
open    = remote open-bundle
deliver = local  deliver dist/\${app}-\${release}.tgz
unpack  = remote untar \${app}-\${release}.tgz --into \${folder}
; An op of your own, jobs/hello.ts.
hello   = remote hello \${folder}
; pause halts here until somebody says: conc resume NODE.
; look  = local  pause "Check it, then resume"
switch  = remote link \${folder} current
; as=root goes by sudo, timeout= ends what takes too long.
; restart = remote as=root timeout=1m run systemctl restart \${app}
; The node tests in nodetests/.
healthy = local  test
close   = remote close-bundle

; Asked when nobody knows how a step ended: exit 0 it is done, 1 it is not.
[probe:release]
switch  = test current -ef \${folder}
`
}

/** A real node; commented out as long as its address is not known. */
function serverLines(address: string): string {
  const lines = ['[node:web1]', 'groups  = web', `sshd.ip = ${address === '' ? '192.0.2.11' : address}`]
  if (address !== '') return lines.join('\n')
  return [
    '; A server of yours: take the semicolons away, then conc doctor web1.',
    ...lines.map((line) => `; ${line}`),
  ].join('\n')
}
