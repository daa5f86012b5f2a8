import ts from 'typescript'
import { expect, test } from 'vitest'
import { type Block, blocksIn, root } from './pages.ts'

const blocks = new Map(blocksIn('ts').map((block) => [nameOf(block), block]))

test('the TypeScript of the manual is right by the types of the library', () => {
  const host = ts.createCompilerHost(options())
  const { fileExists, readFile } = host
  host.fileExists = (path) => blocks.has(path) || fileExists(path)
  host.readFile = (path) => blocks.get(path)?.lines.join('\n') ?? readFile(path)
  const program = ts.createProgram([...blocks.keys()], options(), host)
  const files = program.getSourceFiles().filter(({ fileName }) => blocks.has(fileName))
  expect(files.length).toBeGreaterThan(5)
  expect(files.flatMap((file) => complaintsOf(program, file))).toEqual([])
}, 120_000)

/** A block is a file of its own, in no folder that is there. */
function nameOf({ page, line }: Block): string {
  return `${root}blocks/${page.replaceAll(/\W/g, '-')}-${line}.ts`
}

function options(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
  return ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root).options
}

function complaintsOf(program: ts.Program, file: ts.SourceFile): readonly string[] {
  const block = blocks.get(file.fileName)
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
    ({ start, messageText }) => {
      const line = (block?.line ?? 0) + file.getLineAndCharacterOfPosition(start ?? 0).line
      return `${block?.page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    },
  )
}
