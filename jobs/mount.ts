import { readdir } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { posix } from 'node:path'
import { type CodeContext, defineOp, detach, type Host, mountedAt, type OpContext, OpFailed, quote } from 'conc-deploy'

export default defineOp({
  summary: "Mounts the node's bundle on the workstation by sshfs.",
  sides: ['local'],
  parameters: [
    { name: 'DIR', summary: "an empty folder to mount on; the bundle's own path in the home here when not given" },
  ],
  check: ({ positionals: [dir] }) => {
    if (dir === '') return 'DIR is empty. Name a folder, or leave it away.'
    return dir?.startsWith('~') ? 'conc puts no home in for ~. Write the whole path.' : undefined
  },
  byHand: (context) => {
    const { positionals, bundle, attributes } = context
    if (attributes.embedded === 'yes')
      throw new Error('the bundle of an embedded node lies on this workstation already.')
    const { op_key: suffix, key } = attributes
    const ssh = sshOptions(context, key === undefined ? [] : [key])
    const found = `-o IdentityFile="$(ls ~/.ssh/id_*-${quote(suffix ?? '')})"`
    const [own] = positionals
    const dir = own === undefined && !bundle.startsWith('/') ? `~/${quote(bundle)}` : quote(asPath(own ?? bundle))
    return [
      `mkdir -p ${dir} && sshfs`,
      ...sshfsOptions(context, ssh).map(quote),
      ...(key === undefined && suffix !== undefined ? [found] : []),
      quote(`${loginOf(context)}:${bundle}`),
      dir,
    ].join(' ')
  },
  run: async (context) => {
    const { host, positionals, bundle, node, log } = context
    await refuseWithoutFuse(host)
    const path = await absolute(host, positionals[0] ?? posix.resolve(homedir(), bundle))
    const source = nameOf(context)
    const there = await mountedAt(host, path)
    if (there !== undefined && (there.type !== 'fuse.sshfs' || there.source !== source)) {
      throw new OpFailed(
        `${there.source} is mounted on ${path}, which is not the bundle of ${node}. Name another folder`,
      )
    }
    if (there?.answers) return log(`${path}: ${source} is mounted already`)
    if (there !== undefined) {
      await detach(host, path, true)
      log(`${path}: ${source} did not answer any more, and is mounted anew`)
    }
    if ((await host.run(['test', '-L', path])).exit === 0)
      throw new OpFailed(`${path} is a symbolic link. Name a folder`)
    const made = (await host.run(['mkdir', '-m', '700', '--', path])).exit === 0
    await mountOn(context, path).catch(async (error: unknown) => {
      if (made) await host.run(['rmdir', '--', path])
      throw error
    })
    log(`${path}: ${source} is mounted`)
  },
})

/** A name that begins with a dash is no option. */
function asPath(name: string): string {
  return name.startsWith('-') ? `./${name}` : name
}

async function refuseWithoutFuse(host: Host): Promise<void> {
  const { exit } = await host.run(['sh', '-c', 'command -v sshfs >/dev/null || exit 3; [ -c /dev/fuse ] || exit 4'])
  if (exit === 3) throw new OpFailed('there is no sshfs on this workstation. Install the package sshfs')
  if (exit === 4)
    throw new OpFailed('this workstation has no /dev/fuse, which sshfs needs. Load the kernel module fuse')
}

/** The whole path of a folder whose parents are made: their links are followed, it itself may not answer. */
async function absolute(host: Host, dir: string): Promise<string> {
  const script = `p=$(dirname -- "$1") && mkdir -p -- "$p" && cd -P -- "$p" && printf %s "\${PWD%/}/$(basename -- "$1")"`
  const { exit, stdout, stderr } = await host.run(['sh', '-c', script, 'sh', dir])
  if (exit !== 0) throw new OpFailed(`${dir} can't be made: ${stderr.toString().trim()}`)
  return stdout.toString()
}

async function mountOn(context: CodeContext, path: string): Promise<void> {
  const { host, positionals, signal } = context
  const files = await readdir(path).catch(() => undefined)
  if (files === undefined) throw new OpFailed(`${path} is no folder`)
  // The workstation's own bundle may lie there: it is seen again afterwards.
  if (positionals[0] !== undefined && files.length > 0) throw new OpFailed(`${path} is not empty. Name another folder`)
  // Nobody can answer a question here.
  const ssh = [...sshOptions(context, await keysOf(context)), 'BatchMode=yes']
  const argv = ['sshfs', ...sshfsOptions(context, ssh), `${loginOf(context)}:${context.bundle}`, path]
  const { exit, stderr } = await host.run(argv, { signal })
  if (exit !== 0) throw new OpFailed((await whyNot(context, ssh)) ?? stderr.toString().trim())
}

/** sshfs keeps back what ssh says, so that is asked. Undefined when the node and its SFTP are well. */
async function whyNot(context: CodeContext, ssh: readonly string[]): Promise<string | undefined> {
  const { host, node, signal } = context
  const words = [...ssh.flatMap((option) => ['-o', option]), loginOf(context)]
  const sftp = await host.run(['sftp', '-b', '/dev/null', ...words], { signal })
  if (sftp.exit === 0) return undefined
  const { exit, stderr } = await host.run(['ssh', ...words, 'true'], { signal })
  // 255 is ssh's own, ssh(1).
  if (exit !== 255) return `the SSH server of ${node} offers no SFTP, which sshfs needs`
  return `${node} can't be reached by ssh: ${stderr.toString().trim()}`
}

/** By its name, so that the user's own ssh configuration says what the attributes do not. */
function loginOf({ node, attributes: { admin } }: OpContext): string {
  return admin === undefined ? node : `${admin}@${node}`
}

/** How the mount is named in the table of mounts. */
function nameOf({ node, bundle }: OpContext): string {
  return `${node}:${bundle}`
}

function sshOptions({ attributes }: OpContext, keys: readonly string[]): readonly string[] {
  const { 'sshd.ip': address, 'sshd.port': port, jump } = attributes
  // ssh itself takes the home from passwd.
  const moved = homedir() === userInfo().homedir ? [] : [`UserKnownHostsFile=${word(`${homedir()}/.ssh/known_hosts`)}`]
  return [
    ...(address === undefined ? [] : [`HostName=${address.replaceAll('%', '%%')}`]),
    // The port that is meant when nothing is said: the user's ssh configuration may say something.
    ...(port === undefined || port === '22' ? [] : [`Port=${port}`]),
    ...keys.map((path) => `IdentityFile=${word(path)}`),
    ...(keys.length === 0 ? [] : ['IdentitiesOnly=yes']),
    ...(jump === undefined ? [] : [`ProxyJump=${jump}`]),
    'StrictHostKeyChecking=yes',
    'ServerAliveInterval=15',
    ...moved,
  ]
}

/** As ssh_config(5) reads a path: in quotes where it holds a blank, its percent signs doubled. */
function word(path: string): string {
  const filled = path.replaceAll('%', '%%')
  return /[\s"\\]/.test(filled) ? `"${filled.replaceAll(/["\\]/g, '\\$&')}"` : filled
}

/** A comma would begin another option, fuse(8). */
function sshfsOptions(context: OpContext, ssh: readonly string[]): readonly string[] {
  const options = [...ssh, 'reconnect', 'idmap=user', `fsname=${nameOf(context)}`]
  return options.flatMap((option) => ['-o', option.replaceAll(/[\\,]/g, '\\$&')])
}

/** The key files that the attributes name. */
async function keysOf({ attributes: { key, op_key: suffix } }: OpContext): Promise<readonly string[]> {
  if (key !== undefined) return [posix.resolve(homedir(), key.replace(/^~(?=\/|$)/, homedir()))]
  if (suffix === undefined) return []
  const folder = posix.join(homedir(), '.ssh')
  const names = (await readdir(folder)).filter((name) => name.startsWith('id_') && name.endsWith(`-${suffix}`))
  return names.sort().map((name) => posix.join(folder, name))
}
