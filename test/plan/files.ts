import { parseDeployFile } from '../../src/deployfile/parse.ts'
import type { DeployFile, Problem } from '../../src/deployfile/types.ts'
import { defineOp, type Op } from '../../src/ops/types.ts'
import type { KnownOps } from '../../src/plan/call.ts'

/** A deploy file of some text; its path is `d`. */
export function deployFileOf(text: string): DeployFile {
  const { deployFile, problems } = parseDeployFile(text, 'd', '/home/ana')
  if (!deployFile) throw new Error(lines(problems).join('\n'))
  return deployFile
}

/** Problems as `LINE severity message`. */
export function lines(problems: readonly Problem[]): string[] {
  return problems.map(({ place, severity, message }) => `${place?.line ?? '-'} ${severity} ${message}`)
}

const words = [{ name: 'WORD', summary: 'any', many: true }]
const byHand = () => 'by hand'

/** Ops for tests, one of each kind. */
const someOps: ReadonlyMap<string, Op> = new Map<string, Op>([
  [
    'run',
    defineOp({ summary: 'r', parameters: words, raw: true, command: ({ positionals }) => ({ argv: positionals }) }),
  ],
  ['look', defineOp({ summary: 'l', readOnly: true, command: () => ({ argv: ['ls'] }) })],
  [
    'text',
    defineOp({
      summary: 't',
      parameters: words,
      files: ({ positionals }) => positionals,
      command: ({ files }) => ({ argv: ['echo', ...Object.values(files)] }),
    }),
  ],
  ['deliver', defineOp({ summary: 'd', parameters: words, sides: ['local'], run: async () => {}, byHand })],
  [
    'throws',
    defineOp({
      summary: 'x',
      command: () => {
        throw new Error('no such thing.')
      },
    }),
  ],
  [
    'into',
    defineOp({
      summary: 'i',
      flags: { into: { value: 'DIR', summary: 'd' } },
      command: ({ flags }) => ({ argv: ['mkdir', flags.into ?? '.'] }),
    }),
  ],
  [
    'keeps',
    defineOp({
      summary: 'k',
      readOnly: true,
      flags: { n: { value: 'N', type: 'count', summary: 'n' }, t: { value: 'TIME', type: 'time', summary: 't' } },
      command: () => ({ argv: ['true'] }),
    }),
  ],
  ['open-bundle', defineOp({ summary: 'o', runner: 'open-bundle', byHand })],
  ['close-bundle', defineOp({ summary: 'c', runner: 'close-bundle', byHand })],
])

export const known: KnownOps = {
  ops: someOps,
  opProblems: new Map([['broken', 'jobs/broken.ts:3: Unexpected token. Correct the file.']]),
  opNames: [...someOps.keys(), 'broken', 'untar'],
}
