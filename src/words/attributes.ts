import { isIP } from 'node:net'
import { milliseconds } from './duration.ts'
import { distance } from './suggest.ts'

/** An attribute that conc itself reads. `expects` completes the sentence "it must be …". */
export interface KnownAttribute {
  readonly name: string
  readonly summary: string
  /** May hold `${key}`. */
  readonly default?: string
  readonly expects: string
  /** Whether an evaluated value will do. */
  readonly accepts: (value: string) => boolean
}

/** Control characters, and those that turn the direction of the text around them. */
export const controlCharacters = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/

const isPathPart = (value: string) => /^[^-./][^/]*$/.test(value)
const isWord = (value: string) => /^[^-\s][^\s]*$/.test(value)
const isYesOrNo = (value: string) => value === 'yes' || value === 'no'
const isPort = (value: string) => /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535

/** Whether this can be a login user; also right for `as=`. */
export function isUser(value: string): boolean {
  return isWord(value) && !/[:/'"]/.test(value)
}

function isAddress(value: string): boolean {
  if (value.includes(':')) return isIP(value) === 6
  return isWord(value) && !/[@/[\]'"]/.test(value)
}

function isJump(value: string): boolean {
  const hop = /^(ssh:\/\/)?([^-\s].*@)?(\[[\da-f:.%]+\]|[^-\s:[\]@/][^\s:[\]@/]*)(:[1-9]\d{0,4})?$/i
  return isWord(value) && value.split(',').every((part) => hop.test(part))
}

function isBundlePath(value: string): boolean {
  const parts = value.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.length === 0 || parts.includes('..') || /^[-~]/.test(value) || value.length > 255) return false
  // The history lives there, and closing the bundle would remove it.
  const path = `/${parts.join('/')}/`
  return !path.endsWith('/.conc/') && !path.includes('/.conc/history/')
}

const partsOf = (value: string) => value.split(/[,\s]+/).filter((part) => part !== '')
const isListOf = (accepts: (part: string) => boolean) => (value: string) =>
  partsOf(value).length > 0 && partsOf(value).every(accepts)

const pathPart = 'not empty, without a slash, and not beginning with a dash or a dot'
const yesOrNo = 'yes or no'

/** The attributes conc reads. Any other key is the user's own. */
export const knownAttributes: readonly KnownAttribute[] = [
  { name: 'app', summary: 'the name of the application', expects: pathPart, accepts: isPathPart },
  { name: 'release', summary: 'the release that is delivered', expects: pathPart, accepts: isPathPart },
  {
    name: 'sshd.ip',
    summary: 'address or host name of the node',
    expects: 'an address or a host name (the port goes into sshd.port, the user into admin)',
    accepts: isAddress,
  },
  {
    name: 'sshd.port',
    summary: 'port of its SSH server',
    default: '22',
    expects: 'a number from 1 to 65535',
    accepts: isPort,
  },
  { name: 'admin', summary: 'login user', expects: 'the name of a login user', accepts: isUser },
  {
    name: 'op_key',
    summary: 'name of the key: ~/.ssh/id_*-NAME on the workstation',
    expects: 'the end of a file name, without a slash or a star',
    accepts: (value) => isPathPart(value) && !/[*?[]/.test(value),
  },
  {
    name: 'key',
    summary: 'path of the private key on the workstation',
    expects: 'the path of a file',
    accepts: (value) => /^[^-]/.test(value),
  },
  {
    name: 'bundle',
    summary: "path of the bundle, absolute or relative to the login user's home",
    default: '.conc/${app}',
    expects:
      "a path in the login user's home or an absolute one: no `..`, no `~`, no dash first, and neither .conc nor in .conc/history",
    accepts: isBundlePath,
  },
  {
    name: 'jump',
    summary: 'hosts to go through, as ProxyJump in ssh_config(5); none for no host, whatever that says',
    expects: '[USER@]HOST[:PORT], more of them with commas between, or none',
    accepts: isJump,
  },
  {
    name: 'transport',
    summary: "what carries the connection: conc itself (ssh2) or the system's own ssh; chosen by what the node needs",
    expects: 'ssh2 or ssh',
    accepts: (value) => value === 'ssh2' || value === 'ssh',
  },
  {
    name: 'sudo',
    summary: 'whether sudo may want a password for steps with as=: it is asked for, or they fail without',
    default: 'ask',
    expects: 'ask or nopasswd',
    accepts: (value) => value === 'ask' || value === 'nopasswd',
  },
  {
    name: 'embedded',
    summary: 'whether the node is a throw-away one inside conc itself',
    default: 'no',
    expects: yesOrNo,
    accepts: isYesOrNo,
  },
  {
    name: 'hostkeys',
    summary: 'what to do about an unknown host key',
    expects: 'yes, ask or accept-new',
    accepts: (value) => ['yes', 'ask', 'accept-new'].includes(value),
  },
  {
    name: 'reattach',
    summary: 'how often a run tries to log in again after its line was cut',
    default: '6',
    expects: 'a number from 0 to 6',
    accepts: (value) => /^[0-6]$/.test(value),
  },
  {
    name: 'durable',
    summary: 'whether what is recorded as done is on the disk before the next step',
    default: 'yes',
    expects: yesOrNo,
    accepts: isYesOrNo,
  },
  {
    name: 'nodetests',
    summary: "the folder of its node tests, from the deploy file's",
    default: 'nodetests',
    expects: 'the path of a folder',
    accepts: (value) => /^[^-]/.test(value),
  },
  {
    name: 'test.ports',
    summary: 'for --builtin webapp: the ports where others reach the node; not tested when absent',
    expects: 'ports with blanks between, such as 22 443 udp/123',
    accepts: isListOf((part) => isPort(part.replace(/^(tcp|udp)\//, ''))),
  },
  {
    name: 'test.folders',
    summary: 'for --builtin webapp: folders in which nothing may be world-writable; not tested when absent',
    expects: 'paths on the node with blanks between',
    accepts: isListOf(() => true),
  },
  {
    name: 'test.certificates',
    summary: 'for --builtin webapp: certificates that must last; not tested when absent',
    expects: 'paths on the node, or HOST:PORT, with blanks between',
    accepts: isListOf(isWord),
  },
  {
    name: 'test.certificate.days',
    summary: 'for --builtin webapp: the days that a certificate must last; 21 when absent',
    expects: 'a number of days',
    accepts: (value) => /^\d{1,4}$/.test(value),
  },
  {
    name: 'test.disk.paths',
    summary: 'for --builtin webapp: paths whose disks must have room; / when absent',
    expects: 'paths on the node with blanks between',
    accepts: isListOf(() => true),
  },
  {
    name: 'test.disk.max',
    summary: 'for --builtin webapp: percent of a disk that may be used; 90 when absent',
    expects: 'a number from 1 to 100',
    accepts: (value) => /^[1-9]\d?$|^100$/.test(value),
  },
  {
    name: 'test.clock.max',
    summary: "for --builtin webapp: how far the node's clock may be off the workstation's; 5s when absent",
    expects: 'a time with its unit, such as 5s',
    accepts: (value) => milliseconds(value) !== undefined,
  },
]

/** Keys that conc sets itself. */
export const builtInAttributes: ReadonlyMap<string, string> = new Map([['name', "the node's name"]])

const byName = new Map(knownAttributes.map((known) => [known.name, known]))

/** The known attribute of this name. */
export function knownAttribute(name: string): KnownAttribute | undefined {
  return byName.get(name)
}

/** The known dotted name that a free key misses by one slip, as `sshd.prot` misses `sshd.port`. */
export function nearlyKnown(key: string): string | undefined {
  if (byName.has(key)) return undefined
  const near = knownAttributes.filter(({ name }) => name.includes('.') && Math.abs(name.length - key.length) <= 1)
  return near.find(({ name }) => distance(key, name) === 1)?.name
}

/** The shell variable that an attribute becomes in `sh` and `script`: `sshd.ip` is `sshd_ip`. */
export function variableOf(key: string): string {
  return key.replaceAll(/[.-]/g, '_')
}

// Besides those that steer sh, those that bash keeps read-only: setting one ends the script.
const shellsOwn = new Set(
  'PATH HOME IFS ENV SHELL USER LOGNAME PWD OLDPWD CDPATH OPTIND PS4 PPID UID EUID BASH_ENV BASHOPTS SHELLOPTS BASH_VERSINFO _'.split(
    ' ',
  ),
)

/** Whether a shell variable of this name would change how the shell itself works. */
export function isShellsOwn(variable: string): boolean {
  return shellsOwn.has(variable) || variable.startsWith('LD_')
}

/** Whether a key looks as if it held a password. */
export function looksLikePassword(key: string): boolean {
  return /(^|[._-])(password|passwd|passphrase)$/i.test(key)
}
