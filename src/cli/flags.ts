/** What the flags of an option say, as the table has them: `-l, --limit <pattern>`. */
export interface Flags {
  /** `-l`, `--limit`, as they are typed. */
  readonly names: readonly string[]
  /** The name of the value: `pattern`. */
  readonly value?: string
  /** The value may be left out, and then stands after `=` only. */
  readonly optional?: true
}

/** Reads `-l, --limit <pattern>` or `--json [file]`. */
export function readFlags(text: string): Flags {
  const [, required, optional] = /<(.+)>|\[(.+)\]/.exec(text) ?? []
  const names = text.match(/(?<![\w<[-])--?[\w-]+/g) ?? []
  if (required !== undefined) return { names, value: required }
  return optional === undefined ? { names } : { names, value: optional, optional: true }
}

/** An argument of a command: `<node...>`. */
export interface ArgumentName {
  readonly name: string
  readonly many: boolean
}

/** Reads `<job> <node...>`. */
export function readArguments(args: string): readonly ArgumentName[] {
  const found = args.matchAll(/[<[]([\w-]+)(\.\.\.)?[>\]]/g)
  return Array.from(found, ([, name = '', dots]) => ({ name, many: dots !== undefined }))
}
