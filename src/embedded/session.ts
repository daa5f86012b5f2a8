import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ServerChannel, Session } from 'ssh2'
import { messageOf } from '../words/errors.ts'
import { runOnChannel } from './exec.ts'
import { resizeTerminal, type WindowSize } from './terminal.ts'

/** Whose session it is. `gone` resolves when the connection is over. */
export interface Login {
  readonly home: string
  readonly user: string
  readonly gone: Promise<void>
}

const sftpServers = [
  '/usr/lib/openssh/sftp-server',
  '/usr/libexec/openssh/sftp-server',
  '/usr/libexec/sftp-server',
  '/usr/lib/ssh/sftp-server',
]

/** Gives a command a terminal; Node has none of its own. From util-linux. */
const scriptProgram = '/usr/bin/script'

/** Answers what a client asks of a session: commands, also with a terminal, and SFTP. Variables are refused. */
export function serve(session: Session, login: Login): void {
  let terminal: ({ readonly term: string } & WindowSize) | undefined
  let script: number | undefined
  session.on('pty', (accept, reject, info) => {
    if (!existsSync(scriptProgram)) return reject()
    const { term } = info as { term?: string }
    terminal = { term: term ?? 'dumb', cols: info.cols, rows: info.rows }
    accept()
  })
  session.on('window-change', (accept, _reject, { rows, cols }) => {
    accept?.()
    if (terminal !== undefined) terminal = { ...terminal, rows, cols }
    if (script !== undefined) resizeTerminal(script, { rows, cols }).catch(() => {})
  })
  session.on('exec', (accept, _reject, { command }) => {
    if (terminal === undefined) return start(['/bin/sh', '-c', command], accept(), login)
    const { cols, rows, term } = terminal
    const sized = `stty rows ${rows} cols ${cols}; exec /bin/sh -c "$CONC_COMMAND"`
    start([scriptProgram, '-qefc', sized, '/dev/null'], accept(), login, {
      more: { TERM: term, CONC_COMMAND: command },
      onStart: (pid) => {
        script = pid
      },
    })
  })
  session.on('subsystem', (accept, reject, { name }) => {
    const server = name === 'sftp' ? sftpServers.find((path) => existsSync(path)) : undefined
    if (server) start([server], accept(), login)
    else reject()
  })
  session.on('shell', (accept) => {
    const channel = accept()
    channel.stderr.write('An embedded node has no interactive shell. Give a command.\r\n')
    channel.exit(1)
    channel.end()
  })
}

interface Start {
  /** Variables beside those of every command. */
  readonly more?: Readonly<Record<string, string>>
  readonly onStart?: (pid: number) => void
}

function start(argv: readonly string[], channel: ServerChannel, login: Login, { more, onStart }: Start = {}): void {
  const where = { cwd: login.home, env: { ...environmentOf(login), ...more } }
  runOnChannel(argv, channel, where, login.gone, onStart).catch((error: unknown) => {
    channel.stderr.write(`${messageOf(error)}\n`)
    channel.exit(255)
    channel.end()
  })
}

// As sshd gives it, with this Node beside the system's commands.
function environmentOf({ home, user }: Login): Readonly<Record<string, string>> {
  const path = `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${dirname(process.execPath)}`
  return { PATH: path, HOME: home, USER: user, LOGNAME: user, SHELL: '/bin/sh', LANG: 'C.UTF-8' }
}
