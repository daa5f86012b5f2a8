import { unlessAbsent } from './presence.ts'
import { Absent, type Ask, type Subject, textOf, Unknown } from './types.ts'

/** A package by its name: dpkg's (`libc6`, `libc6:arm64`), apk's or rpm's (`bash`, `bash.x86_64`). */
export interface Package extends Subject {
  /** Whole and configured: a package that was removed but for its configuration, or is half configured, is not. */
  isInstalled(): Promise<boolean>
  /** As the package manager writes it, with epoch and revision. Throws Absent when it is not installed. */
  version(): Promise<string>
  /**
   * Does an upgrade leave it as it is? dpkg's hold (`apt-mark hold`), or a version in apk's world (`apk add bash=5.2.21-r0`).
   * Throws Unknown for rpm, where that is up to the tool that stands before it, and Absent when it is not installed.
   */
  isHeld(): Promise<boolean>
}

/** What a package manager tells of an installed package. */
export interface PackageState {
  readonly version: string
  /** Undefined when it can't tell. */
  readonly held: boolean | undefined
}

/** Reads what q_package printed. Undefined when the package is known but not installed. Throws Unknown when it is not that. */
export function parsePackage(text: string): PackageState | undefined {
  const [via = '', ...lines] = text.trimEnd().split('\n')
  switch (via) {
    case 'via dpkg':
      return dpkgState(lines)
    case 'via apk':
      return { version: lines[0] ?? '', held: lines.slice(1).some((line) => /^[^@<>=~]+(=|~|<)/.test(line)) }
    case 'via rpm':
      return { version: lines[0] ?? '', held: undefined }
    default:
      throw new Unknown(`the package manager said: ${text.slice(0, 200)}`)
  }
}

/** Of several architectures, one that is installed. */
function dpkgState(lines: readonly string[]): PackageState | undefined {
  const states = lines.map((line) => line.split(' '))
  if (states.some(({ length }) => length !== 4)) throw new Unknown(`dpkg-query said: ${lines.join(' ').slice(0, 200)}`)
  const installed = states.filter(([, flag, state]) => flag === 'ok' && state === 'installed')
  const [want, , , version] = installed[0] ?? []
  return version === undefined ? undefined : { version, held: want === 'hold' }
}

/** `package` alone is a word that JavaScript keeps for itself. */
export function packageOf(ask: Ask, name: string, node: string): Package {
  const about = `package ${name} on ${node}`
  const state = async () => {
    const found = parsePackage(textOf(await ask({ name: 'package', words: [name] }), about))
    if (found === undefined) throw new Absent(`${about}: it is not installed`)
    return found
  }
  return {
    about,
    isInstalled: () => unlessAbsent(state().then(() => true)),
    version: async () => (await state()).version,
    async isHeld() {
      const { held } = await state()
      if (held === undefined) throw new Unknown(`${about}: rpm does not know what is held`)
      return held
    },
  }
}
