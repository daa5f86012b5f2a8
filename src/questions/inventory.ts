import { createHash } from 'node:crypto'
import { parseCron } from './cron.ts'
import { sockets } from './listening.ts'
import { type Mounted, parseMounts } from './mount.ts'
import { parseSysctl } from './sysctl.ts'
import { type Ask, textOf } from './types.ts'

/** What a baseline can keep of a node. */
export const inventoryKinds = [
  'packages',
  'users',
  'groups',
  'sockets',
  'services',
  'mounts',
  'setuid',
  'authorizedKeys',
  'sysctls',
  'cron',
] as const

export type InventoryKind = (typeof inventoryKinds)[number]

type List = (ask: Ask, node: string) => Promise<readonly string[]>

/**
 * What a node has of a kind, a line each, sorted:
 * packages `name version`; users `name uid gid home shell`; groups `name gid members`; sockets `protocol address port process`,
 * without UDP ports from 32768 on, which clients take for a moment, and `-` for a process that is not shown to the asker;
 * services that are started at boot, without the images of snaps, elsewhere than under systemd with their runlevels; mounts `device point filesystem`,
 * without those of the kernel, containers, snaps and sessions; setuid `mode user group path`; authorizedKeys `user type fingerprint`,
 * and the hash of its options; sysctls `key value`; cron `user schedule command`.
 * setuid and authorizedKeys need root, cron too where users have tables. Throws Unknown.
 */
export async function inventory(ask: Ask, kind: InventoryKind, node: string): Promise<string[]> {
  return [...new Set(await lists[kind](ask, node))].sort()
}

const lists: Readonly<Record<InventoryKind, List>> = {
  packages: async (ask, node) =>
    (await linesOf(ask, ['packages'], node)).flatMap((line) => /^installed (.*)$/.exec(line)?.[1] ?? []),
  users: (ask, node) => linesOf(ask, ['users'], node),
  groups: (ask, node) => linesOf(ask, ['groups'], node),
  sockets: async (ask, node) =>
    (await sockets(ask, node))
      .filter(({ protocol, port }) => protocol === 'tcp' || port < 32_768)
      .map(({ protocol, address, port, process = '-' }) => `${protocol} ${address} ${port} ${process}`),
  // The unit of a snap's image has the snap's revision in its name.
  services: async (ask, node) =>
    (await linesOf(ask, ['services'], node)).filter((unit) => !/^snap-.*\.mount$/.test(unit)),
  mounts: async (ask, node) => {
    const text = textOf(await ask({ name: 'mount', words: ['/'] }), `inventory of mounts on ${node}`)
    return parseMounts(text)
      .table.filter(isLasting)
      .map(({ device, point, filesystem }) => `${device} ${point} ${filesystem}`)
  },
  setuid: (ask, node) => linesOf(ask, ['setuid'], node),
  authorizedKeys: async (ask, node) => (await linesOf(ask, ['authorizedKeys'], node)).map(keyLine),
  sysctls: async (ask, node) =>
    (await linesOf(ask, ['sysctls', ...settings.map((key) => key.replaceAll('.', '/'))], node)).map((line) =>
      parseSysctl(line).replace(/^\S+/, (path) => path.replaceAll('/', '.')),
    ),
  cron: async (ask, node) =>
    parseCron(textOf(await ask({ name: 'crons', words: [] }), `inventory of cron on ${node}`)).map(
      ({ user, schedule, command }) => `${user} ${schedule} ${command}`,
    ),
}

async function linesOf(ask: Ask, words: readonly string[], node: string): Promise<readonly string[]> {
  const text = textOf(await ask({ name: 'inventory', words }), `inventory of ${words[0]} on ${node}`)
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
}

const kernelOwn =
  /^(proc|sysfs|devtmpfs|devpts|cgroup2?|nsfs|autofs|mqueue|debugfs|tracefs|securityfs|pstore|bpf|configfs|efivarfs|hugetlbfs|fusectl|binfmt_misc|rpc_pipefs|overlay|squashfs|ramfs)$/

/** tmpfs stays where somebody set it up, as on /tmp. */
function isLasting({ filesystem, point }: Mounted): boolean {
  return (
    !kernelOwn.test(filesystem) &&
    !/^\/(proc|sys|dev|run|snap|var\/lib\/(docker|containers|containerd|kubelet))(\/|$)/.test(point)
  )
}

/** sshd(8), AUTHORIZED_KEYS: options, type, key, comment. The fingerprint is that of `ssh-keygen -l`. */
function keyLine(line: string): string {
  const [, user = '', rest = ''] = /^(\S+) (.*)$/.exec(line) ?? []
  const [, options = '', type, key] = /^(.*?)\b((?:sk-)?(?:ssh|ecdsa)-\S+)\s+(AAAA[\w+/=]+)/.exec(rest) ?? []
  if (type === undefined || key === undefined) return `${user} unreadable ${hash(rest)}`
  const limits = options.trim() === '' ? '' : ` options ${hash(options.trim())}`
  return `${user} ${type} ${hash(Buffer.from(key, 'base64'))}${limits}`
}

function hash(what: string | Buffer): string {
  return `SHA256:${createHash('sha256').update(what).digest('base64').replace(/=+$/, '')}`
}

/** Those that protect a node or change how its network behaves, and that nobody but an administrator changes. */
const settings = [
  'fs.protected_fifos',
  'fs.protected_hardlinks',
  'fs.protected_regular',
  'fs.protected_symlinks',
  'fs.suid_dumpable',
  'kernel.core_pattern',
  'kernel.dmesg_restrict',
  'kernel.kexec_load_disabled',
  'kernel.kptr_restrict',
  'kernel.modules_disabled',
  'kernel.perf_event_paranoid',
  'kernel.randomize_va_space',
  'kernel.sysrq',
  'kernel.unprivileged_bpf_disabled',
  'kernel.yama.ptrace_scope',
  'net.core.somaxconn',
  ...['all', 'default'].flatMap((name) => [
    ...[
      'accept_redirects',
      'accept_source_route',
      'log_martians',
      'rp_filter',
      'secure_redirects',
      'send_redirects',
    ].map((key) => `net.ipv4.conf.${name}.${key}`),
    ...['accept_ra', 'accept_redirects', 'accept_source_route', 'disable_ipv6', 'forwarding'].map(
      (key) => `net.ipv6.conf.${name}.${key}`,
    ),
  ]),
  'net.ipv4.icmp_echo_ignore_broadcasts',
  'net.ipv4.ip_forward',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv6.bindv6only',
  'vm.max_map_count',
  'vm.overcommit_memory',
  'vm.swappiness',
]
