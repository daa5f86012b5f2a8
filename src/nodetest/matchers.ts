import { type Compare, compares } from './compare.ts'

/** What a matcher asks its subject, and when the answer is right. */
export interface Matcher {
  /** The subject's method; of several the first that it has. */
  readonly asks: string | readonly string[]
  /** For messages: `file /etc/motd on web1: expected to be a file`. */
  readonly says: string
  /** How the answer is compared with what was expected, which is the last word; a plain yes or no when absent. */
  readonly compare?: Compare
}

/** Every matcher for what a node is asked about. The manual's table is checked against this one. */
export const matchers = {
  toBeBlacklisted: { asks: 'isBlacklisted', says: 'to be blacklisted' },
  toBeDirectory: { asks: 'isDirectory', says: 'to be a directory' },
  toBeEnabled: { asks: 'isEnabled', says: 'to be enabled' },
  toBeExecutable: { asks: 'isExecutable', says: 'to be executable' },
  toBeFile: { asks: 'isFile', says: 'to be a file' },
  toBeGroupedInto: { asks: ['group', 'gid'], says: 'to be grouped into', compare: compares.equal },
  toBeHeld: { asks: 'isHeld', says: 'to be held' },
  toBeInstalled: { asks: 'isInstalled', says: 'to be installed' },
  toBeLinkedTo: { asks: 'linkedTo', says: 'to be linked to', compare: compares.equal },
  toBeListening: { asks: 'isListening', says: 'to be listening' },
  toBeLoaded: { asks: 'isLoaded', says: 'to be loaded' },
  toBeLocked: { asks: 'isLocked', says: 'to be locked' },
  toBeMasked: { asks: 'isMasked', says: 'to be masked' },
  toBeMorePermissiveThan: { asks: 'mode', says: 'to be more permissive than', compare: compares.permits },
  toBeMounted: { asks: 'isMounted', says: 'to be mounted' },
  toBeOwnedBy: { asks: ['user', 'uid'], says: 'to be owned by', compare: compares.equal },
  toBeReachable: { asks: 'isReachable', says: 'to be reachable' },
  toBeResolvable: { asks: 'isResolvable', says: 'to be resolvable' },
  toBeRunning: { asks: 'isRunning', says: 'to be running' },
  toBeSymlink: { asks: 'isSymlink', says: 'to be a symbolic link' },
  toBeUp: { asks: 'isUp', says: 'to be up' },
  toBeValid: { asks: 'isValid', says: 'to be valid' },
  toBeValidFor: { asks: 'daysLeft', says: 'to be valid for', compare: compares.lasts },
  toBelongTo: { asks: 'groups', says: 'to belong to', compare: compares.includes },
  toContain: { asks: ['contains', 'body', 'content', 'stdout'], says: 'to contain', compare: compares.contains },
  toExist: { asks: 'exists', says: 'to exist' },
  toExitWith: { asks: ['exit', 'signal'], says: 'to exit with', compare: compares.exits },
  toHaveAddress: { asks: 'addresses', says: 'to have the address', compare: compares.addressed },
  toHaveAuthorizedKey: { asks: 'hasAuthorizedKey', says: 'to have the authorized key' },
  toHaveBody: { asks: 'body', says: 'to have the body', compare: compares.equal },
  toHaveEntry: { asks: 'hasEntry', says: 'to have the entry' },
  toHaveGid: { asks: 'gid', says: 'to have the gid', compare: compares.equal },
  toHaveHome: { asks: 'home', says: 'to have the home', compare: compares.equal },
  toHaveMode: { asks: 'mode', says: 'to have the mode', compare: compares.mode },
  toHaveOption: { asks: 'options', says: 'to have the option', compare: compares.includes },
  toHaveShell: { asks: 'shell', says: 'to have the shell', compare: compares.equal },
  toHaveSize: { asks: 'size', says: 'to have the size', compare: compares.equal },
  toHaveStatus: { asks: 'status', says: 'to have the status', compare: compares.equal },
  toHaveUid: { asks: 'uid', says: 'to have the uid', compare: compares.equal },
  toHaveValue: { asks: 'value', says: 'to have the value', compare: compares.equal },
  toHaveVersion: { asks: 'version', says: 'to have the version', compare: compares.equal },
  toPrint: { asks: 'stdout', says: 'to print', compare: compares.contains },
  toSucceed: { asks: 'succeeded', says: 'to succeed' },
} satisfies Record<string, Matcher>
