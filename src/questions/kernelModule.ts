import { type Ask, type Subject, textOf, Unknown } from './types.ts'

/** A module of the running kernel. In its name `-` and `_` are the same. */
export interface KernelModule extends Subject {
  /** Is it loaded, or built in? */
  isLoaded(): Promise<boolean>
  /** Is there a `blacklist` line for modprobe, or a word of the kernel's command line? That keeps it from loading by itself, not by name. */
  isBlacklisted(): Promise<boolean>
  parameter(name: string): KernelParameter
}

/** A parameter of a module that is loaded. */
export interface KernelParameter extends Subject {
  /** As the module shows it now. Some are shown to root alone. */
  value(): Promise<string>
}

/** Throws TypeError for what can't be a name. */
export function kernelModule(ask: Ask, name: string, node: string): KernelModule {
  const about = `kernel module ${name} on ${node}`
  const module = moduleName(name)
  return {
    about,
    isLoaded: async () => parseModule(textOf(await ask({ name: 'kernelModule', words: [module] }), about)),
    isBlacklisted: async () => parseBlacklist(textOf(await ask({ name: 'blacklist', words: [] }), about)).has(module),
    parameter: (parameter) => {
      const of = `parameter ${parameter} of kernel module ${name} on ${node}`
      const words = [module, wordOf(parameter)]
      return { about: of, value: async () => textOf(await ask({ name: 'kernelParameter', words }), of).trim() }
    },
  }
}

/** Reads what q_kernelModule printed. Throws Unknown when it is not that. */
export function parseModule(text: string): boolean {
  if (!/^(loaded|builtin|no)\n$/.test(text)) throw new Unknown(`the module's state is not known: ${text.slice(0, 200)}`)
  return text !== 'no\n'
}

/** The modules that q_blacklist found: on the kernel's command line, and by the lines of modprobe.d(5). */
export function parseBlacklist(text: string): ReadonlySet<string> {
  const [command = '', ...lines] = text.split('\n')
  const booted = Array.from(
    command.matchAll(/(?:^|\s)(?:module_blacklist|modprobe\.blacklist)=(\S+)/g),
    ([, names = '']) => names.split(','),
  )
  const listed = lines.flatMap((line) => /^\s*blacklist\s+(\S+)/.exec(line)?.[1] ?? [])
  return new Set([...booted.flat(), ...listed].map((name) => name.replaceAll('-', '_')))
}

function moduleName(name: string): string {
  return wordOf(name).replaceAll('-', '_')
}

function wordOf(name: string): string {
  if (!/^\w[\w.-]*$/.test(name)) throw new TypeError(`kernelModule: '${name}' is no name of a module or parameter.`)
  return name
}
