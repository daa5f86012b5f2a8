import type { SshConfig } from './ssh-config.ts'
import type { SystemSsh } from './target.ts'

/** What the system's ssh is told besides who and where; the text says what of it ssh2 can't do. */
const passed: Readonly<Record<string, string | undefined>> = {
  proxycommand: 'ProxyCommand is configured',
  certificatefile: 'CertificateFile is configured',
  checkhostip: 'CheckHostIP is configured',
  revokedhostkeys: 'RevokedHostKeys is configured',
  knownhostscommand: 'KnownHostsCommand is configured',
  verifyhostkeydns: 'VerifyHostKeyDNS is configured',
  pkcs11provider: 'PKCS11Provider is configured',
  bindaddress: 'BindAddress is configured',
  bindinterface: 'BindInterface is configured',
  addressfamily: 'AddressFamily is configured',
  securitykeyprovider: undefined,
  hostkeyalgorithms: undefined,
  kexalgorithms: undefined,
  ciphers: undefined,
  macs: undefined,
  pubkeyacceptedalgorithms: undefined,
  casignaturealgorithms: undefined,
  gssapiauthentication: undefined,
  gssapidelegatecredentials: undefined,
  proxyusefdpass: undefined,
}

interface Written {
  /** The jump hosts as written; `none` also puts a ProxyCommand of the configuration out of force. */
  readonly jump: string | undefined
  /** An ssh configuration that is read instead of the user's own. */
  readonly file: string | undefined
}

/** What the system's ssh is to be told of a host's configuration, and why it has to be that ssh. */
export function systemSsh(config: SshConfig, { jump, file }: Written): SystemSsh {
  const keys = Object.keys(passed).filter((key) => config.has(key) && !isOff(key, config, jump))
  const why = keys.map((key) => passed[key]).find((reason) => reason !== undefined)
  const proxies = jump === undefined ? [] : [`proxyjump=${jump}`, ...(jump === 'none' ? ['proxycommand=none'] : [])]
  return {
    ...(file === undefined ? {} : { config: file }),
    options: [...proxies, ...keys.flatMap((key) => (config.get(key) ?? []).map((value) => `${key}=${value}`))],
    ...(why ? { why } : {}),
  }
}

function isOff(key: string, config: SshConfig, jump: string | undefined): boolean {
  if (key === 'proxycommand' && jump !== undefined) return true
  return ['none', 'no', 'false', 'any'].includes(config.get(key)?.[0] ?? '') && passed[key] !== undefined
}
