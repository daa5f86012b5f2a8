import { readdirSync } from 'node:fs'
import { execa } from 'execa'
import { program } from '../fixtures/conc.ts'
import { deployFile, makeWorkstation, type Workstation } from '../fixtures/deploy.ts'

/** The deploy file that the manual shows, with the ops that there are. */
export const sample = `; Everything about this deploy, in one file: data, not code.
[deploy]
app     = shop
release = 1.4.2
bundle  = .conc/\${app}            ; on the node, relative to the login user's home

[group:web]
admin     = ops                   ; login user
sshd.port = 22
op_key    = shop                  ; ~/.ssh/id_*-shop on the workstation
venv      = apps/\${app}-\${release}

[node:web1]
groups  = web
sshd.ip = 192.0.2.11              ; address or host name

[job:release]
open    = remote open-bundle
deliver = local  deliver dist/*.tgz
unpack  = remote untar \${app}-*.tgz --into releases/\${release}
migrate = remote timeout=10m run ./releases/\${release}/bin/migrate
look    = local  pause "Check the numbers, then resume"
switch  = remote link releases/\${release} current
restart = remote as=root run systemctl restart \${app}
healthy = local  run curl -fsS http://\${sshd.ip}/
close   = remote close-bundle
`

/** The first lines of a deploy file; the next one is line 4. */
export const start = '[deploy]\napp = shop\nrelease = 1\n'

/** A workstation with a deploy file of this text. */
export function stationWith(text: string): Workstation {
  const station = makeWorkstation('')
  station.write('deploy.ini', text)
  return station
}

/** A deploy file with the embedded node `demo` and a job `release` of these steps, between open and close. */
export function embedded(steps: Readonly<Record<string, string>>): string {
  return deployFile({
    deploy: { app: 'shop', release: '1' },
    'node:demo': { embedded: 'yes' },
    'job:release': { open: 'remote open-bundle', ...steps, close: 'remote close-bundle' },
  })
}

/** The objects of a text with one JSON object a line. */
export function objectsOf(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

/** Every file and folder below a folder, sorted. */
export function treeOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
}

/** A script of the shell on a workstation, with the program as `$conc`. */
export function inShell({ home, folder }: Workstation, script: string) {
  return execa('/bin/bash', ['-c', script], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', conc: `${process.execPath} ${program}` },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  })
}
