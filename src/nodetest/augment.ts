import 'vitest'
import type { Provided } from './messages.ts'

/** The matchers for what a node is asked about; each asks, so each is awaited. What is said of a text may be a pattern. */
export interface NodeMatchers {
  toBeBlacklisted(): Promise<void>
  toBeDirectory(): Promise<void>
  toBeEnabled(): Promise<void>
  toBeExecutable(): Promise<void>
  toBeFile(): Promise<void>
  /** By name, or by number. */
  toBeGroupedInto(group: string | number): Promise<void>
  toBeHeld(): Promise<void>
  toBeInstalled(): Promise<void>
  toBeLinkedTo(target: string | RegExp): Promise<void>
  toBeListening(): Promise<void>
  toBeLoaded(): Promise<void>
  toBeLocked(): Promise<void>
  toBeMasked(): Promise<void>
  /** Some permission bit is set that this mode does not have: `'0644'` or `0o644`. */
  toBeMorePermissiveThan(mode: string | number): Promise<void>
  toBeMounted(): Promise<void>
  /** By name, or by number. */
  toBeOwnedBy(user: string | number): Promise<void>
  toBeReachable(): Promise<void>
  toBeResolvable(): Promise<void>
  toBeRunning(): Promise<void>
  toBeSymlink(): Promise<void>
  toBeUp(): Promise<void>
  toBeValid(): Promise<void>
  toBeValidFor(time: { readonly days: number }): Promise<void>
  toBelongTo(group: string): Promise<void>
  toExist(): Promise<void>
  toExitWith(code: number): Promise<void>
  toHaveAddress(address: string): Promise<void>
  toHaveAuthorizedKey(key: string): Promise<void>
  toHaveBody(body: string | RegExp): Promise<void>
  toHaveEntry(entry: string | { readonly schedule?: string; readonly command: string }): Promise<void>
  toHaveGid(gid: number): Promise<void>
  toHaveHome(folder: string | RegExp): Promise<void>
  /** `'0644'` or `0o644`. */
  toHaveMode(mode: string | number): Promise<void>
  toHaveOption(option: string | RegExp): Promise<void>
  toHaveShell(path: string | RegExp): Promise<void>
  /** Bytes. */
  toHaveSize(size: number): Promise<void>
  toHaveStatus(status: number): Promise<void>
  toHaveUid(uid: number): Promise<void>
  /** Of a variable: its name, then its value. */
  toHaveValue(...words: readonly [...names: string[], value: string | RegExp]): Promise<void>
  toHaveVersion(version: string | RegExp): Promise<void>
  toPrint(text: string | RegExp): Promise<void>
  toSucceed(): Promise<void>
}

declare module 'vitest' {
  interface Matchers<T> extends NodeMatchers {}
  interface TaskMeta {
    /** The test itself has begun. */
    hasBegun?: boolean
  }
  interface ProvidedContext {
    readonly conc: Provided
  }
}
