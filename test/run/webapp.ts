import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeWorkstation, type Workstation } from '../fixtures/deploy.ts'
import { freePort, type Sshd } from '../fixtures/sshd.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** The web application of the repository's own deploy file, and a node that it is deployed to. */
export interface WebApp {
  readonly station: Workstation
  /** The port that it listens on, on 127.0.0.1. */
  readonly port: number
  /** Adds a migration to the source. */
  addMigration(name: string, sql: string): void
  /** What a page says. */
  page(name: string): Promise<Readonly<Record<string, unknown>>>
  /** Types a line on the node, as a person does. Gives what it prints. */
  ssh(line: string): string
  /** Changes the database, or asks it; gives the first column. */
  database(sql: string): readonly string[]
  /** Keeps everybody else from writing to the database until the function that it gives is called. */
  lockDatabase(): Promise<() => Promise<void>>
  /** The server's process, as its pid file has it; undefined when there is none. */
  pid(): number | undefined
  remove(): void
}

/** Makes a workstation with the deploy file, the application's source, and the server as the node `web2`. */
export async function makeWebApp(sshd: Sshd): Promise<WebApp> {
  const station = makeWorkstation(readFileSync(sshd.knownHostsFile, 'utf8'))
  const port = await freePort()
  const source = join(station.folder, 'test', 'webapp')
  cpSync(join(repository, 'test', 'webapp'), source, { recursive: true })
  rmSync(join(source, 'dist'), { recursive: true, force: true })
  const node = { groups: 'webapp', 'sshd.ip': '127.0.0.1', 'sshd.port': sshd.port, admin: sshd.user, key: sshd.keyFile }
  const lines = Object.entries(node).map(([key, value]) => `${key} = ${value}\n`)
  station.write('deploy.ini', `${readFileSync(join(repository, 'deploy.ini'), 'utf8')}\n[node:web2]\n${lines.join('')}`)
  const file = join(sshd.home, 'counter', 'counter.db')
  const login = ['-F', '/dev/null', '-i', sshd.keyFile, '-o', `UserKnownHostsFile=${sshd.knownHostsFile}`]
  const options = ['-o', 'BatchMode=yes', '-p', String(sshd.port), `${sshd.user}@127.0.0.1`]
  const ssh = (line: string) => execFileSync('ssh', [...login, ...options, `cd; ${line}`], { encoding: 'utf8' })
  return {
    station,
    port,
    ssh,
    addMigration: (name, sql) => station.write(`test/webapp/counter/migrations/${name}`, sql),
    page: async (name) => JSON.parse(await (await fetch(`http://127.0.0.1:${port}/${name}`)).text()),
    database: (sql) =>
      execFileSync('python3', ['-c', ask, file, sql], { encoding: 'utf8' }).split('\n').filter(Boolean),
    async lockDatabase() {
      const child = spawn('python3', ['-c', hold, file], { stdio: ['pipe', 'pipe', 'inherit'] })
      await once(child.stdout, 'data')
      return async () => {
        child.stdin.end()
        await once(child, 'close')
      }
    },
    pid: () => Number(ssh('cat counter/pid 2>/dev/null || true').trim()) || undefined,
    remove: () => station.remove(),
  }
}

const ask = `import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as database:
    for row in database.execute(sys.argv[2]): print(row[0])`

const hold = `import sqlite3, sys
sqlite3.connect(sys.argv[1], isolation_level=None).execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()`
