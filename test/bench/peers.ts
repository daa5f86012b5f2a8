import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../src/words/errors.ts'
import { type Place, sshOptions, sshTo } from './far.ts'
import { measure, type Way } from './pairs.ts'

/** Another tool that runs a command on the node so many times, one after the other. */
interface Peer {
  readonly name: string
  /** A command line that succeeds where the tool is there. */
  readonly needs: string
  /** What to run, in a folder of its own in which it may write. */
  argv(place: Place, command: string, count: number, folder: string): readonly string[]
  readonly env?: (place: Place) => NodeJS.ProcessEnv
}

const python = '/usr/bin/python3'
const strategies = '/usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy'

const peers: readonly Peer[] = [
  {
    name: 'ssh, ControlMaster, a process a step',
    needs: 'command -v ssh',
    argv: (place, command, count, folder) => {
      const shared = sshTo(place, '-o', 'ControlMaster=auto', '-o', `ControlPath=${folder}/m`, '-o', 'ControlPersist=9')
      const each = `i=0; while [ $i -lt ${count} ]; do "$@" ${command} || exit; i=$((i+1)); done; "$@" -O exit 2>/dev/null`
      return ['sh', '-c', each, 'sh', ...shared]
    },
  },
  {
    name: 'fabric',
    needs: `${python} -c 'import fabric'`,
    argv: ({ host, port, sshd }, command, count) => [
      python,
      '-c',
      `import fabric
c = fabric.Connection(${q(host)}, user=${q(sshd.user)}, port=${port}, connect_kwargs={'key_filename': ${q(sshd.keyFile)}, 'allow_agent': False, 'look_for_keys': False})
for _ in range(${count}): c.run(${q(command)}, hide=True)`,
    ],
  },
  {
    name: 'execnet, a request a step',
    needs: `${python} -c 'import execnet'`,
    argv: ({ host, port, sshd }, command, count) => [
      python,
      '-c',
      `import execnet
g = execnet.makegateway(${q(`ssh=${[...sshOptions(sshd), '-p', port].join(' ')} ${sshd.user}@${host}//python=${python}`)})
c = g.remote_exec("import subprocess\\nfor x in channel: channel.send(subprocess.call([x]))")
for _ in range(${count}):
    c.send(${q(command)}); assert c.receive() == 0
g.exit()`,
    ],
  },
  {
    name: 'sshkit (capistrano)',
    needs: `ruby -e 'require "sshkit"'`,
    argv: ({ host, port, sshd }, command, count) => [
      'ruby',
      '-e',
      `require "sshkit"; require "sshkit/dsl"; include SSHKit::DSL
SSHKit.config.output = SSHKit::Formatter::BlackHole.new($stdout)
host = SSHKit::Host.new(hostname: ${q(host)}, user: ${q(sshd.user)}, port: ${port})
host.ssh_options = {keys: [${q(sshd.keyFile)}], keys_only: true, verify_host_key: :never, config: false}
on(host) { ${count}.times { execute ${q(command)} } }`,
    ],
  },
  {
    name: 'rex',
    needs: 'command -v rex',
    argv: ({ host, port, sshd }, command, count, folder) => {
      const file = join(folder, 'Rexfile')
      writeFileSync(
        file,
        `use Rex -feature => ['1.4']; set connection => 'OpenSSH'; user ${q(sshd.user)}; private_key ${q(sshd.keyFile)}; public_key ${q(`${sshd.keyFile}.pub`)}; key_auth;
Rex::Config->set_openssh_opt(StrictHostKeyChecking => 'no', UserKnownHostsFile => ${q(sshd.knownHostsFile)});
task 'go', sub { for (1..${count}) { run ${q(command)}; die if $? != 0; } };`,
      )
      return ['rex', '-q', '-f', file, '-H', `${host}:${port}`, 'go']
    },
  },
  ...(['ansible, pipelining', 'ansible, mitogen'] as const).map(
    (name): Peer => ({
      name,
      needs: name.endsWith('mitogen') ? `test -d ${strategies}` : 'command -v ansible-playbook',
      argv: ({ host, port, sshd }, command, count, folder) => {
        const tasks = Array.from({ length: count }, () => ({ 'ansible.builtin.command': command }))
        const play = [{ hosts: 'all', gather_facts: false, tasks }]
        writeFileSync(join(folder, 'play.json'), JSON.stringify(play))
        const vars = {
          ansible_port: port,
          ansible_user: sshd.user,
          ansible_ssh_private_key_file: sshd.keyFile,
          ansible_python_interpreter: python,
        }
        return ['ansible-playbook', '-i', `${host},`, '-e', JSON.stringify(vars), join(folder, 'play.json')]
      },
      env: () => ({
        ANSIBLE_PIPELINING: '1',
        ANSIBLE_HOST_KEY_CHECKING: '0',
        ...(name.endsWith('mitogen')
          ? { ANSIBLE_STRATEGY: 'mitogen_linear', ANSIBLE_STRATEGY_PLUGINS: strategies }
          : {}),
      }),
    }),
  ),
]

const q = (word: string): string => `'${word}'`

/** The tools that work on this machine, the first `most` of them, and a note on each that does not. */
export function peersAt(
  place: Place,
  command: string,
  count: number,
  most = peers.length,
): { ways: readonly Way[]; absent: readonly string[] } {
  const folder = mkdtempSync(join(place.sshd.folder, 'peers-'))
  const absent: string[] = []
  const ways = peers.slice(0, most).flatMap((peer): Way[] => {
    const run = (times: number) => {
      const env = peer.env?.(place) ?? {}
      return measure(peer.argv(place, command, times, folder), { home: folder, cwd: folder, env })
    }
    try {
      if (spawnSync('sh', ['-c', peer.needs]).status !== 0) throw new Error('it is not on this machine')
      run(1)
      return [{ name: peer.name, run: () => run(count) }]
    } catch (cause) {
      absent.push(`${peer.name} is left out: ${messageOf(cause).trim().split('\n').at(0)}.`)
      return []
    }
  })
  return { ways, absent }
}
